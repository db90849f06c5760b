// What is kept beside the services' records is swept, a customer's orders are walked through, and a
// process that dies is followed by one that goes on.
#include "process/erasure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <iterator>
#include <thread>

#include "adapters/memory/memory_store.h"
#include "codec/json_write.h"
#include "process/service_set.h"

namespace oms::process {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Time now{1'700'000'000'000};

Id order(std::uint8_t n) {
  return Id{Id::Bytes{0x65, n}};
}

class ErasureTest : public testing::Test {
 protected:
  ErasureTest() { std::filesystem::create_directories(folder_); }
  ~ErasureTest() override { std::filesystem::remove_all(folder_); }

  template <class T>
  void keep(T value) {
    auto record = make_record(std::move(value));
    const auto key = record.key();
    const auto version = store_.get(key)->version;
    ASSERT_TRUE(store_.commit(
        std::vector<Change>{{.key = key, .record = std::move(record), .expected = version}}));
  }
  template <class T>
  const T* get(std::string_view id) {
    shown_.push_back(store_.get(key_of<T>(id))->record);
    return shown_.back() ? shown_.back().as<T>() : nullptr;
  }
  void keep_answer(const std::string& key, const Record& shown) {
    runtime::InboxEntry entry{.id = key, .table = std::string{shown.type().table}, .at = now};
    shown.type().encode(shown.value(), entry.shown.text);
    keep(std::move(entry));
  }
  void forget(const std::string& subject) {
    keep(runtime::ErasedSubject{.id = subject, .at = now});
  }

