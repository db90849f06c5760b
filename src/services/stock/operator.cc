#include "services/stock/operator.h"

#include <algorithm>
#include <string>

#include "services/stock/shelf.h"

namespace oms::stock {
namespace {

// Numbers that the operator's own ids have are left out. More than these in a row are tried next
// time.
constexpr std::int64_t numbers_looked_at = 64;
constexpr std::int64_t numbers_looked_at_last = 1024;

std::int64_t last_number(const Records& records) {
  const auto* numbers = records.get<ProductNumbers>(ProductNumbers::only);
  return numbers != nullptr ? numbers->last : 0;
}

Key item_numbered(std::int64_t number) {
  return key_of<Item>(std::to_string(number));
}

// Of those that were looked for, the first number after `last` that no item has; none if all have
// one.
std::optional<std::int64_t> free_number(const Records& records, std::int64_t last) {
  for (auto number = last + 1; records.knows(item_numbered(number)); ++number) {
    if (records.find(item_numbered(number)) == nullptr) return number;
    if (number == last + numbers_looked_at + numbers_looked_at_last) break;
  }
  return std::nullopt;
}

// Why the item is not as the caller requires it; null stands for one that is not there.
std::optional<Error> problem_of(const ItemCondition& condition, const Item* item) {
  if (condition.must_be_new && item != nullptr) {
    return Error{ErrorKind::stale, "there is such an item already"};
  }
  if (!condition.must_exist) return std::nullopt;
  if (item == nullptr) return Error{ErrorKind::stale, "there is no such item"};
  if (item->archived) {
    return Error{ErrorKind::stale,
                 "the item is archived: set it without If-Match, and it is sold again"};
  }
  const auto& versions = condition.versions;
  if (versions.empty() || std::ranges::find(versions, item->version) != versions.end()) {
    return std::nullopt;
  }
  return Error{ErrorKind::stale, "the item has changed: it is at version " +
                                     std::to_string(item->version) + " now; read it again"};
}

bool is_currency(std::string_view text) {
  return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

std::optional<Error> problem_of(const SetItem& command, const Item& item, bool is_new) {
  const auto invalid = [](const char* detail, const char* pointer) {
    return Error{ErrorKind::invalid, detail, pointer};
  };
  if (command.name && command.name->empty()) return invalid("the name is empty", "/name");
  if (command.kind && *command.kind != "dish" && *command.kind != "goods") {
    return invalid("the kind is 'dish' or 'goods'", "/kind");
  }
  if (command.price && (*command.price < 1 || *command.price > price_max)) {
    return invalid(
        "the price is 1 to 1000000000000 minor units: what costs nothing cannot be paid for",
        "/price");
  }
  if (command.preparation_ms &&
      (*command.preparation_ms < 0 || *command.preparation_ms > preparation_ms_max)) {
    return invalid("the preparation takes 0 ms to a day", "/preparationMs");
  }
  if (command.low_at && (*command.low_at < -shelf_max || *command.low_at > shelf_max)) {
    return invalid("the stock is low at -1000000000000 to 1000000000000", "/lowAt");
  }
  if (command.on_hand && (*command.on_hand < 0 || *command.on_hand > shelf_max)) {
    return invalid("the stock on hand is 0 to 1000000000000", "/onHand");
  }
  if (command.currency && !is_currency(*command.currency)) {
    return invalid("a currency is its code in lower case, such as usd", "/currency");
  }
  const bool is_same_currency = !command.currency || *command.currency == item.currency;
  if (!is_same_currency && !command.price) {
    return Error{ErrorKind::unprocessable, "with another currency give the price in it", "/price"};
  }
  if (is_new && (!command.name || !command.price)) {
    return Error{ErrorKind::unprocessable, "a new item needs a name and a price",
                 command.name ? "/price" : "/name"};
  }
  if (command.on_hand && *command.on_hand < item.reserved) {
    return Error{ErrorKind::conflict,
                 "customers hold " + std::to_string(item.reserved) +
                     " of it reserved: the stock cannot be set below that",
                 "/onHand"};
  }
  return std::nullopt;
}

void apply(const SetItem& command, Item& item) {
  if (command.name) item.name = *command.name;
  if (command.kind) item.kind = *command.kind;
  if (command.price_id) item.price_id = *command.price_id;
  if (command.price) item.price = *command.price;
  if (command.low_at) item.low_at = *command.low_at;
  if (command.preparation_ms) item.preparation_ms = *command.preparation_ms;
  if (command.currency) item.currency = *command.currency;
  if (command.on_hand) item.initial += *command.on_hand - item.on_hand();
}

// The next number becomes the id.
Decision add_item(SetItem command, const Records& records, std::string_view currency) {
  const auto number = free_number(records, last_number(records));
  if (!number) {
    Decision decision;
    decision.refuses(ErrorKind::conflict,
                     "the next " + std::to_string(numbers_looked_at + numbers_looked_at_last) +
                         " numbers are the ids of other items: name an id");
    return decision;
  }
  command.product_id = std::to_string(*number);
  auto decision = set_item(command, records, currency);
  if (!decision.reply->refusal) decision.saves(ProductNumbers{.last = *number});
  return decision;
}

}  // namespace

void needs_for_number(const Records& found, Keys& keys) {
  const auto numbers = key_of<ProductNumbers>(ProductNumbers::only);
  keys.push_back(numbers);
  if (!found.knows(numbers)) return;
  const auto last = last_number(found);
  auto end = last + numbers_looked_at;
  if (found.knows(item_numbered(end)) && !free_number(found, last)) end += numbers_looked_at_last;
  for (auto number = last + 1; number <= end; ++number) keys.push_back(item_numbered(number));
}

Decision set_item(const SetItem& command, const Records& records, std::string_view currency) {
  if (command.product_id.empty()) return add_item(command, records, currency);
  Decision decision;
  const Item* known = records.get<Item>(command.product_id);
  if (auto problem = problem_of(command.condition, known)) {
    decision.reply = Reply{.refusal = std::move(problem)};
    return decision;
  }
  Item item = known != nullptr ? *known
                               : Item{.id = command.product_id,
                                      .kind = "goods",
                                      .price_id = "price_" + command.product_id,
                                      .currency = std::string{currency}};
  if (auto problem = problem_of(command, item, known == nullptr)) {
    decision.reply = Reply{.refusal = std::move(problem)};
    return decision;
  }
  apply(command, item);
  item.archived = false;
  ++item.version;
  decision.shows(key_of<Item>(item.id));
  decision.saves(std::move(item));
  return decision;
}

Decision restock(const RestockItem& command, const Records& records) {
  Decision decision;
  const Item* known = records.get<Item>(command.product_id);
  if (auto problem = problem_of(command.condition, known)) {
    decision.reply = Reply{.refusal = std::move(problem)};
    return decision;
  }
  if (known == nullptr) {
    decision.refuses(ErrorKind::not_found, "there is no such item");
    return decision;
  }
  if (known->archived) {
    decision.refuses(ErrorKind::conflict,
                     "the item is archived: set it, and it is sold again from then on");
    return decision;
  }
  if (command.quantity < 1 || command.quantity > shelf_max) {
    decision.refuses(ErrorKind::invalid, "the quantity is 1 to 1000000000000", "/quantity");
    return decision;
  }
  if (known->on_hand() > shelf_max - command.quantity) {
    decision.refuses(ErrorKind::unprocessable,
                     "a shelf holds at most 1000000000000: there is room for " +
                         std::to_string(shelf_max - known->on_hand()) + " more",
                     "/quantity");
    return decision;
  }
  Item item = *known;
  item.restocked += command.quantity;
  ++item.version;
  decision.shows(key_of<Item>(item.id));
  decision.saves(std::move(item));
  return decision;
}

Decision archive(const ArchiveItem& command, const Records& records) {
  Decision decision;
  const Item* known = records.get<Item>(command.product_id);
  if (auto problem = problem_of(command.condition, known)) {
    decision.reply = Reply{.refusal = std::move(problem)};
    return decision;
  }
  if (known == nullptr || known->archived) {
    decision.refuses(ErrorKind::not_found, "there is no such item");
    return decision;
  }
  if (known->reserved > 0) {
    decision.refuses(ErrorKind::conflict, "customers hold " + std::to_string(known->reserved) +
                                              " of it reserved: archive it when these are sold");
    return decision;
  }
  Item item = *known;
  item.archived = true;
  ++item.version;
  decision.shows(key_of<Item>(item.id));
  decision.saves(std::move(item));
  return decision;
}

}  // namespace oms::stock
