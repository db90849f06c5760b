#include "app/cli/order.h"

namespace oms::cli {

void add_order(Commands& commands) {
  auto* order = commands.add("order", "Place, list, show, follow and cancel orders");
  add_order_place(commands, *order);
  add_order_list(commands, *order);
  add_order_get(commands, *order);
  add_order_watch(commands, *order);
  add_order_cancel(commands, *order);
}

void add_order_name(CLI::App& command, OrderName& name) {
  command.add_option("order", name.order_id, "the order's id")->required()->type_name("ORDER");
  command
      .add_option("-c,--customer", name.customer_id,
                  "whose order it is; without it the operator asks")
      ->type_name("CUSTOMER");
}

std::string path_of(const OrderName& name) {
  if (name.customer_id.empty()) return "/api/admin/orders/" + encoded(name.order_id);
  return fmt::format("/api/customers/{}/orders/{}", encoded(name.customer_id),
                     encoded(name.order_id));
}

}  // namespace oms::cli
