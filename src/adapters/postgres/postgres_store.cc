#include "adapters/postgres/postgres_store.h"

#include <utility>

#include "adapters/postgres/commit_writer.h"
#include "adapters/postgres/connection.h"
#include "adapters/postgres/layout.h"
#include "adapters/postgres/migrations.h"
#include "adapters/postgres/row_reader.h"

namespace oms {

using postgres::Connection;
using postgres::Request;

struct PostgresStore::State {
  State(postgres::Layout tables, const postgres::Target& target, const PostgresOptions& options)
      : layout(std::move(tables)),
        reading(target, options.answer_timeout),
        writer(layout, Connection{target, options.answer_timeout}, options.resolves_in) {}

  const postgres::Layout layout;
  Connection reading;
  postgres::CommitWriter writer;
  bool is_holding = false;
};

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(
    const PostgresOptions& options, std::span<const RecordType* const> types) {
  OMS_TRY(auto layout, postgres::Layout::make(types));
  OMS_TRY(const auto target, postgres::Target::parse(options.url));
  Connection migrating{target, options.answer_timeout};
  OMS_CHECK(postgres::migrate(migrating, types));
  auto state = std::make_unique<State>(std::move(layout), target, options);
  OMS_CHECK(state->reading.open());
  OMS_CHECK(state->writer.open());
  return std::unique_ptr<PostgresStore>{new PostgresStore{std::move(state)}};
}

PostgresStore::PostgresStore(std::unique_ptr<State> state) : state_(std::move(state)) {}
PostgresStore::~PostgresStore() = default;

// --- reading --------------------------------------------------------------------------------

Result<std::vector<Found>> PostgresStore::load(std::span<const Key> keys, Hold hold) {
  State& state = *state_;
  if (hold == Hold::yes) {
    state.is_holding = true;
    return state.writer.hold(keys);
  }
  if (std::exchange(state.is_holding, false)) OMS_CHECK(state.writer.release());
  OMS_TRY(const auto load, postgres::Load::of(state.layout, keys, Hold::no));
  if (load.requests.empty()) return std::vector<Found>{};
  OMS_TRY(const auto answers, state.reading.ask(load.requests));
  return load.read(keys, answers);
}

Result<std::vector<Key>> PostgresStore::due(const RecordType& type, Time now, std::size_t limit) {
  std::vector<Key> keys;
  if (!type.due) return keys;
  OMS_TRY(const auto* table, state_->layout.table(&type));
  const Request request{
      table->due,
      {postgres::integer(now.unix_ms), postgres::integer(static_cast<std::int64_t>(limit))}};
  OMS_TRY(const auto answers, state_->reading.ask({&request, 1}));
  for (int row = 0; row < answers.front().count(); ++row) {
    keys.push_back({&type, ShortText{answers.front().text(row, 0)}});
  }
  return keys;
}

Result<std::optional<Time>> PostgresStore::next_due(const RecordType& type) {
  if (!type.due) return std::nullopt;
  OMS_TRY(const auto* table, state_->layout.table(&type));
  const Request request{.sql = table->next_due};
  OMS_TRY(const auto answers, state_->reading.ask({&request, 1}));
  if (answers.front().count() == 0) return std::nullopt;
  return Time{answers.front().integer(0, 0)};
}

Result<Page> PostgresStore::find(const Query& query) {
  return postgres::find(state_->layout, state_->reading, query);
}

// --- writing --------------------------------------------------------------------------------

Result<void> PostgresStore::commit(std::span<const Change> changes) {
  begin_commit(changes, [] {});
  return finish_commit([] {});
}

void PostgresStore::begin_commit(std::span<const Change> changes, std::function<void()> done) {
  state_->is_holding = false;
  state_->writer.begin(changes, std::move(done));
}

Result<void> PostgresStore::finish_commit(const std::function<void()>& next) {
  auto outcome = state_->writer.finish();
  if (outcome) next();
  return outcome;
}

}  // namespace oms
