// Several processes: which of them is asked, what is asked again, and how both sides end.
#include <gtest/gtest.h>

#include "adapters/grpc/grpc_fixture.h"

namespace oms::grpc_api {
namespace {

using namespace fakes;

class Several : public GrpcTest {
 protected:
  // Two processes of orders; all other services are elsewhere.
  void start_two() {
    one_ = std::make_unique<Process>();
    two_ = std::make_unique<Process>();
    registry_.set(ServiceName::orders, {one_->address(), two_->address()});
    client_ = connect(all_together);
    ASSERT_TRUE(eventually([&] { return client().reaches(ServiceName::orders); }));
  }

  std::unique_ptr<Process> one_;
  std::unique_ptr<Process> two_;
};

Message place() {
  return {.id = Id{Id::Bytes{0x65, 9}},
          .order_id = Id{Id::Bytes{0x65, 8}},
          .payload = PlaceOrder{.customer_id = "c1",
                                .saga = "food",
                                .lines = {{.product_id = "1", .quantity = 1}}},
          .fresh = true};
}
Message restock() {
  return {.id = {}, .order_id = {}, .payload = RestockItem{.product_id = "1", .quantity = 5}};
}

TEST_F(Several, TheyAreAskedInTurn) {
  start_two();
  ASSERT_TRUE(eventually([&] {
    static_cast<void>(client().views().get(key_of<OrderView>("k1")));
    return !one_->views.keys.empty() && !two_->views.keys.empty();
  }));
}

TEST_F(Several, WhatIsSafeToRepeatIsAskedOfAnother) {
  start_two();
  for (auto* process : {one_.get(), two_.get()}) {
    process->commands.reply = fail(ErrorKind::unavailable, "no room");
  }
  const auto result = submit(client(), place());
  EXPECT_EQ(result.error().detail, "no room");
  ASSERT_EQ(one_->commands.count(), 1U);
  ASSERT_EQ(two_->commands.count(), 1U);
  const auto& a = one_->commands.messages[0];
  const auto& b = two_->commands.messages[0];
  EXPECT_NE(a.fresh, b.fresh) << "the second cannot know that nothing is there";
  EXPECT_EQ(a.id, b.id);
  EXPECT_EQ(a.order_id, b.order_id);
}

TEST_F(Several, WhatIsNotSafeToRepeatIsAskedOnce) {
  start_two();
  for (auto* process : {one_.get(), two_.get()}) {
    process->commands.reply = fail(ErrorKind::unavailable, "no room");
  }
  EXPECT_FALSE(submit(client(), restock()));
  EXPECT_EQ(one_->commands.count() + two_->commands.count(), 1U);
}

TEST_F(Several, WhatARuleRefusesIsNotAskedAgain) {
  start_two();
  for (auto* process : {one_.get(), two_.get()}) {
    process->commands.reply = fail(ErrorKind::conflict, "no");
  }
  EXPECT_FALSE(submit(client(), place()));
  EXPECT_EQ(one_->commands.count() + two_->commands.count(), 1U);
}

TEST_F(Several, OneThatHasEndedIsNotMissed) {
  start_two();
  one_->server->stop();
  for (int i = 0; i < 6; ++i) {
    const auto found = client().views().get(key_of<OrderView>("k1"));
    ASSERT_TRUE(found) << found.error().detail;
  }
  EXPECT_EQ(two_->views.keys.size(), 6U);
}

TEST_F(Several, OneThatComesAndOneThatGoesAreAsTheRegistrySays) {
  start_two();
  registry_.set(ServiceName::orders, {two_->address()});
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(client().views().get(key_of<OrderView>("k1")));
  EXPECT_EQ(one_->views.keys.size(), 0U);
  EXPECT_EQ(two_->views.keys.size(), 4U);
  registry_.set(ServiceName::orders, {});
  EXPECT_EQ(client().views().get(key_of<OrderView>("k1")).error().kind, ErrorKind::unavailable);
}

class Homes : public GrpcTest {
 protected:
  Homes() {
    for (const auto service : shop_services) {
      const auto home = each_by_itself(service);
      if (processes_.contains(home)) continue;
      processes_[home] = std::make_unique<Process>(std::vector{service});
      registry_.set(home, {processes_[home]->address()});
    }
    client_ = connect(each_by_itself);
  }
  Process& at(ServiceName home) { return *processes_.at(home); }

