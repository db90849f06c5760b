#include "services/orders/revise.h"

#include <algorithm>
#include <utility>

#include "services/orders/lifecycle.h"
#include "services/orders/lines.h"

namespace oms::orders {
namespace {

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

Result<void> check_owner(const ReviseOrder& asked, const Order& order) {
  const bool is_theirs = asked.customer_id.empty() || asked.customer_id == order.customer_id;
  if (is_theirs && asked.face == order.face) return {};
  return fail(ErrorKind::not_found, "there is no such order");
}

// Goods can always be given back.
bool is_cancellation(const ReviseOrder& asked) {
  const auto is_cancelled = [](const RevisedLine& line) {
    return line.status == LineStatus::cancelled;
  };
  return (asked.all ? *asked.all == LineStatus::cancelled : !asked.lines.empty()) &&
         std::ranges::all_of(asked.lines, is_cancelled);
}

Result<void> check_changes(const ReviseOrder& asked, const Order& order) {
  if (is_changing(order)) {
    return fail(ErrorKind::conflict, "another change of this order is under way");
  }
  if (order.changes >= revisions_max && !is_cancellation(asked)) {
    return fail(ErrorKind::conflict, "this order has been changed " +
                                         std::to_string(revisions_max) +
                                         " times: its lines can only be cancelled now");
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
  return fail(
      ErrorKind::conflict,
      "of '" + after.product_name + "' only " + std::to_string(available) + " more are left",
      line_pointer(index, "quantity"));
}

bool is_same(const OrderLine& a, const OrderLine& b) {
  return a.product_id == b.product_id && a.quantity == b.quantity && a.status == b.status &&
         a.note == b.note;
}

std::int64_t quantity_of(const std::vector<OrderLine>& lines, std::string_view product_id) {
  std::int64_t quantity = 0;
  for (const auto& line : lines) quantity += line.product_id == product_id ? line.quantity : 0;
  return quantity;
}

Result<Revision> plan_line_by_line(const ReviseOrder& asked, const Order& order,
                                   const Quote& quote) {
  if (!is_final(order.status)) {
    return fail(ErrorKind::conflict, "the order is not through yet: ask again in a moment");
  }
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
  // Which of its lines is too dear says nothing of the request, which names but some.
  if (auto total = total_of(lines); !total) {
    return fail(total.error().kind, std::move(total.error().detail));
  }
  return revision;
}

bool is_paid(const Order& order) {
  return order.status >= OrderStatus::paid;
}

Result<void> check_whole(const Order& order) {
  if (order.saga != "food" && order.saga != "pickup") {
    return fail(ErrorKind::conflict, "the items of this order cannot be changed");
  }
  if (order.status == OrderStatus::pending) {
    return fail(ErrorKind::conflict, "the order is being accepted: ask again in a moment");
  }
  if (is_final(order.status)) return fail(ErrorKind::conflict, "the order is over");
  if (!may_be_cancelled(order.status)) {
    return fail(ErrorKind::conflict, "the kitchen has started: the order can no longer be changed");
  }
  if (order.cancel_requested) return fail(ErrorKind::conflict, "the order is being cancelled");
  if (is_paid(order) && !order.requested_refunds.empty()) {
    return fail(ErrorKind::conflict,
                "some of this order was refunded: its items can no longer be changed");
  }
  return {};
}

// One line of the new list: the price stays as it was when the order was accepted.
Result<OrderLine> revised(const RevisedLine& wanted, const OrderLine& quoted, const Order& order,
                          std::int64_t available, std::size_t index) {
  const auto known = std::ranges::find(order.lines, wanted.product_id, &OrderLine::product_id);
  if (known == order.lines.end() && quoted.product_name.empty()) {
    return fail(ErrorKind::unprocessable,
                "there is no product '" + wanted.product_id + "' (see GET /api/menu)",
                line_pointer(index, "productID"));
  }
  OrderLine line = known == order.lines.end() ? quoted : *known;
  const auto before = quantity_of(order.lines, wanted.product_id);
  line.quantity = wanted.quantity.value_or(before);
  line.note = wanted.note;
  if (line.quantity < 1) {
    return fail(ErrorKind::invalid, "a line that is added needs a quantity",
                line_pointer(index, "quantity"));
  }
  const auto more = line.quantity - before;
  if (more > 0 && is_paid(order)) {
    return fail(ErrorKind::conflict,
                "the order is paid: it can be made smaller, and more is a new order",
                line_pointer(index, "quantity"));
  }
  if (more > available) {
    return fail(
        ErrorKind::conflict,
        "of '" + line.product_name + "' only " + std::to_string(available) + " more are left",
        line_pointer(index, "quantity"));
  }
  return line;
}

Result<Revision> plan_as_a_whole(const ReviseOrder& asked, const Order& order, const Quote& quote) {
  OMS_CHECK(check_whole(order));
  Revision revision{.change = order.changes + 1};
  for (std::size_t i = 0; i < asked.lines.size(); ++i) {
    if (quantity_of(revision.lines, asked.lines[i].product_id) > 0) {
      return fail(ErrorKind::invalid, "this product is there twice: add the quantities up",
                  line_pointer(i, "productID"));
    }
    OMS_TRY(auto line, revised(asked.lines[i], quote.lines.at(i), order, quote.available.at(i), i));
    revision.lines.push_back(std::move(line));
  }
  OMS_CHECK(total_of(revision.lines));
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

// So much less of each product, which may be on several lines.
std::vector<ProductQuantity> removed_by(const Revision& revision, const Order& order) {
  auto removed = order.removed;
  for (const auto& line : order.lines) {
    const auto first = std::ranges::find(order.lines, line.product_id, &OrderLine::product_id);
    const auto less =
        quantity_of(order.lines, line.product_id) - quantity_of(revision.lines, line.product_id);
    if (less <= 0 || &*first != &line) continue;
    const auto known = std::ranges::find(removed, line.product_id, &ProductQuantity::product_id);
    if (known == removed.end()) {
      removed.push_back({.product_id = line.product_id, .quantity = less});
    } else {
      known->quantity += less;
    }
  }
  return removed;
}

void change_contact(const ContactChange& change, Contact& contact) {
  if (change.name) contact.name = *change.name;
  if (change.email) contact.email = *change.email;
  if (!change.phone_number) return;
  contact.phone_number = *change.phone_number;
  contact.phone_typed = change.phone_typed;
}

bool is_empty(const std::vector<OrderLine>& lines) {
  return std::ranges::all_of(
      lines, [](const OrderLine& line) { return line.status == LineStatus::cancelled; });
}

// A line that is kept was accepted in the order's currency.
Result<void> check_currency(const ReviseOrder& asked, const Order& order, const Quote& quote) {
  for (std::size_t i = 0; i < quote.currencies.size(); ++i) {
    const auto& product = asked.lines.at(i).product_id;
    if (quote.currencies[i] == order.currency || quote.lines.at(i).product_name.empty()) continue;
    if (std::ranges::find(order.lines, product, &OrderLine::product_id) != order.lines.end())
      continue;
    return fail(ErrorKind::unprocessable,
                "'" + quote.lines[i].product_name + "' is sold in " + quote.currencies[i] +
                    ", and this order is in " + order.currency,
                line_pointer(i, "productID"));
  }
  return {};
}

}  // namespace

Result<Revision> plan_revision(const ReviseOrder& asked, const Order& order, const Quote& quote) {
  OMS_CHECK(check_changes(asked, order));
  OMS_CHECK(check_currency(asked, order, quote));
  auto revision = order.face == Face::fulfilment ? plan_line_by_line(asked, order, quote)
                                                 : plan_as_a_whole(asked, order, quote);
  if (revision && std::ranges::equal(revision->lines, order.lines, is_same)) {
    revision->lines.clear();
  }
  return revision;
}

StartChange change_for(const Revision& revision, const Order& order) {
  StartChange change{.number = revision.change};
  if (order.face == Face::fulfilment) {
    change.saga = "resupply";
    change.taken = taken_by(revision);
    return change;
  }
  change.lines = revision.lines;
  change.total = total_of(revision.lines).value();
  change.saga = is_paid(order) ? "revise_paid" : "revise_unpaid";
  if (is_paid(order)) {
    change.amount = order.total - change.total;
    change.returned = removed_by(revision, order);
  }
  return change;
}

void apply(Order& order, const ApplyChange& change, Time now) {
  auto lines = std::exchange(order.revision->lines, {});
  if (order.face == Face::fulfilment) {
    const auto reason = is_empty(lines) ? Reason::customer_request : Reason::out_of_stock;
    return take_lines(order, std::move(lines), change.taken, reason, now);
  }
  if (is_final(order.status)) return;  // it was cancelled meanwhile: its lines are what it had
  order.removed = change.returned;
  order.total = total_of(lines).value();
  order.lines = std::move(lines);
}

Result<bool> change_details(const ReviseOrder& asked, Order& order) {
  OMS_CHECK(check_owner(asked, order));
  OMS_CHECK(check_version(order, asked.versions));
  if (!asked.note && !asked.customer && !asked.address) return false;
  if (!may_be_cancelled(order.status)) {
    return fail(ErrorKind::conflict,
                is_final(order.status)
                    ? "the order is over"
                    : "the kitchen has started: the order can no longer be changed");
  }
  bool is_changed = false;
  if (asked.note && *asked.note != order.note) {
    order.note = *asked.note;
    is_changed = true;
  }
  if (asked.customer) {
    change_contact(*asked.customer, order.customer);
    is_changed = true;
  }
  if (asked.address) {
    order.address = *asked.address;
    is_changed = true;
  }
  return is_changed;
}

bool forget_failure(const ReviseOrder& asked, Order& order) {
  const bool is_failed = order.revision && order.revision->status == ChangeStatus::failed;
  if (!is_failed || (asked.lines.empty() && !asked.all)) return false;
  order.revision.reset();
  return true;
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
