#include "services/orders/revise.h"

#include <algorithm>

#include "services/orders/lifecycle.h"

namespace oms::orders {
namespace {

std::string line_pointer(std::size_t index, const char* field) {
  return "/items/" + std::to_string(index) + "/" + field;
}

std::int64_t taken_of(const OrderLine& line) {
  return line.status == LineStatus::cancelled ? 0 : line.quantity;
}

// The next line of the product that has not been named yet; the end if there is none.
std::size_t next_line(const std::vector<OrderLine>& lines, const std::vector<bool>& is_named,
                      std::string_view product_id) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!is_named[i] && lines[i].product_id == product_id) return i;
  }
  return lines.size();
}

Result<void> check_state(const ReviseOrder& asked, const Order& order) {
  const bool is_theirs = asked.customer_id.empty() || asked.customer_id == order.customer_id;
  if (!is_theirs) return fail(ErrorKind::not_found, "there is no such order");
  if (order.face != Face::fulfilment) {
    return fail(ErrorKind::conflict, "this order is not fulfilled line by line");
  }
  OMS_CHECK(check_version(order, asked.versions));
  if (!is_final(order.status)) {
    return fail(ErrorKind::conflict, "the order is not through yet: ask again in a moment");
  }
  if (is_changing(order)) {
    return fail(ErrorKind::conflict, "another change of this order is under way");
  }
  if (order.changes >= revisions_max) {
    return fail(ErrorKind::conflict,
                "this order has been changed " + std::to_string(revisions_max) + " times");
  }
  return {};
}

// A line that is not there yet.
Result<OrderLine> added(const RevisedLine& asked, const OrderLine& quoted, std::size_t index,
                        std::size_t lines) {
  if (quoted.product_name.empty()) {
    return fail(ErrorKind::unprocessable, "there is no product '" + asked.product_id + "'",
                line_pointer(index, "productId"));
  }
  if (!asked.quantity) {
    return fail(ErrorKind::invalid, "a line that is added needs a quantity",
                line_pointer(index, "quantity"));
  }
  if (lines == lines_max) {
    return fail(ErrorKind::unprocessable,
                "an order has at most " + std::to_string(lines_max) + " lines",
                line_pointer(index, "productId"));
  }
  OrderLine line = quoted;
  line.quantity = *asked.quantity;
  line.status = LineStatus::cancelled;
  return line;
}

// A line that is tried again is cancelled again if it is not there; one that is held is not risked.
Result<void> check_shelf(const OrderLine& before, const OrderLine& after, std::int64_t available,
                         std::size_t index) {
  const auto more = taken_of(after) - taken_of(before);
  const bool is_held = before.status == LineStatus::executed && taken_of(after) > 0;
  if (!is_held || more <= available) return {};
  return fail(ErrorKind::conflict,
              "of '" + after.product_name + "' only " + std::to_string(available) + " more are left",
              line_pointer(index, "quantity"));
}

Result<void> check_total(const std::vector<OrderLine>& lines) {
  MinorUnits total = 0;
  for (const auto& line : lines) {
    const auto price = checked_multiply(line.unit_price, line.quantity);
    const auto sum = price ? checked_add(total, *price) : std::nullopt;
    if (!sum) return fail(ErrorKind::unprocessable, "the order's total is too large to be counted");
    total = *sum;
  }
  return {};
}

bool is_same(const OrderLine& a, const OrderLine& b) {
  return a.quantity == b.quantity && a.status == b.status;
}

}  // namespace

Result<Revision> plan_revision(const ReviseOrder& asked, const Order& order, const Quote& quote) {
  OMS_CHECK(check_state(asked, order));
  Revision revision{.change = order.changes + 1, .lines = order.lines};
  auto& lines = revision.lines;
  std::vector<bool> is_named(lines.size());
  for (std::size_t i = 0; i < asked.lines.size(); ++i) {
    const auto& wanted = asked.lines[i];
    const auto place = next_line(lines, is_named, wanted.product_id);
    if (place == lines.size()) {
      OMS_TRY(auto line, added(wanted, quote.lines.at(i), i, lines.size()));
      lines.push_back(std::move(line));
      is_named.push_back(false);
    }
    is_named[place] = true;
    const auto before = lines[place];
    lines[place].quantity = wanted.quantity.value_or(before.quantity);
    lines[place].status = wanted.status;
    OMS_CHECK(check_shelf(before, lines[place], quote.available.at(i), i));
  }
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (asked.all && !is_named[i]) lines[i].status = *asked.all;
  }
  OMS_CHECK(check_total(lines));
  if (std::ranges::equal(lines, order.lines, is_same)) lines.clear();
  return revision;
}

std::vector<ProductQuantity> taken_by(const Revision& revision) {
  std::vector<ProductQuantity> taken;
  taken.reserve(revision.lines.size());
  for (const auto& line : revision.lines) {
    taken.push_back({.product_id = line.product_id, .quantity = taken_of(line)});
  }
  return taken;
}

void take_lines(Order& order, std::vector<OrderLine> lines,
                const std::vector<ProductQuantity>& taken, Reason reason, Time now) {
  order.lines = std::move(lines);
  order.total = 0;
  bool is_executed = false;
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    auto& line = order.lines[i];
    const auto quantity = i < taken.size() ? taken[i].quantity : 0;
    line.status = quantity > 0 ? LineStatus::executed : LineStatus::cancelled;
    if (quantity == 0) continue;
    line.quantity = quantity;
    order.total += line.unit_price * quantity;  // less than was checked
    is_executed = true;
  }
  const auto status = is_executed ? OrderStatus::completed : OrderStatus::cancelled;
  if (status != order.status) enter(order, status, is_executed ? Reason::none : reason, now);
}

}  // namespace oms::orders
