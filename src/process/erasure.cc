#include "process/erasure.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "adapters/files/rewrite.h"
#include "codec/json_read.h"
#include "codec/json_write.h"
#include "messages/personal_data.h"
#include "runtime/records.h"

namespace oms::process {
namespace {

constexpr Duration pause_between{std::chrono::seconds{1}};
constexpr Duration pause_when_busy{50};
constexpr std::size_t subjects_max = 500;  // of one sweep
constexpr std::size_t slice = 500;         // records looked at in one step

// Of a message that is about no order that was accepted.
std::string_view customer_in(const Payload& payload) {
  return std::visit(
      [](const auto& message) -> std::string_view {
        if constexpr (requires { std::string_view{message.customer_id}; }) {
          return message.customer_id;
        } else {
          return {};
        }
      },
      payload);
}

// A stored answer without the customer; none: it has none, or is about others.
template <class IsErased>
std::optional<runtime::InboxEntry> erased_answer(const runtime::InboxEntry& entry,
                                                 const runtime::Services& services,
                                                 const IsErased& is_erased) {
  const auto* type = services.type_named(entry.table);
  if (type == nullptr) return std::nullopt;
  auto value = type->decode(entry.shown.text);
  if (!value) return std::nullopt;  // a newer version's, which erases it
  const Record shown{*type, *std::move(value)};
  if (!is_erased(shown.key().id.view())) return std::nullopt;
  const auto erased = shown.without_person();
  if (!erased) return std::nullopt;
  auto changed = entry;
  changed.shown.text.clear();
  type->encode(erased.value(), changed.shown.text);
  return changed;
}

template <class IsErased>
std::optional<runtime::DeadLetter> erased_letter(const runtime::DeadLetter& letter,
                                                 const IsErased& is_erased) {
  const auto customer = customer_in(letter.payload);
  const bool is_concerned =
      is_erased(letter.order_id.text()) || (!customer.empty() && is_erased(customer));
  auto changed = letter;
  if (!is_concerned || !erase_person(changed)) return std::nullopt;
  return changed;
}

// Of an order in the archive file, whose first field it is.
std::string_view id_of_archived(std::string_view line) {
  constexpr std::string_view field = R"({"id":")";
  if (!line.starts_with(field)) return {};
  line.remove_prefix(field.size());
  return line.substr(0, line.find('"'));
}

std::string erased_order(std::string_view line) {
  auto order = read_json<orders::Order>(line, Reading::lenient);
  if (!order) return std::string{line};
  erase_person(*order);
  std::string erased;
  write_json_compact(*order, erased);
  return erased;
}

}  // namespace

Erasure::~Erasure() {
  if (archiving_.joinable()) archiving_.join();
}

Result<void> Erasure::step(Time now) {
  if (!is_due(now)) return {};
  next_ = now + pause_between;
  OMS_TRY(const bool is_sweeping, begin_sweep());
  if (is_sweeping) OMS_CHECK(sweep());
  OMS_TRY(const bool is_walking, begin_walk());
  if (is_walking) OMS_CHECK(walk());
  if (sweep_ || walk_) next_ = now + pause_when_busy;
  return {};
}

// --- beside the records -----------------------------------------------------------------------

// Whether there is something to sweep.
Result<bool> Erasure::begin_sweep() {
  if (sweep_) return true;
  OMS_TRY(auto page, parts_.store.find({.type = &type_of<runtime::ErasedSubject>(),
                                        .newest_first = false,
                                        .limit = subjects_max,
                                        .and_newer = true}));
  std::erase_if(page.records, [](const Found& found) { return found.is_newer; });
  if (page.records.empty()) return false;
  sweep_.emplace(Sweep{.rows = std::move(page.records)});
  for (const auto& row : sweep_->rows) {
    sweep_->subjects.emplace(row.record.key().id.view());
  }
  return true;
}

Result<void> Erasure::sweep() {
  switch (sweep_->stage) {
    case Sweep::Stage::answers:
      return sweep_answers();
    case Sweep::Stage::letters:
      return sweep_letters();
    case Sweep::Stage::files:
      return sweep_files();
    case Sweep::Stage::freed:
      return end_sweep();
  }
  return {};
}

Result<void> Erasure::sweep_answers() {
  const auto is_erased = [this](std::string_view id) { return sweep_->subjects.contains(id); };
  return sweep_page(
      type_of<runtime::InboxEntry>(), Sweep::Stage::letters, [&](const Record& record) -> Record {
        auto changed = erased_answer(*record.as<runtime::InboxEntry>(), parts_.services, is_erased);
        return changed ? make_record(*std::move(changed)) : Record{};
      });
}

Result<void> Erasure::sweep_letters() {
  const auto is_erased = [this](std::string_view id) { return sweep_->subjects.contains(id); };
  return sweep_page(type_of<runtime::DeadLetter>(), Sweep::Stage::files,
                    [&](const Record& record) -> Record {
                      auto changed = erased_letter(*record.as<runtime::DeadLetter>(), is_erased);
                      return changed ? make_record(*std::move(changed)) : Record{};
                    });
}

