#include "process/books_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace oms::process {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Time midnight{1'700'000'000'000};

Id id_of(Time time, int n) {
  Id::Bytes bytes{};
  const auto seconds = static_cast<std::uint32_t>(time.unix_ms / 1000);
  for (std::size_t i = 0; i < 4; ++i) {
    bytes.at(i) = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
  }
  bytes[10] = static_cast<std::uint8_t>(n >> 8);
  bytes[11] = static_cast<std::uint8_t>(n);
  return Id{bytes};
}

// The shop, of which all but the provider's books is as it should be.
class Shop : public Views, public Peers, public PaymentProvider, public Clock {
 public:
  // Completed and paid, with a charge that was made so long after it.
  Id sell(Time placed, Duration until_charged = {}) {
    const auto id = id_of(placed, ++count_);
    orders_[id] = {.id = id,
                   .status = OrderStatus::completed,
                   .total = 450,
                   .currency = "usd",
                   .payment = PaymentStatus::captured,
                   .created_at = placed,
                   .updated_at = placed};
    charge(id, placed + until_charged);
    return id;
  }
  void charge(const Id& order, Time made) {
    charges.push_back({.session_id = "cs_" + order.text(),
                       .order_id = order,
                       .state = ProviderCharge::State::captured,
                       .amount = 450,
                       .captured = 450,
                       .currency = "usd",
                       .created_at = made});
  }
  void archive(const Id& order) {
    orders_.erase(order);
    archived_[order] = {.id = order};
  }

  void aside(std::move_only_function<void()> work) override { work(); }
  Result<Found> get(const Key& key) override {
    const auto id = *Id::parse(key.id.view());
    if (key.type == &type_of<OrderView>() && orders_.contains(id)) {
      return Found{.record = make_record(OrderView{orders_.at(id)})};
    }
    if (key.type == &type_of<ArchivedOrderView>() && archived_.contains(id)) {
      return Found{.record = make_record(ArchivedOrderView{archived_.at(id)})};
    }
    return Found{};
  }
  Result<Page> list(const Query& query) override {
    Page page;
    for (auto order = orders_.rbegin(); order != orders_.rend(); ++order) {
      if (order->first.text() >= query.after) continue;
      page.more = page.records.size() == query.limit;
      if (page.more) break;
      page.records.push_back({.record = make_record(OrderView{order->second})});
      page.last = order->first.text();
    }
    return page;
  }

  void ask(const Question& question, OnAnswer on_answer) override {
    if (const auto* of = std::get_if<PaymentsOf>(&question)) {
      PaymentsAre answer;
      for (const auto& id : of->ids) {
        answer.payments.push_back({.order_id = id,
                                   .status = PaymentStatus::captured,
                                   .amount = 450,
                                   .captured = 450,
                                   .refundable = 450,
                                   .currency = "usd",
                                   .session_id = "cs_" + id.text()});
      }
      return on_answer(answer);
    }
    ReservationsAre answer;
    for (const auto& id : std::get<ReservationsOf>(question).ids) {
      answer.reservations.push_back({.order_id = id, .state = stock::ReservationState::committed});
    }
    on_answer(answer);
  }

  void start(PaymentOperation, Done) override {}
  Result<Message> read_webhook(std::string_view, std::string_view, Time) const override {
    return Message{};
  }
  void list(ChargesWanted wanted, OnCharges on_charges) override {
    if (is_silent) return on_charges(fail(ErrorKind::unavailable, "it is away"));
    if (wanted.cursor.empty()) in_window_ = 0;
    std::size_t at = wanted.cursor.empty() ? 0 : std::stoul(wanted.cursor);
    ChargePage page;
    for (; at < charges.size(); ++at) {
      const auto made = charges[at].created_at;
      if (made < wanted.since || made >= wanted.until) continue;
      if (page.charges.size() == wanted.limit) {
        page.next = std::to_string(at);
        break;
      }
      page.charges.push_back(charges[at]);
    }
    in_window_ += page.charges.size();
    most_in_window = std::max(most_in_window, in_window_);
    on_charges(std::move(page));
  }

  Time now() override { return clock; }
  Time wall() override { return clock; }

  Time clock = midnight;
  std::vector<ProviderCharge> charges;
  bool is_silent = false;
  std::size_t most_in_window = 0;

