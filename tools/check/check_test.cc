#include "tools/check/check.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "adapters/sqlite/sqlite_store.h"
#include "process/housekeeping.h"
#include "process/service_set.h"
#include "tools/check/auditor_sample.h"

namespace oms::check {
namespace {

constexpr Time first_made{0x65000000LL * 1000};  // of the ids

// A database file with orders in it.
class CheckFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("oms-check-" + std::to_string(::getpid()) + "-" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    SqliteOptions options;
    options.path = (folder_ / "oms.db").string();
    auto store = SqliteStore::open(options, services_.types());
    ASSERT_TRUE(store) << store.error().detail;
    store_ = *std::move(store);
  }
  void TearDown() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  template <class T>
  void add(T value) {
    auto record = make_record(std::move(value));
    const auto key = record.key();
    changes_.push_back({.key = key, .record = std::move(record), .expected = 0});
  }

  // The sample's records under the n-th id.
  void add_order(Sample sample, std::uint32_t n) {
    const Id id{Id::Bytes{0x65, 0, 0, 0, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(n >> 8U),
                          static_cast<std::uint8_t>(n)}};
    sample.order.id = sample.saga.id = sample.reservation.id = sample.payment.id =
        sample.ticket.id = sample.delivery.id = id;
    sample.order.created_at = sample.order.updated_at = first_made;
    const auto number = std::to_string(n + 1);
    sample.order.day_number = "2023-11-14/" + std::string(6 - number.size(), '0') + number;
    if (sample.has_order) add(sample.order);
    if (sample.has_saga) add(sample.saga);
    if (sample.has_reservation) add(sample.reservation);
    if (sample.has_payment) add(sample.payment);
    if (sample.has_ticket) add(sample.ticket);
    if (sample.has_delivery) add(sample.delivery);
  }

  void add_key(const char* key, const orders::Order& order) {
    runtime::InboxEntry entry{.id = key, .table = "orders_order"};
    type_of<orders::Order>().encode(&order, entry.shown.text);
    add(std::move(entry));
  }

  // After days of housekeeping.
  Auditor check_after(int days, int retention_days, int archive_days) {
    process::Settings settings{.data = folder_,
                               .retention_hours = 24 * retention_days,
                               .refund_window_hours = 24 * retention_days,
                               .archive_days = archive_days};
    commit();
    process::Housekeeping housekeeping{*store_, services_.services(), settings};
    for (int day = 0; day <= days; ++day) {
      const auto done = housekeeping.step(first_made + std::chrono::days{day});
      EXPECT_TRUE(done) << done.error().detail;
    }
    return check(
        {.database = {}, .kept_since = first_made + std::chrono::days{days - retention_days}});
  }

  void commit() {
    std::ranges::sort(changes_, std::less<>{}, &Change::key);
    const auto committed = store_->commit(changes_);
    EXPECT_TRUE(committed) << committed.error().detail;
    changes_.clear();
  }

  Auditor check(Request request = {}) {
    commit();
    request.database = folder_ / "oms.db";
    auto auditor = check_invariants(request);
    EXPECT_TRUE(auditor) << auditor.error().detail;
    return auditor ? *std::move(auditor) : Auditor{{}};
  }