  std::map<ServiceName, std::unique_ptr<Process>> processes_;
};

Page letters(std::initializer_list<const char*> ids, bool more = false) {
  Page page{.more = more};
  for (const auto* id : ids) {
    page.records.push_back({.record = letter(id), .version = 1});
    page.last = id;
  }
  return page;
}

std::string ids_of(const Page& page) {
  std::string ids;
  for (const auto& found : page.records) ids += std::string{found.record.key().id.view()} + ' ';
  return ids;
}

TEST_F(Homes, EachServiceIsAskedWhereItLives) {
  at(ServiceName::stock).commands.reply = make_record(ItemView{.id = "7"});
  const auto result = submit(client(), restock());
  ASSERT_TRUE(result) << result.error().detail;
  EXPECT_EQ(result->as<ItemView>()->id, "7");
  EXPECT_EQ(at(ServiceName::stock).commands.count(), 1U);
}

TEST_F(Homes, DeadLettersOfAllAreOneList) {
  at(ServiceName::orders).views.page = letters({"e", "b"}, true);
  at(ServiceName::stock).views.page = letters({"d", "a"});
  const auto page = client().views().list({.type = &type_of<DeadLetterView>(), .limit = 3});
  ASSERT_TRUE(page) << page.error().detail;
  EXPECT_EQ(ids_of(*page), "e d b ");
  EXPECT_EQ(page->last, "b");
  EXPECT_TRUE(page->more);
  const auto oldest = client().views().list(
      {.type = &type_of<DeadLetterView>(), .newest_first = false, .limit = 10});
  EXPECT_EQ(ids_of(*oldest), "a b d e ");
}

TEST_F(Homes, AListThatMissesAHomeIsNone) {
  at(ServiceName::stock).server->stop();
  const auto page = client().views().list({.type = &type_of<DeadLetterView>()});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().kind, ErrorKind::unavailable);
}

TEST_F(Homes, ADeadLetterIsFoundWhereverItIs) {
  at(ServiceName::kitchen).views.found = Found{.record = letter("x1"), .version = 2};
  const auto found = client().views().get(key_of<DeadLetterView>("x1"));
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->version, 2U);
  at(ServiceName::kitchen).views.found = Found{};
  EXPECT_FALSE(client().views().get(key_of<DeadLetterView>("x1"))->record);
}

TEST_F(Homes, ADeadLetterIsSettledByTheOneThatHasIt) {
  for (auto& [home, process] : processes_) {
    process->commands.reply = fail(ErrorKind::not_found, "no such dead letter");
  }
  const Message settle{
      .id = {}, .order_id = {}, .payload = SettleDeadLetter{.id = Id{Id::Bytes{0x65, 1}}}};
  EXPECT_EQ(submit(client(), settle).error().detail, "no such dead letter");
  at(ServiceName::payments).commands.reply = letter("x1");
  const auto settled = submit(client(), settle);
  ASSERT_TRUE(settled) << settled.error().detail;
  EXPECT_EQ(settled->key().id.view(), "x1");
  at(ServiceName::payments).commands.reply = fail(ErrorKind::conflict, "it is final");
  EXPECT_EQ(submit(client(), settle).error().kind, ErrorKind::conflict);
}

TEST_F(Homes, AnyServiceMayBeAskedWhatIsOver) {
  const Answer over{AreOver{.ids = {Id{Id::Bytes{1}}}}};
  at(ServiceName::delivery).ask = [&](const Question&) -> Result<Answer> { return over; };
  const auto heard = ask(client(), WhichAreOver{.to = ServiceName::delivery});
  ASSERT_TRUE(heard) << heard.error().detail;
  EXPECT_EQ(std::get<AreOver>(*heard).ids.size(), 1U);
}

