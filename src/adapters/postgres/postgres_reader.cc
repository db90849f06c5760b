#include "adapters/postgres/postgres_reader.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

#include "adapters/postgres/connection.h"
#include "adapters/postgres/layout.h"
#include "adapters/postgres/row_reader.h"

namespace oms {

using postgres::Connection;

// Connections that nobody reads over wait here.
class PostgresReader::Pool {
 public:
  Pool(postgres::Layout tables, const postgres::Target& target, const PostgresOptions& options)
      : layout(std::move(tables)), answer_timeout_(options.answer_timeout) {
    for (std::size_t i = 0; i < std::max<std::size_t>(1, options.readers); ++i) {
      idle_.push_back(std::make_unique<Connection>(target, options.answer_timeout));
    }
  }

  // The one that was last used is taken first: at rest there are no more than needed.
  template <class Read>
  auto with(Read read) -> decltype(read(std::declval<Connection&>())) {
    std::unique_lock lock{mutex_};
    if (!freed_.wait_for(lock, answer_timeout_, [&] { return !idle_.empty(); })) {
      return fail(ErrorKind::unavailable,
                  "all connections that read from PostgreSQL are taken; try again in a second");
    }
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    lock.unlock();
    auto result = read(*connection);
    lock.lock();
    idle_.push_back(std::move(connection));
    lock.unlock();
    freed_.notify_one();
    return result;
  }

  const postgres::Layout layout;

 private:
  const std::chrono::milliseconds answer_timeout_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

Result<std::unique_ptr<PostgresReader>> PostgresReader::open(
    const PostgresOptions& options, std::span<const RecordType* const> types) {
  OMS_TRY(auto layout, postgres::Layout::make(types));
  OMS_TRY(const auto target, postgres::Target::parse(options.url));
  auto pool = std::make_unique<Pool>(std::move(layout), target, options);
  OMS_CHECK(pool->with([](Connection& connection) { return connection.open(); }));
  return std::unique_ptr<PostgresReader>{new PostgresReader{std::move(pool)}};
}

PostgresReader::PostgresReader(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
PostgresReader::~PostgresReader() = default;

Result<Found> PostgresReader::get(const Key& key) {
  if (key.type->derived)
    return fail(ErrorKind::internal, "a derived sum can only be loaded, by Store::load");
  return pool_->with([&](Connection& connection) -> Result<Found> {
    OMS_TRY(auto found, postgres::read_one(pool_->layout, connection, key));
    if (found.is_newer) return std::unexpected(written_by_newer(*key.type, key.id.view()));
    return found;
  });
}

Result<Page> PostgresReader::find(const Query& query) {
  return pool_->with(
      [&](Connection& connection) { return postgres::find(pool_->layout, connection, query); });
}

}  // namespace oms
