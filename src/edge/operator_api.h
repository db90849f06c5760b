#pragma once

#include "edge/call.h"

// The operator's requests. The caller of these has shown the operator's token.
namespace oms::edge {

Result<Plan> list_stock(const Call& call);
Result<Plan> show_item(const Call& call);
Result<Plan> set_item(const Call& call);
Result<Plan> restock(const Call& call);
Result<Plan> archive_item(const Call& call);
Result<Plan> list_movements(const Call& call);

Result<Plan> list_all_orders(const Call& call);
Result<Plan> follow_all_orders(const Call& call);
Result<Plan> show_whole_order(const Call& call);
Result<Plan> cancel_any_order(const Call& call);
Result<Plan> refund_order(const Call& call);

Result<Plan> list_tickets(const Call& call);
Result<Plan> accept_ticket(const Call& call);
Result<Plan> reject_ticket(const Call& call);
Result<Plan> ready_ticket(const Call& call);
Result<Plan> collect_ticket(const Call& call);
Result<Plan> list_deliveries(const Call& call);
Result<Plan> dispatch_delivery(const Call& call);
Result<Plan> deliver_delivery(const Call& call);
Result<Plan> fail_delivery(const Call& call);

Result<Plan> list_dead_letters(const Call& call);
Result<Plan> replay_dead_letter(const Call& call);
Result<Plan> drop_dead_letter(const Call& call);
Result<Plan> back_up(const Call& call);

Result<Plan> list_audit(const Call& call);

// The product that the path names.
Result<std::string_view> product_of(const Call& call);

}  // namespace oms::edge
