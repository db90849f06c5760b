// Processes, servers and connections fail one after the other, while customers buy. Then the books
// are read: what was accepted has ended, once, with the right money and the right stock.
//
// CAMPAIGN=N strikes with all faults on every wiring, N rounds of them and for longer. Without it
// each fault comes once, on one wiring or another.
#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <thread>

#include "tests/cluster/books.h"
#include "tests/cluster/load.h"
#include "tests/cluster/wired_test.h"
#include "tests/support/outside.h"

namespace oms::cluster {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Fault {
  std::string name;
  std::function<void()> strike;
  std::function<void()> heal;
};

struct Outage {
  Clock::time_point begin;
  Clock::time_point end;
};

int campaign_rounds() {
  const auto given = testing::environment("CAMPAIGN");
  return given.empty() ? 0 : std::max(1, std::atoi(given.c_str()));
}

class Faults : public WiredTest {
 protected:
  void SetUp() override {
    WiredTest::SetUp();
    if (IsSkipped()) return;
    cluster_ = std::make_unique<Cluster>(Cluster::Options{
        .wiring = GetParam(),
        .flags = {"--kitchen-time", "0", "--delivery-time", "0", "--payment-window", "20s"},
        .links = campaign_rounds() > 0 ? Links::all : Links::some});
  }

  Cluster& cluster() { return *cluster_; }

  Fault killed(const std::string& role) {
    return {.name = "kill -9 of " + role,
            .strike = [this, role] { cluster().process(role).kill(); },
            .heal = [this, role] { cluster().start(role); }};
  }
  Fault frozen(const std::string& role) {
    return {.name = role + " is frozen",
            .strike = [this, role] { cluster().process(role).pause(); },
            .heal = [this, role] { cluster().process(role).resume(); }};
  }
  Fault killed_provider() {
    return {.name = "kill -9 of the provider",
            .strike = [this] { cluster().provider().process().kill(); },
            .heal = [this] { cluster().provider().start(); }};
  }
  static Fault killed(testing::Server& server, const std::string& name) {
    return {.name = "kill -9 of " + name,
            .strike = [&server] { server.kill(); },
            .heal = [&server] { server.start(); }};
  }
  static Fault frozen(testing::Server& server, const std::string& name) {
    return {.name = name + " is frozen",
            .strike = [&server] { server.pause(); },
            .heal = [&server] { server.resume(); }};
  }
  Fault parted(const Link& link) {
    return {.name = link.name() + " parted",
            .strike = [this, link] { cluster().link(link)->part(); },
            .heal = [this, link] { cluster().link(link)->heal(); }};
  }
  // Cut at the next answer, which is lost: whatever was done was done.
  Fault cut(const Link& link) {
    return {.name = link.name() + " cut off from their answers",
            .strike = [this, link] { cluster().link(link)->harm(TcpProxy::Harm::lose_answer); },
            .heal = [] {}};
  }

  std::vector<Fault> all_faults();
  std::vector<Fault> faults_of_this_wiring();

  void strike(const std::vector<Fault>& faults, std::chrono::milliseconds lasts);
  void check_times(const std::vector<std::shared_ptr<Purchase>>& purchases) const;

