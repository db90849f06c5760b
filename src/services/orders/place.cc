#include "services/orders/place.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "sagas/all.h"
#include "services/orders/lifecycle.h"
#include "services/orders/lines.h"
#include "services/orders/service.h"

namespace oms::orders {
namespace {

// One that nobody can lead to an end is not accepted.
Result<void> check_saga(std::string_view name) {
  const auto is_life = [](const sagas::Saga* saga) { return saga->kind == sagas::Kind::life; };
  const auto* saga = sagas::find(name);
  if (saga != nullptr && is_life(saga)) return {};
  std::string known;
  for (const auto* each : sagas::all) {
    if (is_life(each) && sagas::is_newest(*each)) known.append(", ").append(each->name);
  }
  return fail(ErrorKind::invalid,
              "no order follows the saga '" + std::string{name} + "'; there are" + known.substr(1),
              "/saga");
}

Result<void> check_request(const PlaceOrder& place) {
  OMS_CHECK(check_saga(place.saga));
  if (place.lines.empty()) {
    return fail(ErrorKind::invalid, "an order needs at least one item", "/items");
  }
  if (place.lines.size() > lines_max) {
    return fail(ErrorKind::invalid, "an order has at most " + std::to_string(lines_max) + " items",
                "/items");
  }
  for (std::size_t i = 0; i < place.lines.size(); ++i) {
    const auto quantity = place.lines[i].quantity;
    if (quantity >= 1 && quantity <= quantity_max) continue;
    return fail(ErrorKind::invalid, "the quantity is 1 to " + std::to_string(quantity_max),
                line_pointer(i, "quantity"));
  }
  return {};
}

// What is not there is not accepted. Between the quote and the reservation it may still run out.
Result<void> check_shelf(const Quote& quote) {
  std::map<std::string_view, std::int64_t> wanted;
  for (std::size_t i = 0; i < quote.lines.size(); ++i) {
    const auto& line = quote.lines[i];
    auto& sum = wanted[line.product_id];
    sum += line.quantity;  // of at most `lines_max` quantities
    const auto available = quote.available.at(i);
    if (sum <= available) continue;
    return fail(ErrorKind::conflict,
                available == 0 ? "'" + line.product_name + "' has run out"
                               : "of '" + line.product_name + "' only " +
                                     std::to_string(available) + " are left",
                line_pointer(i, "quantity"));
  }
  return {};
}

// Prices in several currencies have no sum.
Result<std::string> currency_of(const Quote& quote) {
  const auto& currencies = quote.currencies;
  for (std::size_t i = 1; i < currencies.size(); ++i) {
    if (currencies[i] == currencies.front()) continue;
    return fail(ErrorKind::unprocessable,
                "'" + quote.lines.at(i).product_name + "' is sold in " + currencies[i] + ", and '" +
                    quote.lines.front().product_name + "' in " + currencies.front() +
                    ": an order has one currency",
                line_pointer(i, "productID"));
  }
  return currencies.empty() ? quote.currency : currencies.front();
}

// Whether an order that is not there as a whole is not even taken. The coordinator's clients are
// told later, by its status.
bool goes_as_a_whole(const PlaceOrder& place) {
  return place.saga != "supply" && place.face != Face::coordinator;
}

}  // namespace

Result<Order> accept(const PlaceOrder& place, const Id& order_id, const Quote& quote, Time now) {
  OMS_CHECK(check_request(place));
  for (std::size_t i = 0; i < quote.lines.size(); ++i) {
    const auto& line = quote.lines[i];
    if (line.product_name.empty()) {
      return fail(ErrorKind::unprocessable,
                  "there is no product '" + line.product_id + "' (see GET /api/menu)",
                  line_pointer(i, "productID"));
    }
    const auto& expected = place.lines[i].expected_price;
    if (expected && *expected != line.unit_price) {
      return fail(ErrorKind::unprocessable,
                  "'" + line.product_name + "' costs " + std::to_string(line.unit_price) +
                      ", not " + std::to_string(*expected) + " (in minor units)",
                  line_pointer(i, "price"));
    }
  }
  OMS_TRY(const auto total, total_of(quote.lines));
  OMS_TRY(auto currency, currency_of(quote));
  if (goes_as_a_whole(place)) OMS_CHECK(check_shelf(quote));
  Order order{.id = order_id,
              .customer_id = place.customer_id,
              .face = place.face,
              .saga = place.saga,
              .version = 1,
              .lines = quote.lines,
              .total = total,
              .currency = std::move(currency),
              .payment = place.saga == "supply" ? PaymentStatus::none : PaymentStatus::requested,
              .customer = place.customer,
              .created_at = now,
              .updated_at = now,
              .method = place.method,
              .address = place.address,
              .note = place.note};
  for (std::size_t i = 0; i < order.lines.size(); ++i) order.lines[i].note = place.lines[i].note;
  order.history.push_back({.version = 1, .status = OrderStatus::pending, .at = now});
  return order;
}

}  // namespace oms::orders