  Erasure new_erasure() {
    return Erasure{Erasure::Parts{.store = store_,
                                  .services = services_.services(),
                                  .offer =
                                      [this](Message message) {
                                        offered_.push_back(std::move(message));
                                        return true;
                                      },
                                  .archive = archive_}};
  }
  // Until it has nothing to do.
  void run(Erasure& erasure) {
    for (int i = 0; i < 400; ++i, at_ = at_ + std::chrono::seconds{1}) {
      ASSERT_TRUE(erasure.step(at_));
      const auto left = store_.find({.type = &type_of<runtime::ErasedSubject>(), .limit = 1});
      if (left->records.empty()) return;
      std::this_thread::sleep_for(Duration{1});
    }
    FAIL() << "it comes to no end";
  }
  void run() {
    auto erasure = new_erasure();
    run(erasure);
  }
  std::string archive() const {
    std::ifstream file{archive_};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  const std::filesystem::path folder_{testing::TempDir() + "/oms_erasure_" +
                                      std::to_string(::getpid())};
  const std::filesystem::path archive_{folder_ / "archive.jsonl"};
  MemoryStore store_;
  const ServiceSet services_{Settings{}};
  std::deque<Record> shown_;
  std::vector<Message> offered_;
  Time at_ = now;
};

TEST_F(ErasureTest, StoredAnswersForgetTheCustomerAndNothingElse) {
  const orders::Order shown{.id = order(1), .total = 900, .customer = {.name = "Ada"}};
  auto other = shown;
  other.id = order(2);
  keep_answer("k1", make_record(shown));
  keep_answer("k2", make_record(other));
  keep_answer("k3", make_record(payments::Account{.id = "c1", .full_name = "Ada", .balance = 5}));
  forget(order(1).text());
  forget("c1");
  run();
  EXPECT_FALSE(get<runtime::InboxEntry>("k1")->shown.text.contains("Ada"));
  EXPECT_TRUE(get<runtime::InboxEntry>("k1")->shown.text.contains("900"));
  EXPECT_TRUE(get<runtime::InboxEntry>("k2")->shown.text.contains("Ada"));
  EXPECT_FALSE(get<runtime::InboxEntry>("k3")->shown.text.contains("Ada"));
}

TEST_F(ErasureTest, DeadLettersForgetTheCustomerAlsoWhereNoOrderCameOfThem) {
  keep(runtime::DeadLetter{.id = order(11),
                           .order_id = order(1),
                           .payload = DeliverOrder{.recipient = {.name = "Ada"}}});
  keep(runtime::DeadLetter{
      .id = order(12),
      .order_id = order(2),
      .payload = PlaceOrder{.customer_id = "c1", .customer = {.name = "Ada"}, .note = "Ada"}});
  keep(
      runtime::DeadLetter{.id = order(13),
                          .order_id = order(3),
                          .payload = PlaceOrder{.customer_id = "c2", .customer = {.name = "Bob"}}});
  forget(order(1).text());
  forget("c1");
  run();
  const auto payload_of = [&](const Id& id) {
    return get<runtime::DeadLetter>(id.text())->payload;
  };
  EXPECT_EQ(std::get<DeliverOrder>(payload_of(order(11))).recipient.name, "");
  EXPECT_EQ(std::get<PlaceOrder>(payload_of(order(12))).customer.name, "");
  EXPECT_EQ(std::get<PlaceOrder>(payload_of(order(12))).note, "");
  EXPECT_EQ(std::get<PlaceOrder>(payload_of(order(13))).customer.name, "Bob");
}

TEST_F(ErasureTest, TheArchiveKeepsTheBooks) {
  std::string lines;
  for (const std::uint8_t n : {std::uint8_t{1}, std::uint8_t{2}}) {
    write_json_compact(
        orders::Order{.id = order(n), .total = 900, .customer = {.name = "Ada"}, .note = "Ada"},
        lines);
    lines += '\n';
  }
  std::ofstream{archive_} << lines;
  forget(order(1).text());
  run();
  std::ifstream file{archive_};
  std::string first;
  std::string second;
  std::getline(file, first);
  std::getline(file, second);
  EXPECT_FALSE(first.contains("Ada"));
  EXPECT_TRUE(first.contains("900") && first.contains(order(1).text()));
  EXPECT_TRUE(second.contains("Ada"));
}

TEST_F(ErasureTest, ASweepThatDiesIsDoneAgain) {
  for (int i = 0; i < 1'200; ++i) {
    keep_answer("k" + std::to_string(i),
                make_record(orders::Order{.id = order(1), .customer = {.name = "Ada"}}));
  }
  forget(order(1).text());
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(new_erasure().step(at_));
  run();
  for (int i = 0; i < 1'200; ++i) {
    EXPECT_FALSE(get<runtime::InboxEntry>("k" + std::to_string(i))->shown.text.contains("Ada"));
  }
}

// --- the walk -----------------------------------------------------------------------------------

class WalkTest : public ErasureTest {
 protected:
  void SetUp() override { keep(orders::ErasedCustomer{.id = "c1", .until = made_at(order(9))}); }
  // What a walk has offered.
  std::vector<Message> walk(Erasure& erasure) {
    offered_.clear();
    for (int i = 0; i < 2; ++i, at_ = at_ + std::chrono::seconds{1}) {
      EXPECT_TRUE(erasure.step(at_));
    }
    return offered_;
  }
  std::vector<Message> walk() {
    auto erasure = new_erasure();
    return walk(erasure);
  }
  static std::vector<Id> orders_in(const std::vector<Message>& messages) {
    std::vector<Id> ids;
    for (const auto& message : messages) {
      EXPECT_TRUE(std::holds_alternative<ErasePersonalData>(message.payload));
      ids.push_back(message.order_id);
    }
    std::ranges::sort(ids);
    return ids;
  }
  const orders::Erasure over_{.at = now};
};

TEST_F(WalkTest, EachOrderOfTheCustomerIsErasedThoseInTheArchiveToo) {
  keep(orders::Order{.id = order(1), .customer_id = "c1", .face = Face::event_chain});
  keep(orders::Order{.id = order(2), .customer_id = "c2"});
  keep(orders::Order{.id = order(3), .customer_id = "c1", .erasure = over_});
  keep(orders::Order{.id = order(4),
                     .customer_id = "c1",
                     .erasure = orders::Erasure{.at = now, .waits_for = {ServiceName::kitchen}}});
  keep(orders::ArchivedOrder{.id = order(5), .customer_id = "c1"});
  keep(orders::Order{.id = Id{Id::Bytes{0x66}}, .customer_id = "c1"});
  EXPECT_THAT(orders_in(walk()), ElementsAre(order(1), order(5)))
      << "not what is another's, is done or under way, or was placed later";
}

TEST_F(WalkTest, ItIsOverWhenNothingIsLeft) {
  keep(orders::Order{.id = order(1), .customer_id = "c1", .erasure = over_});
  keep(orders::ArchivedOrder{.id = order(5), .customer_id = "c1", .erasure = over_});
  forget(order(5).text());
  auto erasure = new_erasure();
  ASSERT_TRUE(erasure.step(at_));
  EXPECT_THAT(offered_, IsEmpty()) << "the archive is not swept yet";
  run(erasure);
  offered_.clear();  // a walk may have begun already
  for (int i = 0; i < 4 && offered_.empty(); ++i, at_ = at_ + std::chrono::seconds{1}) {
    ASSERT_TRUE(erasure.step(at_));
  }
  ASSERT_EQ(offered_.size(), 1U);
  const auto& erased = std::get<CustomerErased>(offered_[0].payload);
  EXPECT_EQ(erased.customer_id, "c1");
  EXPECT_EQ(erased.until, made_at(order(9)));
}

TEST_F(WalkTest, OneThatWaitsHoldsNobodyUp) {
  keep(orders::ErasedCustomer{.id = "c2", .until = made_at(order(9))});
  keep(orders::Order{.id = order(1), .customer_id = "c1"});
  keep(orders::Order{.id = order(2), .customer_id = "c2"});
  auto erasure = new_erasure();
  auto told = walk(erasure);
  std::ranges::move(walk(erasure), std::back_inserter(told));
  EXPECT_THAT(orders_in(told), ElementsAre(order(1), order(2)));
}

}  // namespace
}  // namespace oms::process
