// The edge by itself: requests go in, and behind its ports stand fakes. There is no runtime, no
// store and no socket.
#include "edge/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <ranges>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using samples::found;
using samples::order_id;
using samples::order_text;
using samples::placed_order;

class NoonClock final : public Clock {
 public:
  Time now() override { return samples::noon; }
  Time wall() override { return samples::noon; }
};

class FakeStream final : public EventStream {
 public:
  bool send(Frame frame) override { return sent.push_back(*frame), true; }
  void close() override { is_closed = true; }
  bool is_open() const override { return !is_closed; }
  void on_closed(std::move_only_function<void()>) override {}

  std::vector<std::string> sent;
  bool is_closed = false;
};

// What has become of one request.
struct Asked {
  std::optional<HttpResponse> response;
  std::shared_ptr<FakeStream> stream;
  bool takes_long = false;
};

class FakeExchange final : public Exchange {
 public:
  explicit FakeExchange(Asked& asked) : asked_(asked) {}
  void answer(HttpResponse response) override { asked_.response = std::move(response); }
  void answer(Render render) override { asked_.response = render(); }
  void take_long() override { asked_.takes_long = true; }
  std::shared_ptr<EventStream> start_stream() override {
    return asked_.stream = std::make_shared<FakeStream>();
  }

 private:
  Asked& asked_;
};

class FakeCommands final : public Commands {
 public:
  void submit(Message message, Lane lane, Respond respond) override {
    messages.push_back(std::move(message));
    lanes.push_back(lane);
    respond(reply);
  }

  Result<Record> reply = fail(ErrorKind::unavailable, "nobody decides");
  std::vector<Message> messages;
  std::vector<Lane> lanes;
};

class FakeViews final : public Views {
 public:
  void aside(std::move_only_function<void()> work) override { work(); }
  Result<Found> get(const Key& key) override {
    if (is_down) return fail(ErrorKind::unavailable, "the store is away");
    const auto kept = records.find(key);
    return kept == records.end() ? Found{} : kept->second;
  }
  Result<oms::Page> list(const Query& query) override {
    oms::Page page;
    for (const auto& [key, kept] : records | std::views::reverse) {
      const bool is_behind = query.after.empty() || key.id.view() < query.after;
      if (key.type != query.type || !is_behind) continue;
      page.more = page.records.size() == query.limit;
      if (page.more) break;
      page.records.push_back(kept);
      page.last = key.id.view();
    }
    return page;
  }
  template <class T>
  void keep(T record) {
    auto kept = found(std::move(record));
    const auto key = kept.record.key();
    records[key] = std::move(kept);
  }

  bool is_down = false;
  std::map<Key, Found> records;
};

class EdgeTest : public ::testing::Test {
 protected:
  Asked ask(std::string method, std::string path, std::string body = {}, std::string query = {}) {
    Asked asked;
    dispatcher_.handle({.method = std::move(method),
                        .path = std::move(path),
                        .query = std::move(query),
                        .body = std::move(body)},
                       std::make_unique<FakeExchange>(asked));
    return asked;
  }

  const std::string orders_path_ = "/api/customers/c1/orders";
  const std::string order_path_ = orders_path_ + "/" + std::string{order_text};
  const Gateway gateway_{samples::settings()};
  FakeCommands commands_;
  FakeViews views_;
  StreamHub streams_;
  NoonClock clock_;
  Dispatcher dispatcher_{{.gateway = gateway_,
                          .commands = commands_,
                          .views = views_,
                          .streams = streams_,
                          .clock = clock_,
                          .make_id = [] { return order_id; }}};
};

TEST_F(EdgeTest, ACommandIsSubmittedAndWhatIsDecidedIsAnswered) {
  commands_.reply = make_record(placed_order());
  const auto asked = ask("POST", orders_path_, R"({"items":[{"productID":"1","quantity":2}]})");
  ASSERT_EQ(commands_.messages.size(), 1U);
  EXPECT_EQ(commands_.messages[0].order_id, order_id);
  EXPECT_EQ(std::get<PlaceOrder>(commands_.messages[0].payload).customer_id, "c1");
  EXPECT_EQ(commands_.lanes[0], Lane::normal);
  EXPECT_EQ(asked.response->status, 201);
  EXPECT_TRUE(asked.response->body.contains(order_text)) << asked.response->body;
}

