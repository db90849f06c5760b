#include "process/housekeeping.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <utility>

#include "adapters/files/appender.h"
#include "runtime/correspondence.h"
#include "runtime/records.h"
#include "services/orders/records.h"
#include "services/stock/ledger.h"

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
  return parsed ? std::optional{oms::made_at(*parsed)} : std::nullopt;
}

template <class T>
const T& as(const Record& record) {
  return *record.as<T>();
}

bool is_always_over(const Record&, Time) {
  return true;
}
std::optional<Time> inbox_used_at(const Record& r) {
  return as<runtime::InboxEntry>(r).at;
}
std::optional<Time> sequence_used_at(const Record& r) {
  return as<runtime::Sequence>(r).at;
}
std::optional<Time> entered_at(const Record& r) {
  return as<runtime::AuditEntry>(r).at;
}
std::optional<Time> erased_at(const Record& r) {
  return as<orders::ErasedCustomer>(r).erased_at;
}
// The other side forgets it about then, too: nobody must say anything more after that.
bool is_over_correspondence(const Record& r, Time cutoff) {
  const auto& about = as<runtime::Correspondence>(r);
  return about.is_at_rest() && about.at <= cutoff;
}

std::vector<ServiceName> all_but_orders() {
  std::vector<ServiceName> names;
  for (const auto name : shop_services) {
    if (name != ServiceName::orders) names.push_back(name);
  }
  return names;
}

Housekeeping::Archive to_file(std::filesystem::path path) {
  return [path = std::move(path)](std::string_view lines) -> Result<void> {
    OMS_TRY(auto file, files::Appender::open(path));
    return file.append(lines);
  };
}

}  // namespace

Housekeeping::Housekeeping(Store& store, const runtime::Services& services,
                           const Settings& settings, Peers* peers)
    : Housekeeping(store, services, settings, peers, to_file(archive_in(settings.data))) {}

Housekeeping::Housekeeping(Store& store, const runtime::Services& services,
                           const Settings& settings, Peers* peers, Archive archive)
    : store_(store),
      services_(services),
      peers_(peers),
      archive_(std::move(archive)),
      archive_days_(services.named(ServiceName::orders) != nullptr ? settings.archive_days : 0),
      books_days_(services.named(ServiceName::stock) != nullptr ? settings.books_days : 0) {
  add_rules(settings);
}

void Housekeeping::add_rules(const Settings& settings) {
  const auto hours = settings.retention_hours;
  const auto refund_hours = std::max(hours, settings.refund_window_hours);
  rules_.push_back({.type = &type_of<runtime::InboxEntry>(),
                    .after_hours = hours,
                    .is_over = is_always_over,
                    .used_at = inbox_used_at});
  // A day must be over everywhere before its numbers may be forgotten.
  rules_.push_back({.type = &type_of<runtime::Sequence>(),
                    .after_hours = hours + 48,
                    .is_over = is_always_over,
                    .used_at = sequence_used_at});
  if (const auto books_hours = settings.books_days * 24; books_hours > 0) {
    rules_.push_back({.type = &type_of<runtime::AuditEntry>(),
                      .after_hours = books_hours,
                      .is_over = is_always_over,
                      .used_at = entered_at,
                      .is_in_order = true});
    if (services_.named(ServiceName::orders) != nullptr) {
      rules_.push_back({.type = &type_of<orders::ErasedCustomer>(),
                        .after_hours = books_hours,
                        .is_over = is_always_over,
                        .used_at = erased_at});
    }
  }
  for (const auto name : services_.names()) {
    for (const auto& kept : services_.named(name)->retention()) {
      if (kept.kept_for == KeptFor::archive) continue;
      rules_.push_back(
          {.type = kept.type,
           .after_hours = kept.kept_for == KeptFor::refunds ? refund_hours : hours,
           .is_over = [is_over = kept.is_over](const Record& r, Time) { return is_over(r); }});
    }
  }
  const auto& correspondence = type_of<runtime::Correspondence>();
  if (std::ranges::find(services_.types(), &correspondence) == services_.types().end()) return;
  rules_.push_back(
      {.type = &correspondence, .after_hours = refund_hours, .is_over = is_over_correspondence});
}

