#include "adapters/grpc/change_streams.h"

#include <deque>
#include <optional>
#include <utility>

#include <grpcpp/grpcpp.h>
#include <oms/v1/orders.pb.h>

#include "adapters/grpc/credentials.h"
#include "adapters/grpc/runs.h"

namespace oms::grpc_api {
namespace {

constexpr std::size_t waiting_max = 4096;  // for one follower
constexpr std::size_t streams_max = 256;

grpc::Status unavailable(const char* why) {
  return {grpc::StatusCode::UNAVAILABLE, why};
}

}  // namespace

// At most one write is under way, and it ends only after that. gRPC calls back from its own threads,
// never from within what is asked of it.
class ChangeStreams::Stream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit Stream(ChangeStreams& owner) : owner_(owner) { StartSendInitialMetadata(); }

  void send(const grpc::ByteBuffer& frame) {
    {
      const std::scoped_lock lock{mutex_};
      if (ending_) return;
      if (waiting_.size() >= waiting_max) {
        waiting_.resize(is_writing_ ? 1 : 0);
        ending_ = grpc::Status{grpc::StatusCode::RESOURCE_EXHAUSTED, "the follower is too slow"};
      } else {
        waiting_.push_back(frame);
      }
    }
    go_on(false);
  }
  void end(const grpc::Status& status) {
    {
      const std::scoped_lock lock{mutex_};
      if (!ending_) ending_ = status;
    }
    go_on(false);
  }

  void OnWriteDone(bool is_written) override {
    if (!is_written) end(grpc::Status::CANCELLED);
    go_on(true);
  }
  void OnCancel() override { end(grpc::Status::CANCELLED); }
  void OnDone() override {
    owner_.forget(*this);
    delete this;  // NOLINT(cppcoreguidelines-owning-memory): gRPC holds it until here
  }

 private:
  // Writes the next frame or finishes, unless a write is under way.
  void go_on(bool is_written) {
    const grpc::ByteBuffer* next = nullptr;
    {
      const std::scoped_lock lock{mutex_};
      if (is_written) {
        is_writing_ = false;
        waiting_.pop_front();
      }
      if (is_writing_ || is_finished_) return;
      if (ending_ && (waiting_.empty() || ending_->error_code() != grpc::StatusCode::UNAVAILABLE)) {
        is_finished_ = true;
      } else if (waiting_.empty()) {
        return;
      } else {
        is_writing_ = true;
        next = &waiting_.front();
      }
    }
    // What follows may be the last that is done with this.
    if (next != nullptr) {
      StartWrite(next);
    } else {
      Finish(*ending_);
    }
  }

  ChangeStreams& owner_;
  std::mutex mutex_;
  std::deque<grpc::ByteBuffer> waiting_;
  std::optional<grpc::Status> ending_;
  bool is_writing_ = false;
  bool is_finished_ = false;
};

grpc::ServerWriteReactor<grpc::ByteBuffer>* ChangeStreams::follow() {
  const std::scoped_lock lock{mutex_};
  ++count_;  // before its metadata says that it follows
  auto stream = std::make_unique<Stream>(*this);
  streams_.insert(stream.get());
  if (is_ended_) stream->end(unavailable("this process is stopping"));
  if (streams_.size() > streams_max) stream->end(unavailable("too many follow already"));
  return stream.release();
}

void ChangeStreams::forget(Stream& stream) {
  const std::scoped_lock lock{mutex_};
  streams_.erase(&stream);
  --count_;
}

void ChangeStreams::end() {
  {
    const std::scoped_lock lock{mutex_};
    is_ended_ = true;
  }
  end_all(unavailable("this process is stopping"));
}

void ChangeStreams::end_all(const grpc::Status& status) {
  const std::scoped_lock lock{mutex_};
  for (auto* stream : streams_) stream->end(status);
}

// Those that follow come back, and read what they may have missed.
void ChangeStreams::changes_missed() {
  end_all(unavailable("changes may have been missed"));
}

void ChangeStreams::order_changed(const OrderView& order, std::int64_t since) {
  answers_.post([this, order, since] { send(order, since); });
}

void ChangeStreams::send(const OrderView& order, std::int64_t since) {
  oms::v1::OrderChange message;
  write_message(OrderChange{.order = order, .since = since}, message);
  const auto frame = buffer_of(message.SerializeAsString());
  const std::scoped_lock lock{mutex_};
  for (auto* stream : streams_) stream->send(frame);
}

}  // namespace oms::grpc_api
