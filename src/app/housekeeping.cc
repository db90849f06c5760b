#include "app/housekeeping.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include <spdlog/spdlog.h>

#include "runtime/records.h"
#include "services/coordinator/records.h"
#include "services/delivery/records.h"
#include "services/kitchen/records.h"
#include "services/notifications/records.h"
#include "services/orders/records.h"
#include "services/payments/records.h"
#include "services/stock/records.h"

namespace oms::app {
namespace {

constexpr std::size_t slice = 200;  // records looked at in one step
constexpr Duration pause_between{std::chrono::seconds{1}};
// Where most of what is looked at is old, more comes than one slice a second can forget.
constexpr Duration pause_when_behind{250};
constexpr std::size_t much = slice / 2;

// Ids begin with the seconds of their making, so age needs no index.
std::optional<Time> made_at(std::string_view id) {
  const auto parsed = Id::parse(id);
  if (!parsed) return std::nullopt;
  std::int64_t seconds = 0;
  for (std::size_t i = 0; i < 4; ++i) seconds = seconds * 256 + parsed->bytes()[i];
  return Time{seconds * 1000};
}

template <class T>
const T& as(const Record& record) {
  return *record.as<T>();
}

bool is_old_inbox(const Record&) {
  return true;
}
bool is_over_saga(const Record& r) {
  return !as<coordinator::Saga>(r).is_live();
}
bool is_over_reservation(const Record& r) {
  return as<stock::Reservation>(r).state != stock::ReservationState::held;
}
bool is_over_payment(const Record& r) {
  return !as<payments::Payment>(r).due;
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

// Appends and syncs; the orders may be forgotten only when they are safe in the archive.
Result<void> append_durably(const std::filesystem::path& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) return fail(ErrorKind::unavailable, "cannot open the archive " + path.string());
  const auto length = ::lseek(file, 0, SEEK_END);
  bool is_written = length >= 0;
  while (!text.empty() && is_written) {
    const auto count = ::write(file, text.data(), text.size());
    is_written = count > 0;
    if (is_written) text.remove_prefix(static_cast<std::size_t>(count));
  }
  is_written = is_written && ::fdatasync(file) == 0;
  // A line that is torn would spoil the next one.
  if (!is_written && length >= 0 && ::ftruncate(file, length) != 0) {
    spdlog::error("the archive {} ends in a torn line", path.string());
  }
  ::close(file);
  if (!is_written) return fail(ErrorKind::unavailable, "cannot write to " + path.string());
  return {};
}

}  // namespace

Housekeeping::Housekeeping(Store& store, const Settings& settings)
    : store_(store),
      archive_(settings.data / "archive.jsonl"),
      archive_days_(settings.archive_days) {
  const auto hours = settings.retention_hours;
  rules_ = {
      {.type = &type_of<runtime::InboxEntry>(), .after_hours = hours, .is_over = is_old_inbox},
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
  OMS_TRY(const auto page,
          store_.find(
              {.type = rule.type, .newest_first = false, .after = rule.cursor, .limit = slice}));
  const auto cutoff = now - std::chrono::hours{rule.after_hours};
  std::vector<Change> changes;
  std::string last;
  bool is_young = false;
  for (const auto& found : page.records) {
    const auto key = found.record.key();
    const auto* inbox = found.record.as<runtime::InboxEntry>();
    const auto made = inbox != nullptr ? std::optional{inbox->at} : made_at(key.id.view());
    is_young = made && *made > cutoff;
    last = key.id.view();
    if (is_young && inbox == nullptr) break;
    if (!is_young && made && rule.is_over(found.record)) {
      changes.push_back(
          {.key = key, .record = {}, .expected = found.version, .before = found.record});
    }
  }
  const bool is_round_over = !page.more || (is_young && rule.type->table != "runtime_inbox");
  rule.cursor = is_round_over ? std::string{} : last;
  if (rule.type->table != "runtime_inbox") OMS_CHECK(spare_live_orders(changes));
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
    const auto& record = found[i++].record;
    return record && !is_final(as<orders::Order>(record).status);
  });
  return {};
}

Result<std::size_t> Housekeeping::archive_orders(Time now) {
  OMS_TRY(const auto page, store_.find({.type = &type_of<orders::Order>(),
                                        .newest_first = false,
                                        .after = archive_cursor_,
                                        .limit = slice}));
  const auto cutoff = now - std::chrono::days{archive_days_};
  std::vector<Key> payment_keys;
  payment_keys.reserve(page.records.size());
  for (const auto& found : page.records) {
    payment_keys.push_back(key_of<payments::Payment>(found.record.key().id.view()));
  }
  OMS_TRY(const auto payments, store_.load(payment_keys));
  std::vector<Change> changes;
  std::string lines;
  archive_cursor_.clear();
  for (std::size_t i = 0; i < page.records.size(); ++i) {
    const auto& found = page.records[i];
    const auto& order = as<orders::Order>(found.record);
    if (order.created_at > cutoff) break;
    if (page.more) archive_cursor_ = order.id.text();
    // Of what has ended just now the payment and the notices may still tell.
    const bool is_paying = payments[i].record && payments[i].record.due();
    const bool is_at_rest = is_final(order.status) && order.updated_at <= cutoff && !is_paying;
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
  OMS_CHECK(append_durably(archive_, lines));
  std::ranges::sort(changes, std::less<>{}, &Change::key);
  OMS_CHECK(store_.commit(changes));
  return changes.size() / 2;
}

}  // namespace oms::app