Result<void> Housekeeping::step(Time now) {
  if (!is_due(now)) return {};
  next_ = now + pause_between;
  std::size_t most = 0;
  for (auto& rule : rules_) {
    OMS_TRY(const auto forgotten, sweep(rule, now));
    most = std::max(most, forgotten);
  }
  if (books_days_ > 0) {
    OMS_TRY(const auto folded, fold_ledgers(now - std::chrono::days{books_days_}));
    most = std::max(most, folded);
  }
  if (archive_days_ > 0) {
    OMS_TRY(const auto archived, archive_orders(now));
    most = std::max(most, archived);
  }
  if (most > much) next_ = now + pause_when_behind;
  return {};
}

Result<std::size_t> Housekeeping::sweep(Rule& rule, Time now) {
  if (rule.waiting) return forget(rule);
  OMS_TRY(auto page, store_.find({.type = rule.type,
                                  .newest_first = false,
                                  .after = rule.cursor,
                                  .limit = slice,
                                  .and_newer = true}));
  rule.cursor = page.more ? page.last : std::string{};
  std::erase_if(page.records, [](const Found& found) { return found.is_newer; });
  const auto cutoff = now - std::chrono::hours{rule.after_hours};
  if (rule.used_at != nullptr) return sweep_unasked(rule, page, cutoff);
  std::vector<Found> records;
  for (auto& found : page.records) {
    const auto made = made_at(found.record.key().id.view());
    if (made && *made > cutoff) {  // and so are all that follow
      rule.cursor.clear();
      break;
    }
    if (made && rule.is_over(found.record, cutoff)) records.push_back(std::move(found));
  }
  if (records.empty()) return 0;
  // What an order under way has done may still have to be undone, however old it is.
  constexpr std::array owner{ServiceName::orders};
  rule.waiting = ask(std::move(records), owner);
  return forget(rule);
}

// What belongs to no order. Mostly it comes in no order of time.
Result<std::size_t> Housekeeping::sweep_unasked(Rule& rule, const Page& page, Time cutoff) {
  std::vector<Change> changes;
  for (const auto& found : page.records) {
    const auto used = rule.used_at(found.record);
    if (!used) continue;  // it is in use
    if (*used > cutoff && rule.is_in_order) {
      rule.cursor.clear();
      break;
    }
    if (*used > cutoff) continue;
    changes.push_back({.key = found.record.key(),
                       .record = {},
                       .expected = found.version,
                       .before = found.record});
  }
  return commit(std::move(changes));
}

// The records, which are sorted, and the question about their orders.
Housekeeping::Slice Housekeeping::ask(std::vector<Found> records,
                                      std::span<const ServiceName> services) {
  std::vector<Id> ids;
  ids.reserve(records.size());
  for (const auto& found : records) ids.push_back(*Id::parse(found.record.key().id.view()));
  Slice asked{.records = std::move(records), .orders = runtime::OverForAll{std::move(ids)}};
  const auto look = [this](std::span<const Key> keys) { return store_.load(keys); };
  for (const auto name : services) asked.orders.ask(name, services_, look, peers_);
  return asked;
}

Result<std::size_t> Housekeeping::forget(Rule& rule) {
  if (!rule.waiting->orders.is_answered()) return 0;
  const auto asked = *std::exchange(rule.waiting, std::nullopt);
  const auto over = asked.orders.over();
  std::vector<Change> changes;
  for (const auto& found : asked.records) {
    const auto key = found.record.key();
    if (!std::ranges::binary_search(over, *Id::parse(key.id.view()))) continue;
    changes.push_back(
        {.key = key, .record = {}, .expected = found.version, .before = found.record});
  }
  return commit(std::move(changes));
}

// What has changed since it was read is looked at in the next round.
Result<std::size_t> Housekeeping::commit(std::vector<Change> changes) {
  if (changes.empty()) return 0;
  const auto done = store_.commit(changes);
  if (!done && done.error().kind == ErrorKind::conflict) return 0;
  if (!done) return std::unexpected(done.error());
  return changes.size();
}

