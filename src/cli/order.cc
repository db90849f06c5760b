#include "cli/order.h"

namespace oms::cli {

void add_order(const Command& oms) {
  const auto order = oms.add("order", "Place, list, show, follow, change and refund orders");
  add_order_place(order);
  add_order_list(order);
  add_order_get(order);
  add_order_watch(order);
  add_order_cancel(order);
  add_order_revise(order);
  add_order_refund(order);
  add_order_history(order);
}

void add_order_command(const Command& order, const OrderCommand& added) {
  const auto command = order.add(added.name, added.what);
  auto name = std::make_shared<OrderName>();
  command.option("order", &name->order_id, "the order's id",
                 {.shown = "ORDER", .is_required = true});
  command.option("-c,--customer", &name->customer_id,
                 "whose order it is; without it the operator asks", {.shown = "CUSTOMER"});
  const auto flags = add_server_flags(command);
  command.footer(added.examples);
  command.runs([flags, name, run = added.run] { return run(*flags, *name); });
}

std::string path_of(const OrderName& name) {
  if (name.customer_id.empty()) return "/api/admin/orders/" + encoded(name.order_id);
  return fmt::format("/api/customers/{}/orders/{}", encoded(name.customer_id),
                     encoded(name.order_id));
}

}  // namespace oms::cli
