// The wall clock is wrong for a while: webhooks, payment links and what orders show, in a shop that
// runs and in one that is started again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <mutex>

#include "adapters/memory/memory_store.h"
#include "adapters/simulated/provider.h"
#include "adapters/sqlite/testing/temporary_folder.h"
#include "adapters/stripe/webhook_event.h"
#include "adapters/stripe/webhook_signature.h"
#include "edge/dispatcher.h"
#include "process/clock_floor.h"
#include "process/event_intake.h"
#include "process/host.h"
#include "process/local_ports.h"
#include "process/service_set.h"
#include "process/system_clock.h"

namespace oms::testing {
namespace {

using orders::Order;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Time noon{1'767'268'800'000};

// The machine's clocks, for all processes that are started on it.
struct Machine {
  std::mutex mutex;
  Time wall = noon;
  Duration steady{hours{1}};

  void pass(Duration span) {
    const std::scoped_lock lock{mutex};
    wall = wall + span;
    steady += span;
  }
  void set_wall(Duration by) {
    const std::scoped_lock lock{mutex};
    wall = wall + by;
  }
  process::SystemClock::Sources sources() {
    return {.wall =
                [this] {
                  const std::scoped_lock lock{mutex};
                  return wall;
                },
            .steady =
                [this] {
                  const std::scoped_lock lock{mutex};
                  return steady;
                }};
  }
};

// As `process/server.cc` composes it, but for the socket, and stepped by the test.
class Shop {
 public:
  Shop(Machine& machine, MemoryStore& disk, const TemporaryFolder& folder, std::uint8_t number)
      : machine_(machine),
        services_(process::Settings{}),
        disk_(disk),
        ids_({1, 2, 3, 4, number}),
        clock_(*process::clock_floor(disk), {}, machine.sources()),
        host_({.services = services_.services(),
               .store = disk,
               .reader = disk,
               .clock = clock_,
               .ids = ids_,
               .observe = {},
               .start_effects = [this](std::vector<Effect> e) { perform(std::move(e)); }},
              {}),
        views_(disk),
        dispatcher_({.gateway = gateway_,
                     .commands = commands_,
                     .views = views_,
                     .streams = streams_,
                     .clock = clock_,
                     .make_id = [this] { return ids_.make(clock_.now()); },
                     .webhooks = &webhooks_}),
        provider_({.path = folder.file("provider.db"), .base_url = "http://shop.example"}, clock_,
                  signing()) {}

  // Decides what there is to decide, and what comes of it.
  void run() {
    for (std::size_t idle = 0; idle < 5;) {
      const auto before = host_.runtime().counters().messages.load();
      if (!host_.runtime().step(Duration{2})) throw std::runtime_error("the store fails");
      idle = host_.runtime().counters().messages.load() == before ? idle + 1 : 0;
    }
  }
  // Time passes on the machine, and the shop works.
  void wait(Duration span) {
    constexpr Duration step = seconds{15};
    for (; span > Duration{0}; span -= step) {
      machine_.pass(std::min(span, step));
      provider_.wake();
      run();
    }
  }

  Id place() {
    const auto id = ids_.make(clock_.now());
    host_.offer({.id = {},
                 .order_id = id,
                 .payload = PlaceOrder{.customer_id = "c1",
                                       .saga = "food",
                                       .lines = {{.product_id = "1", .quantity = 1}}}},
                runtime::Lane::normal);
    run();
    return id;
  }
  // At the link's page, until the shop has heard of it.
  int pay(const Id& id) {
    const auto link = order(id).payment_link;
    std::promise<int> answered;
    provider_.handle({.method = "POST",
                      .path = link.substr(link.find("/checkout/")) + "/pay",
                      .body = R"({"token":"tok_visa"})"},
                     [&](const HttpResponse& response) { answered.set_value(response.status); });
    const auto status = answered.get_future().get();
    for (int i = 0; i < 200 && status == 200 && order(id).payment == PaymentStatus::link_ready;
         ++i) {
      run();
    }
    return status;
  }
  Order order(const Id& id) {
    const auto found = disk_.load(std::vector{key_of<Order>(id)});
    return *found->front().record.as<Order>();
  }

