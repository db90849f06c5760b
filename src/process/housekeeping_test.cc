#include "process/housekeeping.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "adapters/memory/memory_store.h"
#include "process/service_set.h"

namespace oms::process {
namespace {

using runtime::InboxEntry;
using std::chrono::hours;
using std::chrono::seconds;

const Time now{1'700'000'000'000};

class HousekeepingTest : public testing::Test {
 protected:
  void keep(int count, Time at) {
    std::vector<Change> changes;
    for (int i = 0; i < count; ++i) {
      auto record = make_record(InboxEntry{.id = std::to_string(kept_++), .at = at});
      const auto key = record.key();
      changes.push_back({.key = key, .record = std::move(record)});
    }
    std::ranges::sort(changes, std::less<>{}, &Change::key);
    ASSERT_TRUE(store_.commit(changes));
  }
  std::size_t left() {
    return store_.find({.type = &type_of<InboxEntry>(), .limit = 10'000})->records.size();
  }

  int kept_ = 0;
  MemoryStore store_;
  const ServiceSet services_{Settings{}};
  Housekeeping housekeeping_{store_, services_.services(), Settings{.retention_hours = 24}};
};

TEST_F(HousekeepingTest, DoesALittleOnceASecond) {
  keep(50, now - hours{25});
  keep(50, now - hours{23});
  ASSERT_TRUE(housekeeping_.step(now));
  EXPECT_EQ(left(), 50U) << "what is young stays";
  EXPECT_FALSE(housekeeping_.is_due(now + Duration{999}));
  EXPECT_TRUE(housekeeping_.is_due(now + seconds{1}));
}

TEST_F(HousekeepingTest, HurriesWhileThereIsMuchToForget) {
  keep(2'000, now - hours{25});
  auto at = now;
  for (int i = 0; i < 10; ++i, at = at + Duration{250}) ASSERT_TRUE(housekeeping_.step(at));
  EXPECT_EQ(left(), 0U);
  ASSERT_TRUE(housekeeping_.step(at));
  EXPECT_FALSE(housekeeping_.is_due(at + Duration{250}));
}

// Of an order that has ended.
class RefundWindow : public testing::Test {
 protected:
  template <class T>
  void keep(T value) {
    auto record = make_record(std::move(value));
    const auto key = record.key();
    ASSERT_TRUE(store_.commit(std::vector<Change>{{.key = key, .record = std::move(record)}}));
  }
  template <class T>
  bool has() {
    return static_cast<bool>(store_.get(key_of<T>(order_.text()))->record);
  }
  void keep_house_after(Duration span) {
    ASSERT_TRUE(housekeeping_.step(oms::made_at(order_) + span));
  }

  const Id order_{Id::Bytes{0x65, 1}};
  MemoryStore store_;
  const ServiceSet services_{Settings{}};
  Housekeeping housekeeping_{store_, services_.services(), Settings{}};
};

TEST_F(RefundWindow, WhatALateRefundNeedsOutlivesTheDetails) {
  keep(orders::Order{.id = order_, .status = OrderStatus::completed});
  keep(coordinator::Saga{.id = order_, .main = {.phase = coordinator::Phase::completed}});
  keep(payments::Payment{.id = order_});
  keep(stock::Reservation{.id = order_, .state = stock::ReservationState::committed});
  keep(kitchen::Ticket{.id = order_, .status = kitchen::TicketStatus::ready});
  keep(delivery::Delivery{.id = order_, .status = delivery::DeliveryStatus::delivered});
  keep(notifications::Notices{.id = order_});
  keep_house_after(hours{24 * 31});
  EXPECT_FALSE(has<kitchen::Ticket>() || has<delivery::Delivery>() ||
               has<notifications::Notices>());
  EXPECT_TRUE(has<coordinator::Saga>() && has<payments::Payment>() && has<stock::Reservation>());
  keep_house_after(hours{24 * 179});
  EXPECT_TRUE(has<coordinator::Saga>() && has<payments::Payment>() && has<stock::Reservation>());
  keep_house_after(hours{24 * 181});
  EXPECT_FALSE(has<coordinator::Saga>() || has<payments::Payment>() || has<stock::Reservation>());
  EXPECT_TRUE(has<orders::Order>()) << "the order itself stays";
}

TEST_F(RefundWindow, AnOrderUnderWayKeepsAll) {
  keep(orders::Order{.id = order_, .status = OrderStatus::preparing});
  keep(payments::Payment{.id = order_});
  keep_house_after(hours{24 * 1000});
  EXPECT_TRUE(has<payments::Payment>());
}

// What the books are kept for: 10 days.
class BooksTest : public testing::Test {
 protected:
  template <class T>
  void keep(T value) {
    auto record = make_record(std::move(value));
    const auto key = record.key();
    ASSERT_TRUE(store_.commit(std::vector<Change>{{.key = key, .record = std::move(record)}}));
  }
  template <class T>
  std::vector<T> all() {
    std::vector<T> found;
    const auto page = store_.find({.type = &type_of<T>(), .newest_first = false, .limit = 1'000});
    for (const auto& each : page->records) found.push_back(*each.record.template as<T>());
    return found;
  }
  // Its n-th line; the first says what there was, each other sells one.
  void keep_line(const std::string& product, std::int64_t number, int days_ago) {
    using enum stock::MovementKind;
    keep(stock::Movement{.id = stock::movement_id(product, number),
                         .product_id = product,
                         .number = number,
                         .kind = number == 1 ? initial : committed,
                         .quantity = number == 1 ? 1'000 : 1,
                         .on_hand = 1'001 - number,
                         .at = now - hours{24 * days_ago},
                         .reason = "why"});
  }
  void keep_house(int steps) {
    for (auto at = now; steps > 0; --steps, at = at + seconds{1}) {
      ASSERT_TRUE(housekeeping_.step(at));
    }
  }

  MemoryStore store_;
  const ServiceSet services_{Settings{}};
  Housekeeping housekeeping_{store_, services_.services(), Settings{.books_days = 10}};
};

TEST_F(BooksTest, WhatIsOldOfALedgerBecomesItsFirstLine) {
  for (int line = 1; line <= 5; ++line) keep_line("a", line, 20 - 3 * line);
  keep_line("b", 1, 9);
  keep_line("c", 1, 11);
  keep_house(2);
  const auto lines = all<stock::Movement>();
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_EQ(lines[0].number, 3) << "11 days ago";
  EXPECT_EQ(lines[0].kind, stock::MovementKind::initial);
  EXPECT_EQ(lines[0].quantity, 998);
  EXPECT_EQ(lines[0].on_hand, 998);
  EXPECT_EQ(lines[0].reason, "");
  EXPECT_EQ(lines[1].number, 4);
  EXPECT_EQ(lines[1].reason, "why");
  EXPECT_EQ(lines[3].product_id, "b");
  EXPECT_EQ(lines[4].reason, "why") << "one alone is not written again";
}

std::ptrdiff_t lines_of(const std::vector<stock::Movement>& lines, std::string_view product) {
  return std::ranges::count_if(lines, [&](const auto& line) { return line.product_id == product; });
}

TEST_F(BooksTest, ALongLedgerIsFoldedInSlicesAndTheOthersHaveTheirTurn) {
  for (int line = 1; line <= 450; ++line) keep_line("a", line, line <= 430 ? 20 : 1);
  for (int line = 1; line <= 450; ++line) keep_line("b", line, line == 1 ? 20 : 1);
  for (int line = 1; line <= 3; ++line) keep_line("c", line, 20);
  keep_house(8);
  const auto lines = all<stock::Movement>();
  EXPECT_EQ(lines_of(lines, "a"), 21);
  EXPECT_EQ(lines_of(lines, "b"), 450);
  ASSERT_EQ(lines_of(lines, "c"), 1);
  EXPECT_EQ(lines.front().number, 430);
  EXPECT_EQ(lines.front().quantity, 571);
}

TEST_F(BooksTest, TheAuditLogIsKeptAsLongAndWhatIsOpenLonger) {
  for (const int day : {9, 11}) {
    keep(runtime::AuditEntry{.id = Id{Id::Bytes{static_cast<std::uint8_t>(0x65 - day)}},
                             .at = now - hours{24 * day}});
    keep(orders::ErasedCustomer{.id = std::to_string(day), .erased_at = now - hours{24 * day}});
  }
  keep(orders::ErasedCustomer{.id = "open", .asked_at = now - hours{24 * 11}});
  keep_house(1);
  ASSERT_EQ(all<runtime::AuditEntry>().size(), 1U);
  EXPECT_EQ(all<runtime::AuditEntry>()[0].at, now - hours{24 * 9});
  EXPECT_EQ(all<orders::ErasedCustomer>().size(), 2U);
}

TEST_F(BooksTest, TheyAreKeptForEverWhereThatIsSaid) {
  Housekeeping kept{store_, services_.services(), Settings{.books_days = 0}};
  keep_line("a", 1, 5'000);
  keep_line("a", 2, 5'000);
  keep(runtime::AuditEntry{.id = Id{Id::Bytes{1}}});
  ASSERT_TRUE(kept.step(now));
  EXPECT_EQ(all<stock::Movement>().size(), 2U);
  EXPECT_EQ(all<runtime::AuditEntry>().size(), 1U);
}

class ArchiveTest : public testing::Test {
 protected:
  ArchiveTest() {
    std::filesystem::create_directories(folder_);
    std::filesystem::remove(archive());
  }
  ~ArchiveTest() override { std::filesystem::remove_all(folder_); }

  template <class T>
  void keep(T value) {
    auto record = make_record(std::move(value));
    const auto key = record.key();
    const std::vector<Change> changes{{.key = key, .record = std::move(record)}};
    ASSERT_TRUE(store_.commit(changes));
  }
  void keep_an_old_order() {
    keep(orders::Order{.id = order_,
                       .customer_id = "c1",
                       .status = OrderStatus::completed,
                       .created_at = now - hours{100},
                       .updated_at = now - hours{100}});
  }
  bool is_kept() {
    return static_cast<bool>(store_.get(key_of<orders::Order>(order_.text()))->record);
  }
  std::filesystem::path archive() const { return folder_ / "archive.jsonl"; }
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    std::ifstream file{archive()};
    for (std::string line; std::getline(file, line);) all.push_back(line);
    return all;
  }

  const Id order_{Id::Bytes{0x65, 1}};
  const std::filesystem::path folder_{testing::TempDir() + "/oms_archive_" +
                                      std::to_string(::getpid())};
  MemoryStore store_;
  const ServiceSet services_{Settings{}};
  Housekeeping housekeeping_{store_, services_.services(),
                             Settings{.data = folder_, .retention_hours = 24, .archive_days = 1}};
};

TEST_F(ArchiveTest, ALineThatACrashHasTornSpoilsNoOther) {
  std::ofstream{archive()} << R"({"id":"whole"})" << '\n' << R"({"id":"to)";
  keep_an_old_order();
  ASSERT_TRUE(housekeeping_.step(now));
  EXPECT_FALSE(is_kept());
  ASSERT_EQ(lines().size(), 2U);
  EXPECT_EQ(lines().front(), R"({"id":"whole"})");
  EXPECT_TRUE(lines().back().contains(order_.text()));
}

TEST_F(ArchiveTest, AnOrderWaitsForItsNotices) {
  keep_an_old_order();
  keep(notifications::Notices{.id = order_, .due = now});
  ASSERT_TRUE(housekeeping_.step(now));
  EXPECT_TRUE(is_kept());
}

// What this version cannot read it neither forgets nor archives, nor does it stop there.
TEST_F(ArchiveTest, WhatANewerVersionHasWrittenIsLeftAlone) {
  auto newer = type_of<orders::Order>();
  ++newer.schema;
  auto newer_notices = type_of<notifications::Notices>();
  ++newer_notices.schema;
  const auto other = Id{Id::Bytes{0x65, 2}};
  const std::vector<Change> changes{
      {.key = {&newer_notices, other.key()},
       .record = Record{newer_notices, std::make_shared<const notifications::Notices>(
                                           notifications::Notices{.id = other})}},
      {.key = {&newer, order_.key()},
       .record = Record{newer, std::make_shared<const orders::Order>(orders::Order{
                                   .id = order_, .status = OrderStatus::completed})}}};
  ASSERT_TRUE(store_.commit(changes));
  for (const auto& id : {other, Id{Id::Bytes{0x65, 3}}}) {
    keep(orders::Order{.id = id, .status = OrderStatus::completed});
  }
  ASSERT_TRUE(housekeeping_.step(now));
  ASSERT_EQ(lines().size(), 1U) << "of one its notices are not known";
  EXPECT_TRUE(lines().front().contains(Id{Id::Bytes{0x65, 3}}.text()));
  const Key key = key_of<orders::Order>(order_);
  EXPECT_TRUE(store_.load({&key, 1})->front().is_newer);
}

}  // namespace
}  // namespace oms::process
