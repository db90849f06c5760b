// What has happened, for operators to look up: an item's ledger, and who did what.
#include <charconv>

#include "codec/json_names.h"
#include "codec/json_text.h"
#include "codec/json_write.h"
#include "edge/operator_api.h"
#include "edge/paging.h"
#include "edge/query_string.h"
#include "edge/words.h"

namespace oms::edge {
namespace {

constexpr std::size_t list_usual = 20;

// By so much the clocks that stamp ids and entries may differ.
constexpr Duration clock_slack = std::chrono::seconds{60};

void put(std::string_view name, std::string_view text, std::string& body) {
  body.append(R"(,")").append(name).append(R"(":)");
  write_json_string(text, body);
}

void put(std::string_view name, std::int64_t number, std::string& body) {
  body.append(R"(,")").append(name).append(R"(":)").append(std::to_string(number));
}

void begin_object(std::string& body) {
  if (body.back() == '}') body += ',';
  body += '{';
}

// --- an item's ledger -------------------------------------------------------------------------

// `number`: 0 for what is not closed yet.
void write_movement(const MovementView& movement, std::string& body) {
  begin_object(body);
  body.append(R"("kind":)");
  write_json_string(json::name_of(movement.kind), body);
  if (movement.number > 0) put("number", movement.number, body);
  put("quantity", movement.quantity, body);
  put("change", stock::change_of(movement.kind, movement.quantity), body);
  put("onHand", movement.on_hand, body);
  if (movement.at != Time{}) put("at", to_text(movement.at), body);
  if (!movement.reason.empty()) put("reason", movement.reason, body);
  body += '}';
}

// What orders have moved since the ledger's last row, newest first, each with what was on hand when
// the day is added up in the ledger's order.
void write_day(const ItemView& item, std::string& body) {
  using enum stock::MovementKind;
  const auto& day = item.today;
  const auto before = item.on_hand - stock::change_of(day);
  const auto write = [&](stock::MovementKind kind, std::int64_t quantity, std::int64_t on_hand) {
    if (quantity == 0) return;
    write_movement({.kind = kind, .quantity = quantity, .on_hand = on_hand, .at = day.last}, body);
  };
  write(written_off, day.written_off, item.on_hand);
  write(committed, day.committed, item.on_hand);
  write(returned, day.returned, before + day.returned);
  if (item.movements > 0) return;
  write_movement({.kind = initial, .quantity = before, .on_hand = before, .at = day.first}, body);
}

HttpResponse movement_list(const Found& of, const Page& page, ListTag list, bool is_first_page) {
  const auto* item = of.record ? of.record.as<ItemView>() : nullptr;
  if (item == nullptr) return problem(Error{ErrorKind::not_found, "there is no such item"});
  std::string body = R"({"productID":)";
  write_json_string(item->id, body);
  put("onHand", item->on_hand, body);
  body += R"(,"movements":[)";
  if (is_first_page) write_day(*item, body);
  std::int64_t last = 0;
  for (const auto& found : page.records) {
    const auto* movement = found.record.as<MovementView>();
    // One that was written since the item was read: `write_day` has told of it.
    if (movement == nullptr || movement->number > item->movements) continue;
    write_movement(*movement, body);
    last = movement->number;
  }
  body += ']';
  if (page.more && last > 0) put("nextCursor", cursor_of(std::to_string(last), list), body);
  body += '}';
  return json_response(std::move(body));
}

// --- who did what -----------------------------------------------------------------------------

struct AuditFilter {
  std::string who;
  std::string subject;
  std::optional<Time> from;
  std::optional<Time> to;

  bool lets_pass(const AuditView& entry) const {
    return (who.empty() || entry.who == who) && (subject.empty() || entry.subject == subject) &&
           (!from || entry.at >= *from) && (!to || entry.at <= *to);
  }
};

void write_entry(const AuditView& entry, std::string& body) {
  begin_object(body);
  body.append(R"("id":)");
  write_json_string(entry.id.text(), body);
  put("at", to_text(entry.at), body);
  put("who", entry.who, body);
  put("action", entry.action, body);
  put("subject", entry.subject, body);
  if (!entry.reason.empty()) put("reason", entry.reason, body);
  put("outcome", entry.outcome, body);
  body += '}';
}

// A page may be short, and have a next all the same: it ends where the last entry was looked at.
HttpResponse audit_list(const Page& page, const AuditFilter& filter, ListTag list) {
  std::string body = R"({"entries":[)";
  bool is_past = false;
  for (const auto& found : page.records) {
    const auto* entry = found.record.as<AuditView>();
    if (entry == nullptr) continue;
    is_past = filter.from && entry->at < *filter.from;
    if (filter.lets_pass(*entry)) write_entry(*entry, body);
  }
  body += ']';
  if (is_past) {
    body += '}';
  } else {
    close_list(page, list, body);
  }
  return json_response(std::move(body));
}

std::string text_of(const Parameters& parameters, std::string_view name) {
  const auto* text = parameters.find(name);
  return text != nullptr ? *text : std::string{};
}

}  // namespace

Result<Plan> list_movements(const Call& call) {
  OMS_TRY(const auto product, product_of(call));
  OMS_TRY(const auto parameters, read_parameters(call.request.query, {"limit", "cursor"}));
  const auto tag = ListTag::of(call.request.path);
  OMS_TRY(const auto paging, read_paging(parameters, list_usual, tag));
  List list{.query = {.type = &type_of<MovementView>(),
                      .column = "product_id",
                      .value = std::string{product},
                      .limit = paging.limit},
            .render = {}};
  const bool is_first_page = paging.after.empty();
  if (!is_first_page) {
    std::int64_t number = 0;
    std::from_chars(paging.after.data(), paging.after.data() + paging.after.size(), number);
    list.query.after = stock::movement_id(product, number);
  }
  list.of = key_of<ItemView>(product);
  list.render_of = [tag, is_first_page](const Found& of, const Page& page) {
    return movement_list(of, page, tag, is_first_page);
  };
  return list;
}

Result<Plan> list_audit(const Call& call) {
  OMS_TRY(const auto parameters,
          read_parameters(call.request.query, {"who", "subject", "from", "to", "limit", "cursor"}));
  AuditFilter filter{.who = text_of(parameters, "who"), .subject = text_of(parameters, "subject")};
  OMS_TRY(filter.from, time_parameter(parameters, "from"));
  OMS_TRY(filter.to, time_parameter(parameters, "to"));
  const auto tag = ListTag::of(call.request.path, filter.who + "\n" + filter.subject);
  OMS_TRY(auto paging, read_paging_by_id(parameters, list_usual, tag));
  List list{.query = {.type = &type_of<AuditView>(),
                      .after = std::move(paging.after),
                      .limit = paging.limit},
            .render = {}};
  if (list.query.after.empty() && filter.to) {
    list.query.after = first_id_of(*filter.to + clock_slack).text();
  }
  if (!filter.subject.empty()) {
    list.query.column = "subject";
    list.query.value = filter.subject;
  } else if (!filter.who.empty()) {
    list.query.column = "who";
    list.query.value = filter.who;
  }
  list.render = [tag, filter = std::move(filter)](const Page& page) {
    return audit_list(page, filter, tag);
  };
  return list;
}

}  // namespace oms::edge