  // What a webhook is answered that the provider has signed when its clock showed that.
  int tell(Time signed_at) {
    const std::string body = R"({"id":"evt_1","object":"event","type":"customer.created"})";
    std::promise<int> answered;
    dispatcher_.receive({.signature = signature_.sign(body, signed_at), .body = body},
                        [&](const HttpResponse& r) { answered.set_value(r.status); });
    return answered.get_future().get();
  }
  Time wall() { return clock_.wall(); }
  void note_clock() { ASSERT_TRUE(process::ClockNote{disk_}.write(clock_.now(), 1)); }

 private:
  SimulatedProvider::Webhooks signing() {
    return {.sign = [this](std::string_view body, Time at) { return signature_.sign(body, at); },
            .read = [this](std::string_view signature, std::string_view body,
                           Time now) -> Result<Message> {
              OMS_CHECK(signature_.check(signature, body, now));
              return stripe::read_event(body);
            },
            .deliver =
                [this](HttpRequest request, std::move_only_function<void(int)> done) {
                  dispatcher_.receive(
                      {.signature = std::string{request.header("stripe-signature")},
                       .body = request.body},
                      [done = std::move(done)](const HttpResponse& r) mutable { done(r.status); });
                }};
  }
  void perform(std::vector<Effect> effects) {
    for (auto& effect : effects) {
      const auto* operation = std::get_if<PaymentOperation>(&effect);
      if (operation == nullptr) continue;
      std::promise<PaymentOutcome> done;
      auto outcome = done.get_future();
      provider_.start(*operation, [&done](PaymentOutcome o) { done.set_value(std::move(o)); });
      host_.offer({.id = {}, .order_id = operation->order_id, .payload = outcome.get()},
                  runtime::Lane::urgent);
    }
  }

  Machine& machine_;
  const process::ServiceSet services_;
  MemoryStore& disk_;
  runtime::IdSource ids_;
  const stripe::WebhookSignature signature_{std::vector<std::string>{"whsec_test"}};
  const edge::Gateway gateway_{{}};
  edge::StreamHub streams_;
  process::SystemClock clock_;
  process::Host host_;
  process::LocalCommands commands_{host_};
  process::LocalViews views_;
  process::EventIntake intake_{provider_, commands_};
  process::LocalWebhooks webhooks_{provider_, intake_, clock_};
  edge::Dispatcher dispatcher_;
  SimulatedProvider provider_;  // its thread ends first
};

class WrongClock : public ::testing::Test {
 protected:
  WrongClock() {
    std::vector<Change> shelf;
    for (auto& item : stock::default_catalogue("usd")) {
      auto record = make_record(std::move(item));
      const auto key = record.key();
      shelf.push_back({.key = key, .record = std::move(record), .expected = 0});
    }
    std::ranges::sort(shelf, std::less<>{}, &Change::key);
    if (!disk_.commit(shelf)) throw std::runtime_error("the shelf could not be filled");
    start();
  }
  void start() {
    shop_.reset();
    shop_ = std::make_unique<Shop>(machine_, disk_, folder_, ++starts_);
    shop_->run();
  }
  Shop& shop() { return *shop_; }

  // A genuine webhook is taken, an old one and a copied one are not.
  void expect_webhooks_to_be_judged_by_the_wall_clock() {
    const auto wall = machine_.wall;
    EXPECT_EQ(shop().tell(wall), 200);
    EXPECT_EQ(shop().tell(wall - minutes{4}), 200);
    EXPECT_EQ(shop().tell(wall - minutes{6}), 400);
    EXPECT_EQ(shop().tell(wall - hours{8}), 400);
  }
  // An order can be placed, shows the time, and is delivered once it is paid.
  void expect_an_order_to_go_through() {
    const auto id = shop().place();
    EXPECT_EQ(shop().order(id).created_at, machine_.wall);
    EXPECT_EQ(shop().pay(id), 200);
    shop().wait(minutes{1});
    EXPECT_EQ(shop().order(id).status, OrderStatus::completed);
    expect_history_to_rise(id);
  }
  void expect_history_to_rise(const Id& id) {
    const auto order = shop().order(id);
    EXPECT_TRUE(std::ranges::is_sorted(order.history, {}, &orders::HistoryEntry::at));
    EXPECT_GE(order.updated_at, order.created_at);
  }

