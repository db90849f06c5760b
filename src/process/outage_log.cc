#include "process/outage_log.h"

#include <utility>

#include <fmt/format.h>

namespace oms::process {

void OutageLog::failed(const Error& error) {
  if (failures_++ > 0) return;
  tell_(fmt::format("{} fails, and is tried again each second: {}", what_, error.detail));
}

void OutageLog::succeeded() {
  const auto failures = std::exchange(failures_, 0);
  if (failures > 0) tell_(fmt::format("{} works again, after {} failed tries", what_, failures));
}

template <class T>
Result<T> WatchedStore::read(Result<T> read) {
  if (!read && read.error().kind == ErrorKind::unavailable) log_.failed(read.error());
  return read;
}

Result<void> WatchedStore::written(Result<void> written) {
  if (written) log_.succeeded();
  return read(std::move(written));
}

Result<std::vector<Found>> WatchedStore::load(std::span<const Key> keys, Hold hold) {
  return read(store_.load(keys, hold));
}

Result<void> WatchedStore::commit(std::span<const Change> changes) {
  return written(store_.commit(changes));
}

void WatchedStore::begin_commit(std::span<const Change> changes, std::function<void()> done) {
  store_.begin_commit(changes, std::move(done));
}

Result<void> WatchedStore::finish_commit(const std::function<void()>& next) {
  return written(store_.finish_commit(next));
}

Result<std::vector<Key>> WatchedStore::due(const RecordType& type, Time now, std::size_t limit) {
  return read(store_.due(type, now, limit));
}

Result<std::optional<Time>> WatchedStore::next_due(const RecordType& type) {
  return read(store_.next_due(type));
}

Result<Page> WatchedStore::find(const Query& query) {
  return read(store_.find(query));
}

}  // namespace oms::process
