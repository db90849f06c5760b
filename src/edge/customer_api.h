#pragma once

#include "edge/call.h"

// What customers, their browsers and the payment provider may ask for.
namespace oms::edge {

Result<Plan> place_order(const Call& call);
Result<Plan> list_orders(const Call& call);
Result<Plan> show_order(const Call& call);
Result<Plan> revise_order(const Call& call);
Result<Plan> follow_order(const Call& call);
Result<Plan> cancel_order(const Call& call);
Result<Plan> make_payment_token(const Call& call);
Result<Plan> show_menu(const Call& call);
Result<Plan> take_webhook(const Call& call);

}  // namespace oms::edge