  std::unique_ptr<Cluster> cluster_;
  std::vector<Outage> outages_;
};

std::vector<Fault> Faults::all_faults() {
  std::vector<Fault> faults;
  for (const std::string role : roles) faults.push_back(killed(role));
  faults.push_back(killed_provider());
  for (const auto& link : cluster().connected()) {
    faults.push_back(parted(link));
    const bool is_to_server = link.to == "broker" || link.to == "database";
    if (is_to_server) faults.push_back(cut(link));
  }
  faults.push_back(frozen("orders"));
  faults.push_back(frozen("stock"));
  if (cluster().broker().may_stop()) {
    faults.push_back(killed(cluster().broker(), "the broker"));
    faults.push_back(frozen(cluster().broker(), "the broker"));
  }
  auto* const database = cluster().database();
  if (database != nullptr && database->may_stop()) {
    faults.push_back(killed(*database, "the database"));
  }
  return faults;
}

// All wirings together have each kind of fault.
std::vector<Fault> Faults::faults_of_this_wiring() {
  std::vector<Fault> faults;
  const auto& wiring = GetParam();
  if (wiring.store == "sqlite") {
    for (const std::string role : roles) faults.push_back(killed(role));
    faults.push_back(killed_provider());
    faults.push_back(parted({"orders", "broker"}));
    faults.push_back(parted({"payments", "broker"}));
  } else if (wiring.broker == "rabbitmq") {
    faults.push_back(parted({"gateway", "orders"}));
    faults.push_back(parted({"stock", "database"}));
    faults.push_back(cut({"stock", "database"}));
    if (cluster().database()->may_stop()) {
      faults.push_back(killed(*cluster().database(), "the database"));
    }
    if (cluster().broker().may_stop()) faults.push_back(killed(cluster().broker(), "the broker"));
  } else {
    faults.push_back(killed("orders"));
    faults.push_back(parted({"payments", "broker"}));
    if (cluster().broker().may_stop()) faults.push_back(killed(cluster().broker(), "the broker"));
  }
  return faults;
}

void Faults::strike(const std::vector<Fault>& faults, std::chrono::milliseconds lasts) {
  for (const auto& fault : faults) {
    const auto begin = Clock::now();
    fault.strike();
    std::this_thread::sleep_for(lasts);
    fault.heal();
    outages_.push_back({.begin = begin, .end = Clock::now()});
    std::clog << "  " << fault.name << ", healed after "
              << std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count()
              << " ms\n";
    std::this_thread::sleep_for(lasts);
  }
}

// How long customers waited for the end while nothing was broken, once they had done their part.
void Faults::check_times(const std::vector<std::shared_ptr<Purchase>>& purchases) const {
  std::vector<Clock::duration> waits;
  for (const auto& purchase : purchases) {
    if (purchase->order.empty() || purchase->stage != Purchase::Stage::over) continue;
    auto wait = purchase->ended_at - purchase->done_at;
    for (const auto& outage : outages_) {
      const auto begin = std::max(outage.begin, purchase->done_at);
      const auto end = std::min(outage.end, purchase->ended_at);
      if (end > begin) wait -= end - begin;
    }
    waits.push_back(wait);
  }
  std::ranges::sort(waits);
  ASSERT_FALSE(waits.empty());
  const auto seconds = [](Clock::duration wait) {
    return std::chrono::duration<double>(wait).count();
  };
  const auto p50 = seconds(waits[waits.size() / 2]);
  const auto p99 = seconds(waits[waits.size() * 99 / 100]);
  std::clog << "  to the end, faults not counted: p50 " << p50 << " s, p99 " << p99 << " s, most "
            << seconds(waits.back()) << " s\n";
  EXPECT_LT(p99, 30.0);
}

TEST_P(Faults, LoseNothingAndDoubleNothing) {
  if (cluster().broker().may_stop()) cluster().broker().have_alone();
  if (cluster().database() != nullptr) cluster().database()->have_alone();
  const auto shop = cluster().shop();
  const Books books{shop};
  Load load{shop, 20};
  std::this_thread::sleep_for(2s);
  const int rounds = campaign_rounds();
  for (int round = 0; round < rounds; ++round) strike(all_faults(), 3s);
  if (rounds == 0) strike(faults_of_this_wiring(), 1500ms);
  const auto purchases = load.finish(90s);
  std::clog << "  " << GetParam() << ": " << outages_.size() << " faults, " << purchases.size()
            << " customers, " << load.accepted() << " orders accepted, " << load.ended()
            << " ended; sent again after:";
  for (const auto& [status, count] : load.tried_again()) {
    std::clog << " " << count << " x " << (status == 0 ? "no answer" : std::to_string(status));
  }
  std::clog << '\n';
  EXPECT_EQ(load.ended(), purchases.size()) << "some did not end within 90 s";
  check_times(purchases);
  books.check(purchases);
  for (const auto& [role, code] : cluster().stop()) EXPECT_EQ(code, 0) << role;
  EXPECT_EQ(cluster().check(), 0);
}

INSTANTIATE_TEST_SUITE_P(Apart, Faults, all_wirings(), name_of);

}  // namespace
}  // namespace oms::cluster