  process::ServiceSet services_{process::Settings{}};
  std::filesystem::path folder_;
  std::unique_ptr<SqliteStore> store_;
  std::vector<Change> changes_;
};

TEST_F(CheckFile, NothingIsWrongWithAnEmptyOne) {
  const auto auditor = check();
  EXPECT_EQ(auditor.findings().broken(), 0);
  EXPECT_EQ(auditor.counts().orders, 0);
}

TEST_F(CheckFile, PutsTheRecordsOfEachOrderTogetherAcrossPages) {
  std::int64_t completed = 0;
  for (std::uint32_t n = 0; n < 2'500; ++n) {
    const bool waits = n % 3 == 0;
    add_order(waits ? Sample::waiting() : Sample{}, n);
    completed += waits ? 0 : 1;
  }
  add(stock::Item{.id = "1",
                  .initial = 10'000,
                  .committed = 2 * completed,
                  .reserved = 2 * (2'500 - completed)});
  const auto auditor = check();
  EXPECT_EQ(auditor.findings().broken(), 0);
  EXPECT_EQ(auditor.counts().orders, 2'500);
  EXPECT_EQ(auditor.counts().waiting, 2'500 - completed);
  EXPECT_EQ(auditor.money().by_currency().at("usd").captured, 900 * completed);
}

TEST_F(CheckFile, FindsTheOneOrderThatLacksARecord) {
  for (std::uint32_t n = 0; n < 1'500; ++n) {
    Sample sample;
    sample.has_delivery = n != 1'234;
    add_order(sample, n);
  }
  add(stock::Item{.id = "1", .initial = 10'000, .committed = 3'000});
  const auto auditor = check();
  EXPECT_EQ(auditor.findings().broken(), 1);
  const auto& tally = auditor.findings().of(Rule::saga_told_truly);
  ASSERT_EQ(tally.examples.size(), 1U);
  EXPECT_EQ(tally.examples[0].where, "6500000000000000000004d2");
}

TEST_F(CheckFile, LooksUpWhatIdempotencyKeysHaveShown) {
  add_order(Sample{}, 1);
  add(stock::Item{.id = "1", .initial = 10, .committed = 2});
  auto order = Sample{}.order;
  add_key("good", order);
  ++order.version;
  add_key("newer than the order is", order);
  order.id = Id{Id::Bytes{0x65, 9}};
  add_key("of an order that is gone", order);
  const auto auditor = check();
  EXPECT_EQ(auditor.counts().keys, 3);
  EXPECT_EQ(auditor.findings().of(Rule::keys_repeat).broken, 2);
  EXPECT_EQ(auditor.findings().broken(), 2);
}

class Forgotten : public CheckFile {
 protected:
  void SetUp() override {
    CheckFile::SetUp();
    for (std::uint32_t n = 0; n < 3; ++n) add_order(n == 0 ? Sample::cancelled() : Sample{}, n);
    add(stock::Item{.id = "1", .initial = 10, .returned = 2, .committed = 6});
  }
};

TEST_F(Forgotten, TheOrderBeforeItsPayment) {
  EXPECT_EQ(check_after(2, 30, 0).findings().broken(), 0);
  const auto archived = check_after(2, 30, 1);
  EXPECT_EQ(archived.findings().broken(), 0);
  EXPECT_EQ(archived.counts().archived, 3);
  EXPECT_EQ(archived.counts().tidied, 0);
  EXPECT_EQ(check_after(40, 30, 1).findings().broken(), 0);
}

TEST_F(Forgotten, ThePaymentBeforeItsOrder) {
  const auto tidied = check_after(5, 3, 0);
  EXPECT_EQ(tidied.findings().broken(), 0);
  EXPECT_EQ(tidied.counts().tidied, 3);
  EXPECT_EQ(tidied.counts().orders, 3);
  const auto archived = check_after(5, 3, 4);
  EXPECT_EQ(archived.findings().broken(), 0);
  EXPECT_EQ(archived.counts().archived, 3);
}

TEST_F(CheckFile, WhatALiveOrderNeedsIsKeptHoweverOldItIs) {
  Sample sample;
  sample.order.status = OrderStatus::preparing;
  sample.order.history.resize(4);
  sample.order.notices.resize(2);
  sample.saga.main.step = "prepare";
  sample.saga.main.phase = coordinator::Phase::doing;
  sample.saga.main.due = start;
  sample.ticket.status = kitchen::TicketStatus::preparing;
  sample.has_delivery = false;
  add_order(sample, 1);
  add(stock::Item{.id = "1", .initial = 10, .committed = 2});
  const auto auditor = check_after(40, 1, 2);
  EXPECT_EQ(auditor.findings().broken(), 0);
  EXPECT_EQ(auditor.counts().tidied, 0);
}

TEST_F(CheckFile, CountsDeadLetters) {
  add(runtime::DeadLetter{.id = Id{Id::Bytes{1}}, .reason = "a bug", .payload = WakeUp{}});
  EXPECT_EQ(check().counts().dead_letters, 1);
}

TEST_F(CheckFile, RefusesWhatIsNoDatabaseOfOurs) {
  EXPECT_FALSE(check_invariants({.database = folder_ / "none.db"}));
}

}  // namespace
}  // namespace oms::check