// The ledgers one after the other, each from its first line. The last of its old lines becomes the
// first, and those before it go.
Result<std::size_t> Housekeeping::fold_ledgers(Time cutoff) {
  constexpr std::int64_t number_max = 9'999'999'999;
  OMS_TRY(auto page, store_.find({.type = &type_of<stock::Movement>(),
                                  .newest_first = false,
                                  .after = ledger_cursor_,
                                  .limit = slice}));
  const auto& lines = page.records;
  const auto line_at = [&](std::size_t i) -> const auto& {
    return as<stock::Movement>(lines[i].record);
  };
  std::vector<Change> changes;
  for (std::size_t begin = 0, end = 0; begin < lines.size(); begin = end) {
    const auto& product = line_at(begin).product_id;
    while (end < lines.size() && line_at(end).product_id == product) ++end;
    auto first_to_stay = begin;
    while (first_to_stay < end && line_at(first_to_stay).at <= cutoff) ++first_to_stay;
    for (auto i = begin; i + 1 < first_to_stay; ++i) {
      changes.push_back({.key = lines[i].record.key(),
                         .record = {},
                         .expected = lines[i].version,
                         .before = lines[i].record});
    }
    if (first_to_stay > begin + 1) {
      const auto& last = lines[first_to_stay - 1];
      changes.push_back({.key = last.record.key(),
                         .record = make_record(stock::opening_at(line_at(first_to_stay - 1))),
                         .expected = last.version,
                         .before = last.record});
    }
    if (end < lines.size() || !page.more) {
      ledger_cursor_ = lines[end - 1].record.key().id.view();
    } else if (first_to_stay < end) {  // its other lines stay, too
      ledger_cursor_ = stock::movement_id(product, number_max);
    }  // else its next lines may be old, too: they are looked at with its new first one
  }
  if (!page.more) ledger_cursor_.clear();
  return commit(std::move(changes));
}

Result<std::size_t> Housekeeping::archive_orders(Time now) {
  if (!archiving_) {
    OMS_TRY(auto orders, old_orders(now - std::chrono::days{archive_days_}));
    if (orders.empty()) return 0;
    // Of what has ended just now the payment and the notices may still tell.
    archiving_ = ask(std::move(orders), all_but_orders());
  }
  if (!archiving_->orders.is_answered()) return 0;
  return archive(*std::exchange(archiving_, std::nullopt), now);
}

Result<std::vector<Found>> Housekeeping::old_orders(Time cutoff) {
  OMS_TRY(auto page, store_.find({.type = &type_of<orders::Order>(),
                                  .newest_first = false,
                                  .after = archive_cursor_,
                                  .limit = slice,
                                  .and_newer = true}));
  archive_cursor_ = page.more ? page.last : std::string{};
  std::vector<Found> old;
  for (auto& found : page.records) {
    if (found.is_newer) continue;  // a newer version archives what it has written
    const auto& order = as<orders::Order>(found.record);
    if (order.created_at > cutoff) {
      archive_cursor_.clear();
      break;
    }
    if (is_final(order.status) && !orders::is_changing(order) && order.updated_at <= cutoff)
      old.push_back(std::move(found));
  }
  return old;
}

Result<std::size_t> Housekeeping::archive(const Slice& slice, Time now) {
  const auto over = slice.orders.over();
  std::vector<Change> changes;
  std::string lines;
  Keys keys;
  for (const auto& found : slice.records) keys.push_back(found.record.key());
  OMS_TRY(const auto now_there, store_.load(keys));
  for (std::size_t i = 0; i < slice.records.size(); ++i) {
    const auto& found = slice.records[i];
    const auto& order = as<orders::Order>(found.record);
    // One that has changed since, as when its customer was erased, is not what is to be kept.
    const bool is_same = now_there[i].version == found.version;
    if (!is_same || !std::ranges::binary_search(over, order.id)) continue;
    found.record.type().encode(&order, lines);
    lines += '\n';
    auto note = make_record(orders::ArchivedOrder{.id = order.id,
                                                  .customer_id = order.customer_id,
                                                  .archived_at = now,
                                                  .face = order.face,
                                                  .erasure = order.erasure});
    const auto key = note.key();
    changes.push_back({.key = found.record.key(), .record = {}, .expected = found.version});
    changes.push_back({.key = key, .record = std::move(note), .expected = 0});
  }
  if (changes.empty()) return 0;
  // The orders may be forgotten only when they are safe in the archive.
  OMS_CHECK(archive_(lines));
  std::ranges::sort(changes, std::less<>{}, &Change::key);
  OMS_TRY(const auto changed, commit(std::move(changes)));
  return changed / 2;
}

}  // namespace oms::process
