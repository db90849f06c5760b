#include "process/housekeeping.h"

#include <algorithm>
#include <chrono>

#include "adapters/files/appender.h"
#include "base/planted.h"
#include "runtime/id_source.h"
#include "runtime/records.h"
#include "services/coordinator/records.h"
#include "services/delivery/records.h"
#include "services/kitchen/records.h"
#include "services/notifications/records.h"
#include "services/orders/records.h"
#include "services/payments/records.h"
#include "services/stock/records.h"

namespace oms::process {
namespace {

constexpr std::size_t slice = 200;  // records looked at in one step
constexpr Duration pause_between{std::chrono::seconds{1}};
// Where most of what is looked at is old, more comes than one slice a second can forget.
constexpr Duration pause_when_behind{250};
constexpr std::size_t much = slice / 2;

// Ids begin with the seconds of their making, so age needs no index.
std::optional<Time> made_at(std::string_view id) {
  const auto parsed = Id::parse(id);
  return parsed ? std::optional{runtime::made_at(*parsed)} : std::nullopt;
}

template <class T>
const T& as(const Record& record) {
  return *record.as<T>();
}

// Whether it waits for its time, as far as can be known here.
bool may_be_due(const Found& found) {
  return found.is_newer || (found.record && found.record.due());
}

bool is_always_over(const Record&) {
  return true;
}
std::optional<Time> inbox_used_at(const Record& r) {
  return as<runtime::InboxEntry>(r).at;
}
std::optional<Time> sequence_used_at(const Record& r) {
  return as<runtime::Sequence>(r).at;
}
bool is_over_saga(const Record& r) {
  return !as<coordinator::Saga>(r).is_live() && !planted::is("never_purge_sagas");
}
bool is_over_reservation(const Record& r) {
  return as<stock::Reservation>(r).state != stock::ReservationState::held;
}
bool is_over_payment(const Record& r) {
  return !as<payments::Payment>(r).due || planted::is("purge_due_payments");
}
bool is_over_ticket(const Record& r) {
  const auto status = as<kitchen::Ticket>(r).status;
  return status != kitchen::TicketStatus::waiting && status != kitchen::TicketStatus::preparing;
}
bool is_over_delivery(const Record& r) {
  const auto status = as<delivery::Delivery>(r).status;
  return status == delivery::DeliveryStatus::delivered ||
         status == delivery::DeliveryStatus::failed;
}
bool is_over_notices(const Record& r) {
  return !as<notifications::Notices>(r).due;
}

Housekeeping::Archive to_file(std::filesystem::path path) {
  return [path = std::move(path)](std::string_view lines) -> Result<void> {
    OMS_TRY(auto file, files::Appender::open(path));
    return file.append(lines);
  };
}

}  // namespace

Housekeeping::Housekeeping(Store& store, const Settings& settings)
    : Housekeeping(store, settings, to_file(settings.data / "archive.jsonl")) {}

Housekeeping::Housekeeping(Store& store, const Settings& settings, Archive archive)
    : store_(store), archive_(std::move(archive)), archive_days_(settings.archive_days) {
  const auto hours = settings.retention_hours;
  const auto days_early = planted::is("expire_keys_early") ? 1 : 0;
  rules_ = {
      {.type = &type_of<runtime::InboxEntry>(),
       .after_hours = hours - 24 * days_early,
       .is_over = is_always_over,
       .used_at = inbox_used_at},
      // A day must be over everywhere before its numbers may be forgotten.
      {.type = &type_of<runtime::Sequence>(),
       .after_hours = hours + 48,
       .is_over = is_always_over,
       .used_at = sequence_used_at},
      {.type = &type_of<coordinator::Saga>(), .after_hours = hours, .is_over = is_over_saga},
      {.type = &type_of<stock::Reservation>(),
       .after_hours = hours,
       .is_over = is_over_reservation},
      {.type = &type_of<payments::Payment>(), .after_hours = hours, .is_over = is_over_payment},
      {.type = &type_of<kitchen::Ticket>(), .after_hours = hours, .is_over = is_over_ticket},
      {.type = &type_of<delivery::Delivery>(), .after_hours = hours, .is_over = is_over_delivery},
      {.type = &type_of<notifications::Notices>(),
       .after_hours = hours,
       .is_over = is_over_notices},
  };
}

Result<void> Housekeeping::step(Time now) {
  if (!is_due(now)) return {};
  next_ = now + pause_between;
  std::size_t most = 0;
  for (auto& rule : rules_) {
    OMS_TRY(const auto forgotten, sweep(rule, now));
    most = std::max(most, forgotten);
  }
  if (archive_days_ > 0) {
    OMS_TRY(const auto archived, archive_orders(now));
    most = std::max(most, archived);
  }
  if (most > much) next_ = now + pause_when_behind;
  return {};
}

Result<std::size_t> Housekeeping::sweep(Rule& rule, Time now) {
  OMS_TRY(const auto page, store_.find({.type = rule.type,
                                        .newest_first = false,
                                        .after = rule.cursor,
                                        .limit = slice,
                                        .and_newer = true}));
  const auto cutoff = now - std::chrono::hours{rule.after_hours};
  std::vector<Change> changes;
  bool is_young = false;
  for (const auto& found : page.records) {
    if (found.is_newer) continue;  // a newer version forgets it
    const auto key = found.record.key();
    const auto made = rule.used_at != nullptr ? rule.used_at(found.record) : made_at(key.id.view());
    is_young = made && *made > cutoff;
    if (is_young && rule.used_at == nullptr) break;
    if (!is_young && made && rule.is_over(found.record)) {
      changes.push_back(
          {.key = key, .record = {}, .expected = found.version, .before = found.record});
    }
  }
  const bool is_round_over = !page.more || (is_young && rule.used_at == nullptr);
  rule.cursor = is_round_over ? std::string{} : page.last;
  if (rule.used_at == nullptr) OMS_CHECK(spare_live_orders(changes));
  if (!changes.empty()) OMS_CHECK(store_.commit(changes));
  return changes.size();
}

// What an order under way has done may still have to be undone, however old it is.
Result<void> Housekeeping::spare_live_orders(std::vector<Change>& changes) {
  std::vector<Key> keys;
  keys.reserve(changes.size());
  for (const auto& change : changes) keys.push_back({&type_of<orders::Order>(), change.key.id});
  OMS_TRY(const auto found, store_.load(keys));
  std::size_t i = 0;
  std::erase_if(changes, [&](const Change&) {
    const auto& [record, version, is_newer] = found[i++];
    const bool is_live = record && (!is_final(as<orders::Order>(record).status) ||
                                    orders::is_changing(as<orders::Order>(record)));
    return is_newer || (is_live && !planted::is("purge_live_orders"));
  });
  return {};
}

// The records of that type which belong to these orders.
template <class T>
Result<std::vector<Found>> Housekeeping::beside(const Page& orders) {
  std::vector<Key> keys;
  keys.reserve(orders.records.size());
  for (const auto& found : orders.records) keys.push_back(key_of<T>(found.record.key().id.view()));
  return store_.load(keys);
}

Result<std::size_t> Housekeeping::archive_orders(Time now) {
  OMS_TRY(auto page, store_.find({.type = &type_of<orders::Order>(),
                                  .newest_first = false,
                                  .after = archive_cursor_,
                                  .limit = slice,
                                  .and_newer = true}));
  archive_cursor_ = page.more ? page.last : std::string{};
  // A newer version archives what it has written.
  std::erase_if(page.records, [](const Found& found) { return found.is_newer; });
  const auto cutoff = now - std::chrono::days{archive_days_};
  // Of what has ended just now the payment and the notices may still tell.
  OMS_TRY(const auto payments, beside<payments::Payment>(page));
  OMS_TRY(const auto notices, beside<notifications::Notices>(page));
  std::vector<Change> changes;
  std::string lines;
  for (std::size_t i = 0; i < page.records.size(); ++i) {
    const auto& found = page.records[i];
    const auto& order = as<orders::Order>(found.record);
    if (order.created_at > cutoff) {
      archive_cursor_.clear();
      break;
    }
    const bool is_waited_for =
        !planted::is("archive_unsettled") && (may_be_due(payments[i]) || may_be_due(notices[i]));
    const bool is_at_rest = is_final(order.status) && !orders::is_changing(order) &&
                            order.updated_at <= cutoff && !is_waited_for;
    if (!is_at_rest) continue;
    found.record.type().encode(&order, lines);
    lines += '\n';
    auto note = make_record(orders::ArchivedOrder{
        .id = order.id, .customer_id = order.customer_id, .archived_at = now});
    const auto key = note.key();
    changes.push_back({.key = found.record.key(), .record = {}, .expected = found.version});
    changes.push_back({.key = key, .record = std::move(note), .expected = 0});
  }
  if (changes.empty()) return 0;
  // The orders may be forgotten only when they are safe in the archive.
  if (!planted::is("skip_archive")) OMS_CHECK(archive_(lines));
  std::ranges::sort(changes, std::less<>{}, &Change::key);
  OMS_CHECK(store_.commit(changes));
  return changes.size() / 2;
}

}  // namespace oms::process