// Where stock lives elsewhere, the order is not decided when it is committed.
TEST_F(EdgeTest, AnAnswerThatMustShowWhatStockHasWaitsForIt) {
  auto placed = placed_order();
  placed.face = oms::Face::fulfilment;
  commands_.reply = make_record(placed);
  auto taken = placed;
  taken.version = 2;
  taken.status = OrderStatus::completed;
  taken.lines[0].status = LineStatus::executed;
  views_.keep(taken);
  Asked asked;
  dispatcher_.handle({.method = "POST",
                      .path = "/oms/orders",
                      .body = R"({"userId":"c1","orderItems":[{"productId":"1","quantity":2}]})",
                      .is_local = true},
                     std::make_unique<FakeExchange>(asked));
  EXPECT_EQ(asked.response->status, 201);
  EXPECT_TRUE(asked.response->body.contains("EXECUTED")) << asked.response->body;
}

TEST_F(EdgeTest, ACancellationGoesAheadOfOrders) {
  ask("POST", order_path_ + "/cancel");
  ASSERT_EQ(commands_.lanes.size(), 1U);
  EXPECT_EQ(commands_.lanes[0], Lane::urgent);
}

TEST_F(EdgeTest, WhatNobodyDecidesIs503) {
  EXPECT_EQ(ask("POST", order_path_ + "/cancel").response->status, 503);
}

TEST_F(EdgeTest, AnOrderIsReadFromItsView) {
  EXPECT_EQ(ask("GET", order_path_).response->status, 404);
  views_.keep(placed_order());
  const auto asked = ask("GET", order_path_);
  EXPECT_EQ(asked.response->status, 200);
  EXPECT_TRUE(asked.response->body.contains(R"("customerID":"c1")")) << asked.response->body;
  EXPECT_TRUE(commands_.messages.empty());
  views_.is_down = true;
  EXPECT_EQ(ask("GET", order_path_).response->status, 503);
}

TEST_F(EdgeTest, AListIsOnePageOfViews) {
  views_.keep(placed_order());
  const auto asked = ask("GET", orders_path_);
  EXPECT_EQ(asked.response->status, 200);
  EXPECT_TRUE(asked.response->body.contains(order_text)) << asked.response->body;
}

TEST_F(EdgeTest, AListLooksOnWhereItsFirstRecordsAreNotTheWantedOnes) {
  auto order = placed_order();
  order.status = OrderStatus::paid;
  views_.keep(order);
  order.id = samples::other_id;  // newer
  order.status = OrderStatus::ready;
  views_.keep(order);
  const auto body = ask("GET", orders_path_, "", "status=paid&limit=1").response->body;
  EXPECT_TRUE(body.contains(order_text)) << body;
  EXPECT_FALSE(body.contains("nextCursor")) << body;
}

TEST_F(EdgeTest, WhoFollowsAnOrderSeesItAsItIsAndEachChange) {
  auto order = placed_order();
  views_.keep(order);
  const auto asked = ask("GET", order_path_ + "/stream");
  ASSERT_NE(asked.stream, nullptr);
  ASSERT_EQ(asked.stream->sent.size(), 1U);
  order.version = 2;
  order.status = OrderStatus::waiting_payment;
  ASSERT_TRUE(streams_.is_wanted());
  streams_.order_changed(order, 1);
  ASSERT_EQ(asked.stream->sent.size(), 2U);
  EXPECT_TRUE(asked.stream->sent[1].starts_with("id: 2\nevent: order\n")) << asked.stream->sent[1];
}

TEST_F(EdgeTest, AnOrderOfAnotherFaceIsNotFollowed) {
  auto order = placed_order();
  order.face = Face::event_chain;
  views_.keep(order);
  const auto asked = ask("GET", order_path_ + "/stream");
  EXPECT_EQ(asked.stream, nullptr);
  ASSERT_TRUE(asked.response);
  EXPECT_EQ(asked.response->status, 404);
}

// A page for each record.
class PagedViews final : public Views {
 public:
  void aside(std::move_only_function<void()> work) override { work(); }
  Result<Found> get(const Key&) override { return Found{}; }
  Result<oms::Page> list(const Query& query) override {
    const std::size_t at = query.after.empty() ? 0 : std::stoul(query.after);
    if (at == orders.size()) return oms::Page{};
    return oms::Page{.records = {found(orders[at])},
                     .last = std::to_string(at + 1),
                     .more = at + 1 < orders.size()};
  }

  std::vector<OrderView> orders;
};