 private:
  std::map<Id, OrderView> orders_;
  std::map<Id, ArchivedOrderView> archived_;
  std::size_t in_window_ = 0;
  int count_ = 0;
};

class BooksWalks : public ::testing::Test {
 protected:
  Result<BooksWalk::Seen> walk() {
    BooksWalk walk{{.views = shop, .peers = shop, .provider = shop, .clock = shop},
                   {.since = midnight - hours{72}, .until = midnight},
                   minutes{2},
                   stop.get_token()};
    return walk.run([this](int percent, const BooksWalk::Seen&) {
      EXPECT_GE(percent, percent_);
      percent_ = percent;
    });
  }
  BooksWalk::Seen seen() { return walk().value(); }

  Shop shop;
  std::stop_source stop;
  int percent_ = 0;
};

std::vector<Difference> kinds(const BooksWalk::Seen& seen) {
  std::vector<Difference> found;
  for (const auto& finding : seen.findings) found.push_back(finding.kind);
  return found;
}

TEST_F(BooksWalks, CompareEachOrderOnceWithItsCharge) {
  for (int n = 1; n <= 350; ++n) shop.sell(midnight - minutes{12} * n);
  const auto all = seen();
  EXPECT_EQ(all.orders, 350);
  EXPECT_EQ(all.charges, 350);
  EXPECT_THAT(all.findings, IsEmpty());
  EXPECT_EQ(percent_, 100);
}

TEST_F(BooksWalks, FindAChargeThatWasMadeLongAfterItsOrder) {
  shop.sell(midnight - hours{50}, hours{23});
  shop.sell(midnight - hours{50}, -minutes{4});
  EXPECT_THAT(seen().findings, IsEmpty());
}

TEST_F(BooksWalks, MissAChargeThatIsNotThere) {
  const auto order = shop.sell(midnight - hours{1});
  shop.charges.clear();
  const auto found = seen();
  EXPECT_THAT(kinds(found), ElementsAre(Difference::missing_charge));
  EXPECT_EQ(found.findings.front().order_id, order);
}

TEST_F(BooksWalks, FindAChargeOfNoOrder) {
  shop.charge(id_of(midnight - hours{1}, 0xFFFF), midnight - hours{1});
  EXPECT_THAT(kinds(seen()), ElementsAre(Difference::unknown_charge));
}

TEST_F(BooksWalks, LeaveOutChargesOfOrdersThatAreArchivedOrOlder) {
  shop.archive(shop.sell(midnight - hours{1}));
  shop.sell(midnight - hours{80}, hours{10});
  const auto all = seen();
  EXPECT_EQ(all.charges, 2);
  EXPECT_EQ(all.orders, 0);
  EXPECT_THAT(all.findings, IsEmpty());
}

TEST_F(BooksWalks, LeaveOutOrdersThatAreOnTheirWay) {
  shop.sell(midnight - minutes{1});
  shop.charges.clear();
  EXPECT_THAT(seen().findings, IsEmpty());
}

TEST_F(BooksWalks, TakeNarrowerWindowsWhereThereIsMuch) {
  constexpr int rush = 30'000;  // in a quarter of an hour
  for (int n = 0; n < rush; ++n) {
    shop.charge(id_of(midnight - hours{90}, n), midnight - minutes{30} + Duration{30L * n});
  }
  shop.sell(midnight - minutes{40});
  const auto all = seen();
  EXPECT_EQ(all.charges, rush + 1);
  EXPECT_LE(shop.most_in_window, 20'100U);
  EXPECT_EQ(all.findings.size(), Reconciliation::findings_max);
  EXPECT_EQ(all.findings.size() + static_cast<std::size_t>(all.unlisted), rush);
}

TEST_F(BooksWalks, EndWhereTheProviderDoesNotAnswer) {
  shop.is_silent = true;
  const auto outcome = walk();
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().detail, "it is away");
}

TEST_F(BooksWalks, TellWhatIsInMotionOfThoseThatAreWatched) {
  const auto order = shop.sell(midnight - minutes{1});
  shop.sell(midnight - minutes{1});
  BooksWalk walk{{.views = shop, .peers = shop, .provider = shop, .clock = shop},
                 {.since = midnight - hours{1}, .until = midnight},
                 minutes{2},
                 stop.get_token()};
  walk.watch({order});
  EXPECT_THAT(walk.run({}).value().in_motion, ElementsAre(order));
}

}  // namespace
}  // namespace oms::process
