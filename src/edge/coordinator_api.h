#pragma once

#include "edge/call.h"

// Order, customer and stock of the shops that had a service and a coordinator for each: /orders,
// /customers and /products. Ids are numbers where they can be, an order's is ours; money is whole
// minor units. An order is Pending, then Confirm or Cancel.
namespace oms::edge {

Result<Plan> place_checkout(const Call& call);
Result<Plan> show_checkout(const Call& call);
Result<Plan> change_checkout(const Call& call);

Result<Plan> open_account(const Call& call);
Result<Plan> show_account(const Call& call);

Result<Plan> list_products(const Call& call);
Result<Plan> show_product(const Call& call);
Result<Plan> add_product(const Call& call);
Result<Plan> change_product(const Call& call);
Result<Plan> archive_product(const Call& call);

}  // namespace oms::edge
