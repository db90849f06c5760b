#include "app/stream_hub.h"

#include <gtest/gtest.h>

#include <utility>

namespace oms::app {
namespace {

const Id order_id{Id::Bytes{0x65, 1}};

class Stream final : public EventStream {
 public:
  bool send(Frame) override { return std::exchange(sent_, true), is_open_; }
  void close() override { is_open_ = false; }
  bool is_open() const override { return is_open_; }
  void on_closed(std::move_only_function<void()> callback) override {
    is_ended_ ? callback() : void(callback_ = std::move(callback));
  }

  // The reader has left, or was refused.
  void end() {
    is_open_ = false;
    is_ended_ = true;
    if (callback_) callback_();
  }
  bool has_sent() const { return sent_; }

 private:
  bool is_open_ = true;
  bool is_ended_ = false;
  bool sent_ = false;
  std::move_only_function<void()> callback_;
};

TEST(StreamHub, CountsAWatcherUntilItLeaves) {
  StreamHub hub;
  const auto one = std::make_shared<Stream>();
  const auto all = std::make_shared<Stream>();
  hub.follow({.order_id = order_id}, one);
  hub.follow({}, all);
  EXPECT_EQ(hub.size(), 2U);
  one->end();
  EXPECT_EQ(hub.size(), 1U);
  all->end();
  EXPECT_EQ(hub.size(), 0U);
}

TEST(StreamHub, DoesNotCountAStreamThatWasRefused) {
  StreamHub hub;
  const auto refused = std::make_shared<Stream>();
  refused->end();
  hub.follow({.order_id = order_id}, refused);
  EXPECT_EQ(hub.size(), 0U);
}

TEST(StreamHub, ShowsTheOrderOnceForEachVersion) {
  StreamHub hub;
  const auto stream = std::make_shared<Stream>();
  hub.follow({.order_id = order_id, .after = 3}, stream);
  hub.show({.id = order_id, .version = 3});
  EXPECT_FALSE(stream->has_sent());
  hub.show({.id = order_id, .version = 4});
  EXPECT_TRUE(stream->has_sent());
}

}  // namespace
}  // namespace oms::app