TEST_F(Homes, AMethodOfAnotherServiceIsNotThere) {
  registry_.set(ServiceName::stock, {at(ServiceName::kitchen).address()});
  EXPECT_EQ(submit(client(), restock()).error().kind, ErrorKind::unavailable);
}

class Ending : public GrpcTest {};

TEST_F(Ending, TheServerAnswersWhatIsUnderWayBeforeItEnds) {
  start();
  process().commands.holds = true;
  auto answer = std::async(std::launch::async, [&] { return submit(client(), restock()); });
  ASSERT_TRUE(eventually([&] { return process().commands.count() == 1; }));
  auto stopped = std::async(std::launch::async, [&] { process().server->stop(); });
  ASSERT_TRUE(eventually([&] { return !client().reaches(ServiceName::orders); }))
      << "it says that it stops";
  process().commands.held.front()(make_record(ItemView{.id = "1"}));
  const auto result = within_patience(std::move(answer));
  ASSERT_TRUE(result) << result.error().detail;
  stopped.get();
}

TEST_F(Ending, TheServerWaitsForNoAnswerForEver) {
  start();
  process().commands.holds = true;
  auto answer = std::async(std::launch::async, [&] { return submit(client(), restock()); });
  ASSERT_TRUE(eventually([&] { return process().commands.count() == 1; }));
  process().server->stop();
  EXPECT_EQ(within_patience(std::move(answer)).error().kind, ErrorKind::unavailable);
  process().commands.held.front()(Record{});  // too late, and no harm
}

