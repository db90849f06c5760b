#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_set>

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include "adapters/grpc/answers.h"
#include "ports/changes.h"

namespace oms::grpc_api {

// The followers of all orders. What changes is written once, on `answers`, for all of them.
class ChangeStreams final : public ChangeSink {
 public:
  explicit ChangeStreams(Answers& answers) : answers_(answers) {}

  // A follower from now on: its metadata says so.
  grpc::ServerWriteReactor<grpc::ByteBuffer>* follow();
  // All end, with UNAVAILABLE, and so does each that comes later.
  void end();

  bool is_wanted() const override { return count_.load() > 0; }
  void order_changed(const OrderView& order, std::int64_t since) override;
  void changes_missed() override;

 private:
  class Stream;

  void send(const OrderView& order, std::int64_t since);
  void end_all(const grpc::Status& status);
  void forget(Stream& stream);

  Answers& answers_;
  std::mutex mutex_;
  std::unordered_set<Stream*> streams_;
  bool is_ended_ = false;
  std::atomic<std::size_t> count_{0};
};

}  // namespace oms::grpc_api
