#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "ports/store.h"

namespace oms::process {

// Tells when something begins to fail, with the cause, and when it is over: once each, however
// often it is tried meanwhile. One thread at a time.
class OutageLog {
 public:
  using Tell = std::function<void(const std::string&)>;

  // `what` fails: "storing orders".
  OutageLog(std::string what, Tell tell) : what_(std::move(what)), tell_(std::move(tell)) {}

  void failed(const Error& error);
  void succeeded();

 private:
  std::string what_;
  Tell tell_;
  std::uint64_t failures_ = 0;  // of the outage; 0: there is none
};

// The store as it is, with its trouble told to the log. What ends the process, and conflicts, which
// are no trouble, are not.
class WatchedStore final : public Store {
 public:
  WatchedStore(Store& store, OutageLog log) : store_(store), log_(std::move(log)) {}

  using Store::load;
  Result<std::vector<Found>> load(std::span<const Key> keys, Hold hold) override;
  Result<void> commit(std::span<const Change> changes) override;
  void begin_commit(std::span<const Change> changes, std::function<void()> done) override;
  Result<void> finish_commit(const std::function<void()>& next) override;
  Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t limit) override;
  Result<std::optional<Time>> next_due(const RecordType& type) override;
  Result<Page> find(const Query& query) override;

 private:
  template <class T>
  Result<T> read(Result<T> read);
  Result<void> written(Result<void> written);

  Store& store_;
  OutageLog log_;
};

}  // namespace oms::process