  Machine machine_;
  MemoryStore disk_;
  const TemporaryFolder folder_;
  std::uint8_t starts_ = 0;

 private:
  std::unique_ptr<Shop> shop_;
};

// Whether the shop is started again after each jump.
class WrongClockWhile : public WrongClock, public ::testing::WithParamInterface<bool> {
 protected:
  void set_wall(Duration by) {
    machine_.set_wall(by);
    if (GetParam()) start();
    shop().run();
  }
};

INSTANTIATE_TEST_SUITE_P(RunningOrStartedAgain, WrongClockWhile, ::testing::Bool(),
                         [](const auto& i) { return i.param ? "StartedAgain" : "Running"; });

TEST_P(WrongClockWhile, TwoHoursFastAndThenRight) {
  const auto before = shop().place();
  set_wall(hours{2});
  expect_webhooks_to_be_judged_by_the_wall_clock();
  expect_an_order_to_go_through();
  const auto open = shop().place();
  shop().wait(minutes{1});

  set_wall(-hours{2});
  expect_webhooks_to_be_judged_by_the_wall_clock();
  expect_an_order_to_go_through();
  EXPECT_EQ(shop().order(open).status, OrderStatus::waiting_payment);
  EXPECT_EQ(shop().pay(open), 200) << "its window is not over";
  shop().wait(minutes{1});
  EXPECT_EQ(shop().order(open).status, OrderStatus::completed);
  expect_history_to_rise(open);
  EXPECT_EQ(shop().order(before).status, OrderStatus::cancelled) << "its window was over";
}

TEST_P(WrongClockWhile, WhatWasPlacedWhileItWasFastExpiresInTime) {
  set_wall(hours{2});
  const auto id = shop().place();
  set_wall(-hours{2});
  shop().wait(minutes{32});
  EXPECT_EQ(shop().order(id).status, OrderStatus::cancelled) << "not two hours later";
  EXPECT_NE(shop().pay(id), 200);
}

TEST_P(WrongClockWhile, EightHoursForward) {
  const auto id = shop().place();
  const auto signed_at = machine_.wall;
  set_wall(hours{8});
  EXPECT_EQ(shop().tell(signed_at), 400) << "eight hours old";
  EXPECT_NE(shop().pay(id), 200) << "seven and a half hours past its window";
  shop().wait(minutes{1});
  EXPECT_EQ(shop().order(id).status, OrderStatus::cancelled);
  expect_webhooks_to_be_judged_by_the_wall_clock();
  expect_an_order_to_go_through();
}

TEST_P(WrongClockWhile, OneHourBack) {
  const auto id = shop().place();
  set_wall(-hours{1});
  expect_webhooks_to_be_judged_by_the_wall_clock();
  expect_an_order_to_go_through();
  EXPECT_EQ(shop().pay(id), 200);
  shop().wait(minutes{1});
  EXPECT_EQ(shop().order(id).status, OrderStatus::completed);
  expect_history_to_rise(id);
}

TEST_P(WrongClockWhile, OneHourBackALinkIsClosedInTime) {
  const auto id = shop().place();
  set_wall(-hours{1});
  shop().wait(minutes{32});
  EXPECT_EQ(shop().order(id).status, OrderStatus::cancelled) << "not an hour later";
  EXPECT_NE(shop().pay(id), 200) << "the provider was asked to close it";
}

// The newest order may be older than what was put off while the clock was fast.
TEST_F(WrongClock, AnOldOrderIsNotLateAfterARestart) {
  const auto id = shop().place();
  shop().wait(minutes{20});
  machine_.set_wall(hours{-3});  // it was three hours fast, and is right
  shop().note_clock();
  start();
  shop().wait(minutes{12});
  EXPECT_EQ(shop().order(id).status, OrderStatus::cancelled) << "half an hour after it was placed";
}

}  // namespace
}  // namespace oms::testing
