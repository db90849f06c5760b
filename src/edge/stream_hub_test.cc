#include "edge/stream_hub.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace oms::edge {
namespace {

const Id order_id{Id::Bytes{0x65, 1}};

class Stream final : public EventStream {
 public:
  bool send(Frame frame) override { return sent_.push_back(*frame), is_open_; }
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
  bool has_sent() const { return !sent_.empty(); }
  const std::vector<std::string>& sent() const { return sent_; }

 private:
  bool is_open_ = true;
  bool is_ended_ = false;
  std::vector<std::string> sent_;
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

TEST(StreamHub, ShowsNothingOnceTheReadersTokenHasExpired) {
  StreamHub hub;
  const auto one = std::make_shared<Stream>();
  const auto all = std::make_shared<Stream>();
  hub.follow({.order_id = order_id, .until = Time{1000}}, one);
  hub.follow({.until = Time{1000}}, all);
  hub.order_changed({.id = order_id, .version = 1, .updated_at = Time{999}}, 0);
  EXPECT_EQ(one->sent().size(), 1U);
  EXPECT_EQ(all->sent().size(), 1U);
  hub.order_changed({.id = order_id, .version = 2, .updated_at = Time{1000}}, 1);
  for (const auto& stream : {one, all}) {
    EXPECT_EQ(stream->sent().size(), 1U);
    EXPECT_FALSE(stream->is_open()) << "its reader comes back with another token";
  }
}

TEST(StreamHub, EndsAllStreamsThatMayHaveMissedAChange) {
  StreamHub hub;
  const auto one = std::make_shared<Stream>();
  const auto all = std::make_shared<Stream>();
  hub.follow({.order_id = order_id, .after = 3}, one);
  hub.follow({}, all);
  hub.changes_missed();
  for (const auto& stream : {one, all}) {
    EXPECT_FALSE(stream->is_open()) << "its reader comes back with Last-Event-ID";
    EXPECT_FALSE(stream->has_sent());
  }
}

TEST(StreamHub, WhatOneCustomerIsShownAnewIsNoNewsForAll) {
  StreamHub hub;
  const auto one = std::make_shared<Stream>();
  const auto all = std::make_shared<Stream>();
  hub.follow({.order_id = order_id}, one);
  hub.follow({}, all);
  hub.show({.id = order_id, .version = 3});
  EXPECT_TRUE(one->has_sent());
  EXPECT_FALSE(all->has_sent());
}

TEST(StreamHub, EndsAtOnceForWhoHasSeenTheLastOfIt) {
  StreamHub hub;
  const auto stream = std::make_shared<Stream>();
  hub.follow({.order_id = order_id, .after = 9}, stream);
  hub.show({.id = order_id, .version = 9, .status = OrderStatus::completed});
  EXPECT_EQ(stream->sent(), std::vector<std::string>{"event: end\ndata: {}\n\n"});
  EXPECT_FALSE(stream->is_open());
}

TEST(StreamHub, ShowsAStatusThatWasPassedWithinOneCommit) {
  StreamHub hub;
  const auto paid = std::make_shared<Stream>();
  const auto ready = std::make_shared<Stream>();
  hub.follow({.only = {OrderStatus::paid}}, paid);
  hub.follow({.only = {OrderStatus::ready}}, ready);
  hub.order_changed({.id = order_id,
                     .version = 6,
                     .status = OrderStatus::preparing,
                     .history = {{.version = 1, .status = OrderStatus::ready},
                                 {.version = 4, .status = OrderStatus::paid},
                                 {.version = 6, .status = OrderStatus::preparing}}},
                    3);
  EXPECT_TRUE(paid->has_sent());
  EXPECT_FALSE(ready->has_sent()) << "that was before this commit";
}

}  // namespace
}  // namespace oms::edge