class FakeWebhooks final : public Webhooks {
 public:
  void take(std::string signature, std::string body, Done done) override {
    told = std::move(signature) + " " + std::move(body);
    done(outcome);
  }

  std::string told;
  Result<void> outcome;
};

class FakeReconciler final : public Reconciler {
 public:
  Result<Reconciliation> start(const ReconciliationRequest& request, By by) override {
    who = by.who;
    return Reconciliation{.state = Reconciliation::State::running,
                          .must_repair = request.must_repair};
  }
  Result<Reconciliation> last() const override { return fail(ErrorKind::unavailable, "far away"); }

  std::string who;
};

TEST_F(EdgeTest, WhatSpeaksAgainstACommandIsLookedForToTheEndOfTheList) {
  PagedViews views;
  Dispatcher dispatcher{{.gateway = gateway_,
                         .commands = commands_,
                         .views = views,
                         .streams = streams_,
                         .clock = clock_,
                         .make_id = [] { return order_id; }}};
  const auto erase = [&] {
    Asked asked;
    dispatcher.handle({.method = "DELETE",
                       .path = "/api/admin/customers/c1/personal-data",
                       .headers = {{"authorization", "Bearer " + std::string{samples::token}}}},
                      std::make_unique<FakeExchange>(asked));
    return asked.response->status;
  };
  commands_.reply = make_record(ErasedCustomerView{.id = "c1"});
  views.orders.assign(3, placed_order());
  views.orders[0].status = OrderStatus::completed;
  views.orders[1].status = OrderStatus::cancelled;
  EXPECT_EQ(erase(), 409) << "the third is live";
  EXPECT_TRUE(commands_.messages.empty());
  views.orders[2].status = OrderStatus::completed;
  EXPECT_EQ(erase(), 202);
  EXPECT_EQ(commands_.messages.size(), 1U);
  EXPECT_EQ(commands_.lanes.at(0), Lane::urgent);
}

TEST_F(EdgeTest, AWebhookIsNobodysWhereNoProviderTellsAnything) {
  EXPECT_EQ(ask("POST", "/webhook", "{}").response->status, 404);
}

TEST_F(EdgeTest, AWebhookIsAnsweredAsItWasTaken) {
  FakeWebhooks webhooks;
  Dispatcher dispatcher{{.gateway = gateway_,
                         .commands = commands_,
                         .views = views_,
                         .streams = streams_,
                         .clock = clock_,
                         .make_id = [] { return order_id; },
                         .webhooks = &webhooks}};
  const auto tell = [&] {
    Asked asked;
    dispatcher.handle({.method = "POST",
                       .path = "/webhook",
                       .headers = {{"stripe-signature", "t=1,v1=a"}},
                       .body = "{}"},
                      std::make_unique<FakeExchange>(asked));
    return *asked.response;
  };
  const auto taken = tell();
  EXPECT_EQ(webhooks.told, "t=1,v1=a {}");
  EXPECT_EQ(taken.status, 200);
  EXPECT_EQ(taken.body, "{}");
  webhooks.outcome = fail(ErrorKind::unavailable, "payments is away");
  EXPECT_EQ(tell().status, 503);
}

TEST_F(EdgeTest, ABookComparisonElsewhereBeginsOnceItIsOnRecord) {
  FakeReconciler reconciler;
  Dispatcher dispatcher{{.gateway = gateway_,
                         .commands = commands_,
                         .views = views_,
                         .streams = streams_,
                         .clock = clock_,
                         .make_id = [] { return order_id; },
                         .reconciler = &reconciler}};
  const auto call = [&](std::string method) {
    Asked asked;
    dispatcher.handle({.method = std::move(method),
                       .path = "/api/admin/reconciliation",
                       .headers = {{"authorization", "Bearer " + std::string{samples::token}}},
                       .body = R"({"repair":true})"},
                      std::make_unique<FakeExchange>(asked));
    return *asked.response;
  };
  EXPECT_EQ(call("POST").status, 503) << "nobody has noted it";
  EXPECT_EQ(reconciler.who, "");
  commands_.reply = Record{};
  const auto begun = call("POST");
  EXPECT_EQ(begun.status, 202) << begun.body;
  EXPECT_EQ(reconciler.who, "operator");
  EXPECT_EQ(call("GET").status, 503) << "whose comparison cannot be asked";
}

}  // namespace
}  // namespace oms::edge