TEST_F(Ending, TheClientRefusesWhatIsUnderWay) {
  start();
  process().commands.holds = true;
  auto answer = std::async(std::launch::async, [&] { return submit(client(), place()); });
  ASSERT_TRUE(eventually([&] { return process().commands.count() == 1; }));
  client().stop();
  const auto result = within_patience(std::move(answer));
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(result.error().detail, "this process is stopping");
  EXPECT_EQ(submit(client(), place()).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(process().commands.count(), 1U);
  registry_.set(ServiceName::orders, {});  // whatever the registry tells
  process().commands.held.front()(Record{});
}

TEST_F(Ending, ACallThatAPortDropsIsRefused) {
  start();
  process().commands.holds = true;
  auto answer = std::async(std::launch::async, [&] { return submit(client(), restock()); });
  ASSERT_TRUE(eventually([&] { return process().commands.count() == 1; }));
  process().commands.held.clear();
  EXPECT_EQ(within_patience(std::move(answer)).error().kind, ErrorKind::unavailable);
}

TEST(Opening, SaysWhatIsWrongWithTheAddress) {
  FakeCommands commands;
  FakeViews views;
  const auto open = [&](const std::string& listen, const GrpcTls& tls = {}) {
    return GrpcServer::open(listen, tls,
                            {.services = {}, .commands = commands, .views = views, .answer = {}});
  };
  for (const auto* address : {"", "here", "here:", ":80", "here:80x", "127.0.0.1:99999"}) {
    EXPECT_EQ(open(address).error().kind, ErrorKind::invalid) << address;
  }
  const Process other;
  EXPECT_EQ(open(other.address()).error().kind, ErrorKind::unavailable) << "the port is taken";
  const auto wrong = open("127.0.0.1:0", {.certificate = "no certificate", .key = "no key"});
  EXPECT_EQ(wrong.error().kind, ErrorKind::invalid);
}

TEST_F(Ending, NothingIsAnsweredBeforeTheStart) {
  FakeCommands commands;
  FakeViews views;
  auto server = GrpcServer::open(
      "127.0.0.1:0", {},
      {.services = {ServiceName::orders}, .commands = commands, .views = views, .answer = {}});
  ASSERT_TRUE(server) << server.error().detail;
  registry_.set(ServiceName::orders, {"127.0.0.1:" + std::to_string((*server)->port())});
  client_ = connect(all_together);
  EXPECT_EQ(client().views().get(key_of<OrderView>("k1")).error().kind, ErrorKind::unavailable);
  (*server)->start();
  (*server)->set_serving(true);
  ASSERT_TRUE(eventually([&] { return client().reaches(ServiceName::orders); }));
  EXPECT_TRUE(client().views().get(key_of<OrderView>("k1")));
}

// What a sink was told.
class Told final : public ChangeSink {
 public:
  bool is_wanted() const override { return true; }
  void order_changed(const OrderView& order, std::int64_t since) override {
    const std::scoped_lock lock{mutex_};
    said_ += std::to_string(since) + "-" + std::to_string(order.version) + " ";
  }
  void changes_missed() override {
    const std::scoped_lock lock{mutex_};
    ++missed_;
  }
  std::string said() const {
    const std::scoped_lock lock{mutex_};
    return said_;
  }
  int missed() const {
    const std::scoped_lock lock{mutex_};
    return missed_;
  }

 private:
  mutable std::mutex mutex_;
  std::string said_;
  int missed_ = 0;
};

class Following : public GrpcTest {
 protected:
  OrderView version(std::int64_t number) {
    auto order = samples::filled<OrderView>();
    order.version = number;
    return order;
  }
  Told told_;  // outlives the client that tells it
};

TEST_F(Following, ChangesComeInTheirOrder) {
  start();
  client().changes().follow(told_);
  ASSERT_TRUE(eventually([&] { return told_.missed() == 1; })) << "it has begun to follow";
  ASSERT_TRUE(process().changes.is_followed());
  std::string expected;
  for (int i = 1; i <= 200; ++i) {
    process().changes.tell(version(i), i - 1);
    expected += std::to_string(i - 1) + "-" + std::to_string(i) + " ";
  }
  EXPECT_TRUE(eventually([&] { return told_.said() == expected; })) << told_.said();
  EXPECT_EQ(told_.missed(), 1);
  client().stop();
  EXPECT_TRUE(eventually([&] { return !process().changes.is_followed(); }));
}

TEST_F(Following, AfterABreakItSaysThatSomethingMayBeMissing) {
  start();
  client().changes().follow(told_);
  ASSERT_TRUE(eventually([&] { return told_.missed() == 1; }));
  const auto address = process().address();
  process_.reset();
  EXPECT_EQ(told_.missed(), 1) << "not before it follows again";
  process_ = std::make_unique<Process>(
      std::vector<ServiceName>{shop_services.begin(), shop_services.end()}, GrpcTls{}, address);
  ASSERT_TRUE(eventually([&] { return told_.missed() == 2; }));
  process().changes.tell(version(5), 3);
  EXPECT_TRUE(eventually([&] { return told_.said() == "3-5 "; })) << told_.said();
  client().stop();
}

TEST_F(Following, EachInstanceIsFollowed) {
  start();
  Process other;
  client().changes().follow(told_);
  registry_.set(ServiceName::orders, {process().address(), other.address()});
  ASSERT_TRUE(eventually([&] { return told_.missed() == 2; }));
  process().changes.tell(version(1), 0);
  other.changes.tell(version(1), 0);
  EXPECT_TRUE(eventually([&] { return told_.said() == "0-1 0-1 "; })) << told_.said();
  registry_.set(ServiceName::orders, {other.address()});
  EXPECT_TRUE(eventually([&] { return !process().changes.is_followed(); }));
  client().stop();
}

TEST_F(Following, OneThatIsTurnedAwayHasMissedNothingYet) {
  process_ = std::make_unique<Process>();
  std::atomic<int> refused{0};
  process().authorize = [&](const GrpcCaller&) -> Result<GrpcStanding> {
    ++refused;
    return fail(ErrorKind::unauthorized, "no");
  };
  registry_.set(ServiceName::orders, {process().address()});
  client_ = connect(all_together);
  client().changes().follow(told_);
  ASSERT_TRUE(eventually([&] { return refused.load() >= 3; }));
  client().stop();
  EXPECT_EQ(told_.missed(), 0);
}

}  // namespace
}  // namespace oms::grpc_api
