#include "tools/check/check.h"

#include <algorithm>

#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/sqlite_reader.h"
#include "process/service_set.h"
#include "tools/check/story_reader.h"

namespace oms::check {
namespace {

constexpr std::size_t page_size = 1000;
constexpr std::size_t keys_at_a_time = 50'000;
constexpr std::size_t dead_letters_max = 1'000'000;
constexpr std::int64_t progress_every = 2'000;

// Calls `visit` with each record of a type, in the order of their keys.
template <class T, class Visit>
Result<void> for_each(Reader& reader, Visit visit) {
  Query query{.type = &type_of<T>(), .newest_first = false, .limit = page_size};
  for (;;) {
    OMS_TRY(const auto page, reader.find(query));
    for (const auto& found : page.records) OMS_CHECK(visit(*found.record.as<T>()));
    if (page.records.empty() || !page.more) return {};
    query.after = page.last;
  }
}

// How far a walk through all orders has come, by the time that is in their ids.
class Progress {
 public:
  static Result<Progress> of(Reader& reader, std::function<void(double)> on_progress) {
    Progress progress{std::move(on_progress)};
    if (!progress.on_progress_) return progress;
    OMS_TRY(progress.first_, end_of(reader, false));
    OMS_TRY(progress.last_, end_of(reader, true));
    return progress;
  }

  void at(const Id& id) {
    if (!on_progress_ || ++count_ % progress_every != 0) return;
    const auto span = static_cast<double>((last_ - first_).count()) + 1;
    const auto done = static_cast<double>((made_at(id) - first_).count());
    on_progress_(std::clamp(done / span, 0.0, 1.0));
  }

 private:
  explicit Progress(std::function<void(double)> on_progress)
      : on_progress_(std::move(on_progress)) {}

  static Result<Time> end_of(Reader& reader, bool is_last) {
    OMS_TRY(const auto page,
            reader.find({.type = &type_of<orders::Order>(), .newest_first = is_last, .limit = 1}));
    if (page.records.empty()) return Time{};
    return made_at(page.records.front().record.as<orders::Order>()->id);
  }

  std::function<void(double)> on_progress_;
  Time first_;
  Time last_;
  std::int64_t count_ = 0;
};

// Tells the auditor each order's story, with what the ledger has of it. The ledger pushes its
// sessions and the stories are pulled; both come in the order of the orders' ids.
class Walk {
 public:
  Walk(StoryReader& stories, Auditor& auditor, Progress& progress)
      : stories_(stories), auditor_(auditor), progress_(progress) {}

  Result<void> begin() {
    OMS_CHECK(stories_.begin());
    return pull();
  }

  void hear(const SessionAudit& session) {
    if (failed_) return;
    while (waiting_ != nullptr && waiting_->id < session.order_id) tell(nullptr);
    if (waiting_ != nullptr && waiting_->id == session.order_id) {
      tell(&session);
    } else if (!failed_) {
      auditor_.take({.id = session.order_id, .session = &session});
    }
  }

  Result<void> finish() {
    while (waiting_ != nullptr && !failed_) tell(nullptr);
    return failed_ ? Result<void>{std::unexpected(*failed_)} : Result<void>{};
  }

 private:
  Result<void> pull() {
    OMS_TRY(waiting_, stories_.next());
    return {};
  }

  void tell(const SessionAudit* session) {
    Story story = *waiting_;
    story.session = session;
    auditor_.take(story);
    progress_.at(story.id);
    if (auto pulled = pull(); !pulled) {
      failed_ = pulled.error();
      waiting_ = nullptr;
    }
  }