// A page that was changed meanwhile is looked at once more.
template <class Edit>
Result<void> Erasure::sweep_page(const RecordType& type, Sweep::Stage next, Edit edit) {
  OMS_TRY(auto page, parts_.store.find({.type = &type,
                                        .newest_first = false,
                                        .after = sweep_->cursor,
                                        .limit = slice,
                                        .and_newer = true}));
  std::vector<Change> changes;
  for (auto& found : page.records) {
    if (found.is_newer) continue;
    if (auto changed = edit(found.record)) {
      changes.push_back({.key = changed.key(),
                         .record = std::move(changed),
                         .expected = found.version,
                         .before = std::move(found.record)});
    }
  }
  if (!changes.empty()) {
    auto done = parts_.store.commit(changes);
    if (!done && done.error().kind == ErrorKind::conflict) return {};
    OMS_CHECK(std::move(done));
  }
  sweep_->cursor = page.more ? page.last : std::string{};
  if (!page.more) sweep_->stage = next;
  return {};
}

Result<void> Erasure::sweep_files() {
  if (!writing_) begin_writing();
  if (writing_->open.load() > 0) return {};
  if (archiving_.joinable()) archiving_.join();
  if (std::exchange(writing_, nullptr)->has_failed) {
    return fail(ErrorKind::unavailable,
                "a customer's data cannot be erased from the notices or the archive: see whether "
                "there is room in the data folder. It is tried again");
  }
  sweep_->stage = Sweep::Stage::freed;
  return {};
}

// A file may be long: nobody waits for it.
void Erasure::begin_writing() {
  writing_ = std::make_shared<Writing>();
  const auto note = [writing = writing_](const Result<void>& done) {
    if (!done) writing->has_failed = true;
    --writing->open;
  };
  if (parts_.notifier != nullptr) {
    std::vector<Id> order_ids;
    for (const auto& subject : sweep_->subjects) {
      if (const auto id = Id::parse(subject)) order_ids.push_back(*id);
    }
    ++writing_->open;
    parts_.notifier->erase(std::move(order_ids), note);
  }
  if (parts_.archive.empty()) return;
  ++writing_->open;
  archiving_ = std::thread{[note, path = parts_.archive, subjects = sweep_->subjects] {
    note(files::rewrite_lines(
        path, {.is_concerned =
                   [&](std::string_view line) { return subjects.contains(id_of_archived(line)); },
               .replace = [](std::string_view line) { return erased_order(line); }}));
  }};
}

// What was noted again meanwhile has another version, stays, and is swept once more.
Result<void> Erasure::end_sweep() {
  OMS_CHECK(parts_.store.wipe_freed());
  const auto swept = *std::exchange(sweep_, std::nullopt);
  std::vector<Change> changes;
  for (const auto& row : swept.rows) {
    changes.push_back({.key = row.record.key(), .expected = row.version, .before = row.record});
  }
  auto done = parts_.store.commit(changes);
  if (!done && done.error().kind == ErrorKind::conflict) return {};
  return done;
}

// --- a customer's orders ------------------------------------------------------------------------

// Whether there is somebody to be erased. One after the other, and round and round.
Result<bool> Erasure::begin_walk() {
  if (parts_.services.named(ServiceName::orders) == nullptr) return false;
  if (walk_) return true;
  OMS_TRY(auto page, parts_.store.find({.type = &type_of<orders::ErasedCustomer>(),
                                        .column = "open",
                                        .value = "yes",
                                        .newest_first = false,
                                        .after = std::exchange(last_walked_, {}),
                                        .limit = 1}));
  if (page.records.empty()) return false;
  walk_.emplace(Walk{.customer = *page.records.front().record.as<orders::ErasedCustomer>()});
  return true;
}

Result<void> Erasure::walk() {
  const auto& type =
      walk_->is_in_archive ? type_of<orders::ArchivedOrder>() : type_of<orders::Order>();
  OMS_TRY(const auto page, parts_.store.find({.type = &type,
                                              .column = "customer_id",
                                              .value = walk_->customer.id,
                                              .after = walk_->cursor,
                                              .limit = slice,
                                              .and_newer = true}));
  for (const auto& [record, version, is_newer] : page.records) {
    if (is_newer) {
      walk_->is_all_done = false;
    } else if (const auto* order = record.as<orders::Order>()) {
      visit(order->id, order->erasure);
    } else if (const auto* archived = record.as<orders::ArchivedOrder>()) {
      visit(archived->id, archived->erasure);
    }
  }
  walk_->cursor = page.last;
  if (page.more) return {};
  walk_->cursor.clear();
  if (std::exchange(walk_->is_in_archive, true)) return end_walk();
  return {};
}

// One that is live again, for a refund, is erased when that is over.
void Erasure::visit(const Id& order_id, const std::optional<orders::Erasure>& erasure) {
  if (made_at(order_id) > walk_->customer.until) return;
  if (erasure && erasure->is_over()) return;
  walk_->is_all_done = false;
  if (!erasure) parts_.offer({.order_id = order_id, .payload = ErasePersonalData{}});
}

// An order that was archived during the walk may have been missed: then nothing was erased, and the
// walk is over only once one has found everything erased.
Result<void> Erasure::end_walk() {
  const auto walked = *std::exchange(walk_, std::nullopt);
  last_walked_ = walked.customer.id;
  if (!walked.is_all_done) return {};
  OMS_TRY(const auto unswept,
          parts_.store.find(
              {.type = &type_of<runtime::ErasedSubject>(), .limit = 1, .and_newer = true}));
  if (!unswept.records.empty()) return {};
  parts_.offer({.payload = CustomerErased{.customer_id = walked.customer.id,
                                          .until = walked.customer.until}});
  return {};
}

}  // namespace oms::process
