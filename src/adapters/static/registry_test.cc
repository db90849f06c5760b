#include "adapters/static/registry.h"

#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>

namespace oms::fixed {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using enum ServiceName;
using Seen = std::vector<std::string>;

TEST(Addresses, AreListedByService) {
  const auto read = read_addresses("orders=127.0.0.1:2000,stock=b:2012+127.0.0.1:2002");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_THAT(read->at(orders), ElementsAre("127.0.0.1:2000"));
  EXPECT_THAT(read->at(stock), ElementsAre("127.0.0.1:2002", "b:2012"));
  EXPECT_FALSE(read->contains(kitchen));
}

TEST(Addresses, MayFollowOnePatternForAllServices) {
  const auto read = read_addresses("oms-{service}.shop.svc:2000");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->size(), shop_services.size());
  EXPECT_THAT(read->at(kitchen), ElementsAre("oms-kitchen.shop.svc:2000"));
}

TEST(Addresses, MayBeOfTheSixthVersion) {
  const auto read = read_addresses("orders=[::1]:2000");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_THAT(read->at(orders), ElementsAre("[::1]:2000"));
}

TEST(Addresses, AreRefusedWithThePartThatIsWrong) {
  const auto refusal = [](std::string_view text) { return read_addresses(text).error().detail; };
  EXPECT_THAT(refusal("orders"), HasSubstr("'orders'"));
  EXPECT_THAT(refusal("till=a:1"), HasSubstr("'till=a:1'"));
  EXPECT_THAT(refusal("world=a:1"), HasSubstr("'world=a:1'"));
  EXPECT_THAT(refusal("orders=a"), HasSubstr("'a'"));
  EXPECT_THAT(refusal("orders=a:1+"), HasSubstr("''"));
  EXPECT_THAT(refusal("orders=a:0"), HasSubstr("'a:0'"));
  EXPECT_THAT(refusal("orders=::1:2000"), HasSubstr("'::1:2000'"));
  EXPECT_THAT(refusal("orders=a:1,orders=b:1"), HasSubstr("twice"));
  EXPECT_THAT(refusal("http://{service}:1"), HasSubstr("no address"));
}

TEST(Registry, TellsAtOnceWhereAServiceIs) {
  const auto known = registry({{orders, {"a:1", "b:1"}}});
  Seen seen{"nothing yet"};
  known->watch(orders, [&](const Seen& addresses) { seen = addresses; });
  EXPECT_THAT(seen, ElementsAre("a:1", "b:1"));
  known->watch(stock, [&](const Seen& addresses) { seen = addresses; });
  EXPECT_THAT(seen, IsEmpty());
}

// What a watcher was told, and how a name is looked up.
class Dns : public testing::Test {
 protected:
  std::vector<std::string> look_up(const std::string& host) {
    const std::scoped_lock lock{mutex_};
    asked_.push_back(host);
    changed_.notify_all();
    return found_;
  }
  std::unique_ptr<Registry> open() {
    return dns_registry({{orders, {"oms-orders:2000"}}},
                        {.resolve = [this](const std::string& host) { return look_up(host); },
                         .every = std::chrono::milliseconds{1}});
  }
  Registry::OnAddresses note() {
    return [this](Seen addresses) {
      const std::scoped_lock lock{mutex_};
      told_.push_back(std::move(addresses));
      changed_.notify_all();
    };
  }
  void set(std::vector<std::string> found) {
    const std::scoped_lock lock{mutex_};
    found_ = std::move(found);
    asked_.clear();
  }
  template <class Condition>
  bool becomes(Condition condition) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{20}, condition);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> found_;
  std::vector<std::string> asked_;
  std::vector<Seen> told_;
};

TEST_F(Dns, TellsWhatANameMeansAndWhenThatChanges) {
  set({"10.0.0.2", "10.0.0.1", "fd00::1"});
  const auto registry = open();
  registry->watch(orders, note());
  ASSERT_TRUE(becomes([&] { return told_.size() == 2; }));
  EXPECT_THAT(told_[0], IsEmpty());
  EXPECT_THAT(told_[1], ElementsAre("10.0.0.1:2000", "10.0.0.2:2000", "[fd00::1]:2000"));
  set({"10.0.0.3"});
  ASSERT_TRUE(becomes([&] { return told_.size() == 3; }));
  EXPECT_THAT(told_[2], ElementsAre("10.0.0.3:2000"));
}

TEST_F(Dns, WhatWasFoundLastHoldsWhileNothingIsFound) {
  set({"10.0.0.1"});
  const auto registry = open();
  registry->watch(orders, note());
  ASSERT_TRUE(becomes([&] { return told_.size() == 2; }));
  set({});
  ASSERT_TRUE(becomes([&] { return asked_.size() > 2; }));
  const std::scoped_lock lock{mutex_};
  EXPECT_EQ(told_.size(), 2U);
}

TEST_F(Dns, KnowsThisMachine) {
  const auto registry = dns_registry({{orders, {"127.0.0.1:2000"}}});
  registry->watch(orders, note());
  ASSERT_TRUE(becomes([&] { return told_.size() == 2; }));
  EXPECT_THAT(told_[1], ElementsAre("127.0.0.1:2000"));
}

}  // namespace
}  // namespace oms::fixed