  StoryReader& stories_;
  Auditor& auditor_;
  Progress& progress_;
  const Story* waiting_ = nullptr;
  std::optional<Error> failed_;
};

Result<void> walk_orders(Reader& reader, const Request& request, Auditor& auditor) {
  OMS_TRY(auto progress, Progress::of(reader, request.on_progress));
  StoryReader stories{reader};
  Walk walk{stories, auditor, progress};
  OMS_CHECK(walk.begin());
  if (auditor.circumstances().has_ledger) {
    OMS_CHECK(for_each_session(request.ledger.string(),
                               [&](const SessionAudit& session) { walk.hear(session); }));
  }
  return walk.finish();
}

// The answers are looked up in the order of their orders' ids, where the orders lie together.
Result<void> look_up(Reader& reader, std::vector<orders::Order>& shown, Auditor& auditor) {
  std::ranges::sort(shown, {}, &orders::Order::id);
  for (const auto& order : shown) {
    const auto id = order.id.text();
    OMS_TRY(const auto now, reader.get(key_of<orders::Order>(id)));
    OMS_TRY(const auto archived, reader.get(key_of<orders::ArchivedOrder>(id)));
    const auto* current = now.record ? now.record.as<orders::Order>() : nullptr;
    auditor.take(order, current, static_cast<bool>(archived.record));
  }
  shown.clear();
  return {};
}

Result<void> check_keys(Reader& reader, Auditor& auditor) {
  const auto& order_type = type_of<orders::Order>();
  std::vector<orders::Order> shown;
  OMS_CHECK(for_each<runtime::InboxEntry>(reader, [&](const auto& entry) -> Result<void> {
    if (entry.table != order_type.table) return {};
    OMS_TRY(const auto value, order_type.decode(entry.shown.text));
    shown.push_back(*static_cast<const orders::Order*>(value.get()));
    return shown.size() < keys_at_a_time ? Result<void>{} : look_up(reader, shown, auditor);
  }));
  return look_up(reader, shown, auditor);
}

Result<Circumstances> circumstances_of(Reader& reader, const Request& request) {
  std::error_code ignored;
  Circumstances circumstances{.has_ledger = std::filesystem::exists(request.ledger, ignored),
                              .ledger_may_be_ahead = request.ledger_may_be_ahead,
                              .must_be_quiescent = request.must_be_quiescent,
                              .kept_since = request.kept_since};
  OMS_CHECK(for_each<runtime::DeadLetter>(reader, [&](const auto& letter) -> Result<void> {
    auto& orders = circumstances.with_dead_letter;
    if (orders.size() < dead_letters_max) orders.insert(letter.order_id);
    return {};
  }));
  return circumstances;
}

}  // namespace

Result<Auditor> check_invariants(const Request& request) {
  const auto path = request.database.string();
  OMS_CHECK(sqlite::check_header(path));
  const process::ServiceSet services{process::Settings{}};
  SqliteOptions options;
  options.path = path;
  OMS_TRY(const auto reader, SqliteReader::open(options, services.types()));
  return check_invariants(*reader, request);
}

Result<Auditor> check_invariants(Reader& reader, const Request& request) {
  OMS_TRY(auto circumstances, circumstances_of(reader, request));
  Auditor auditor{std::move(circumstances)};
  OMS_CHECK(for_each<runtime::DeadLetter>(reader, [&](const auto&) -> Result<void> {
    auditor.take_dead_letter();
    return {};
  }));
  OMS_CHECK(walk_orders(reader, request, auditor));
  OMS_CHECK(check_keys(reader, auditor));
  OMS_CHECK(for_each<payments::AccountMovement>(reader, [&](const auto& movement) -> Result<void> {
    auditor.take(movement);
    return {};
  }));
  OMS_CHECK(for_each<payments::Account>(reader, [&](const auto& account) -> Result<void> {
    auditor.take(account);
    return {};
  }));
  OMS_CHECK(for_each<stock::Movement>(reader, [&](const auto& movement) -> Result<void> {
    auditor.take(movement);
    return {};
  }));
  std::vector<stock::Item> items;
  OMS_CHECK(for_each<stock::Item>(reader, [&](const auto& item) -> Result<void> {
    items.push_back(item);
    return {};
  }));
  auditor.take(items);
  return auditor;
}

}  // namespace oms::check
