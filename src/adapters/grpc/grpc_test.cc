// Server and client against each other over loopback: the ports on one side are those on the other.
#include <gtest/gtest.h>

#include <boost/mp11/algorithm.hpp>

#include "adapters/grpc/grpc_fixture.h"
#include "adapters/grpc/methods.h"
#include "adapters/grpc/samples.h"
#include "adapters/grpc/view_codecs.h"
#include "codec/json_write.h"

namespace oms::grpc_api {
namespace {

using namespace fakes;

std::string shown(const Record& record) {
  std::string text;
  if (record) record.type().encode(record.value(), text);
  return text;
}

std::string text_of(const Payload& payload) {
  std::string text;
  write_json(payload, text);
  return text;
}

template <class V>
V nth_filled(std::size_t n) {
  V value;
  boost::mp11::mp_with_index<boost::mp11::mp_size<V>::value>(
      n, [&](auto index) { samples::Filler{}.fill(value.template emplace<index>()); });
  return value;
}

// As a service keeps what it shows whole.
struct Kept {
  std::string id = "65a000000000000000000001";
  std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Kept, (), (id, count))

Record sample_of(const RecordType& view) {
  Record sample;
  boost::mp11::mp_for_each<
      boost::mp11::mp_list<OrderView, ArchivedOrderView, ErasedCustomerView, ItemView, MovementView,
                           AccountView, SagaView, AuditView>>([&](auto of) {
    using View = decltype(of);
    if (&view == &type_of<View>()) sample = make_record(samples::filled<View>());
  });
  if (sample) return sample;
  static std::map<std::string_view, RecordType> kept_types;
  auto& type = kept_types[view.table];
  type = {.table = view.table,
          .key =
              [](const void* r) {
                return ShortText{std::string_view{static_cast<const Kept*>(r)->id}};
              },
          .encode = [](const void* r,
                       std::string& out) { write_json_compact(*static_cast<const Kept*>(r), out); },
          .show = [](const void* r,
                     std::string& out) { write_json(*static_cast<const Kept*>(r), out); }};
  return Record{type, std::make_shared<const Kept>()};
}

// Of a document: as the server shows it.
std::string expected(const Method& method, const Record& sample) {
  const bool is_typed = &sample.type() == method.view->type;
  const bool is_letter = method.view->type == &type_of<DeadLetterView>();
  if (is_typed || is_letter) return shown(sample);
  std::string text;
  sample.type().show(sample.value(), text);
  return text;
}

class Grpc : public GrpcTest {};

Message message_of(const Method& method) {
  Message message{
      .id = Id{Id::Bytes{0x65, 9}},
      .order_id = {},
      .payload = nth_filled<Payload>(method.payload),
      .trace = *parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
      .fresh = true,
      .once = Once{.key = std::string_view{"key"}, .fingerprint = "print"},
      .by = By{.who = "operator", .reason = "because"}};
  if (method.order_id != nullptr) message.order_id = Id{Id::Bytes{0x65, 7}};
  return message;
}

TEST_F(Grpc, EachCommandArrivesWholeAndShowsWhatItShows) {
  start();
  for (const auto& method : methods()) {
    if (method.kind != Kind::command) continue;
    SCOPED_TRACE(method.path);
    const auto sample = sample_of(*method.view->type);
    process().commands.reply = sample;
    const auto message = message_of(method);
    const auto result = submit(client(), message);
    ASSERT_TRUE(result) << result.error().detail << result.error().pointer;
    EXPECT_EQ(shown(*result), expected(method, sample));
    EXPECT_EQ(result->type().table, method.view->type->table);
    const auto& arrived = process().commands.messages.back();
    EXPECT_EQ(text_of(arrived.payload), text_of(message.payload));
    EXPECT_EQ(arrived.id, message.id);
    EXPECT_EQ(arrived.order_id, message.order_id);
    EXPECT_EQ(arrived.trace, message.trace);
    EXPECT_TRUE(arrived.fresh);
    EXPECT_EQ(arrived.once->key.view(), "key");
    EXPECT_EQ(arrived.once->fingerprint, "print");
    EXPECT_EQ(arrived.by->who, "operator");
    EXPECT_EQ(arrived.by->reason, "because");
    EXPECT_EQ(process().commands.lanes.back(), method.lane);
  }
}

TEST_F(Grpc, ACommandThatShowsNothingShowsNothing) {
  start();
  const auto result = submit(client(), {.id = {}, .order_id = {}, .payload = NoteAction{"a", "b"}});
  ASSERT_TRUE(result);
  EXPECT_FALSE(*result);
}

TEST_F(Grpc, EachViewIsReadAsItsServiceShowsIt) {
  start();
  for (const auto& method : methods()) {
    if (method.kind != Kind::get) continue;
    SCOPED_TRACE(method.path);
    const auto sample = sample_of(*method.view->type);
    process().views.found = Found{.record = sample, .version = 7};
    const auto found = client().views().get({method.view->type, ShortText{"k1"}});
    ASSERT_TRUE(found) << found.error().detail;
    EXPECT_EQ(shown(found->record), expected(method, sample));
    EXPECT_EQ(found->version, 7U);
    EXPECT_EQ(process().views.keys.back(), (Key{method.view->type, ShortText{"k1"}}));
  }
}

TEST_F(Grpc, WhatIsNotThereIsNoError) {
  start();
  const auto found = client().views().get(key_of<OrderView>("k1"));
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->record);
  EXPECT_EQ(found->version, 0U);
  process().views.found = Found{.record = {}, .version = 3, .is_newer = true};
  EXPECT_TRUE(client().views().get(key_of<OrderView>("k1"))->is_newer);
}

TEST_F(Grpc, EachListIsAskedForAsItIsWanted) {
  start();
  for (const auto& method : methods()) {
    if (method.kind != Kind::list) continue;
    SCOPED_TRACE(method.path);
    const auto sample = sample_of(*method.view->type);
    process().views.page =
        Page{.records = {{.record = sample, .version = 2}, {.record = sample, .version = 3}},
             .last = "k9",
             .more = true};
    const auto page = client().views().list({.type = method.view->type,
                                             .column = "status",
                                             .value = "paid",
                                             .newest_first = false,
                                             .after = "k3",
                                             .limit = 17,
                                             .and_newer = true});
    ASSERT_TRUE(page) << page.error().detail;
    ASSERT_EQ(page->records.size(), 2U);
    EXPECT_EQ(shown(page->records[1].record), expected(method, sample));
    EXPECT_EQ(page->records[1].version, 3U);
    EXPECT_EQ(page->last, "k9");
    EXPECT_TRUE(page->more);
    const auto& query = process().views.queries.back();
    EXPECT_EQ(query.type, method.view->type);
    EXPECT_EQ(process().views.columns.back(), "status");
    EXPECT_EQ(query.value, "paid");
    EXPECT_FALSE(query.newest_first);
    EXPECT_EQ(query.after, "k3");
    EXPECT_EQ(query.limit, 17U);
    EXPECT_TRUE(query.and_newer);
  }
}

TEST_F(Grpc, EachQuestionIsAnswered) {
  start();
  for (std::size_t i = 0; i < boost::mp11::mp_size<Question>::value; ++i) {
    const auto question = nth_filled<Question>(i);
    const auto answer = nth_filled<Answer>(i);
    bool is_same = false;
    process().ask = [&](const Question& asked) -> Result<Answer> {
      is_same = json::same(asked, question);
      return answer;
    };
    const auto heard = ask(client(), question);
    ASSERT_TRUE(heard) << i << heard.error().detail;
    EXPECT_TRUE(is_same) << i;
    EXPECT_TRUE(json::same(*heard, answer)) << i;
  }
}

TEST_F(Grpc, AWebhookIsTakenByteForByte) {
  start();
  const auto take = [&](std::string body) {
    std::promise<Result<void>> promise;
    auto taken = promise.get_future();
    client().webhooks().take("t=1", std::move(body),
                             [&](Result<void> r) { promise.set_value(std::move(r)); });
    return within_patience(std::move(taken));
  };
  const std::string body{"{\"a\":\"\xFF\0\"}", 10};
  EXPECT_TRUE(take(body));
  EXPECT_EQ(process().webhooks.told, "t=1 " + body);
  process().webhooks.outcome = fail(ErrorKind::invalid, "forged");
  EXPECT_EQ(take("{}").error().detail, "forged");
}

TEST_F(Grpc, AComparisonOfTheBooksIsBegunAndShown) {
  start();
  const auto sample = samples::filled<Reconciliation>();
  process().reconciler.run = sample;
  const auto begun = client().reconciler().start({.must_repair = true, .since = Time{5}},
                                                 {.who = "o", .reason = "r"});
  ASSERT_TRUE(begun) << begun.error().detail;
  EXPECT_TRUE(json::same(*begun, sample));
  EXPECT_EQ(process().reconciler.who, "o");
  EXPECT_TRUE(process().reconciler.requested.must_repair);
  EXPECT_EQ(process().reconciler.requested.since, Time{5});
  EXPECT_TRUE(json::same(*client().reconciler().last(), sample));
  process().reconciler.run = fail(ErrorKind::conflict, "one is under way");
  EXPECT_EQ(client().reconciler().start({}, {}).error().kind, ErrorKind::conflict);
}

TEST_F(Grpc, ARefusalIsTheSameOnBothSides) {
  start();
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::internal); ++kind) {
    const Error error{static_cast<ErrorKind>(kind), "why: Käse \n?", "/items/0"};
    process().commands.reply = std::unexpected(error);
    const auto result = submit(client(), {.id = {}, .order_id = {}, .payload = SetItem{}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, error.kind);
    EXPECT_EQ(result.error().detail, error.detail);
    EXPECT_EQ(result.error().pointer, error.pointer);
  }
}

TEST_F(Grpc, AnAnswerOfAnotherTypeIsOurFault) {
  start();
  process().commands.reply = make_record(ItemView{.id = "1"});
  const auto result =
      submit(client(), {.id = {}, .order_id = Id{Id::Bytes{1}}, .payload = CancelOrder{}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::internal);
}

TEST_F(Grpc, WhatDoesNotTravelIsSaidSo) {
  start();
  EXPECT_EQ(submit(client(), {.id = {}, .order_id = {}, .payload = WakeUp{}}).error().kind,
            ErrorKind::internal);
}

TEST_F(Grpc, ALongAnswerComesAndATooLongRequestDoesNot) {
  start();
  process().views.page = Page{};
  auto order = samples::filled<OrderView>();
  order.note.assign(std::size_t{8} << 10, 'x');
  process().views.page->records.assign(1000, Found{.record = make_record(std::move(order))});
  const auto page = client().views().list({.type = &type_of<OrderView>(), .limit = 1000});
  ASSERT_TRUE(page) << page.error().detail;
  EXPECT_EQ(page->records.size(), 1000U);
  const auto refused =
      submit(client(),
             {.id = {}, .order_id = {}, .payload = SetItem{.reason = std::string(2 << 20, 'x')}});
  EXPECT_EQ(refused.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(process().commands.count(), 0U);
}

TEST_F(Grpc, TextsAndListsAreBounded) {
  start();
  const auto refusal = [&](Payload payload) {
    return submit(client(), {.id = {}, .order_id = Id{Id::Bytes{1}}, .payload = std::move(payload)})
        .error();
  };
  EXPECT_EQ(refusal(PlaceOrder{.customer_id = std::string(64, 'c')}).pointer, "/customer_id");
  EXPECT_EQ(refusal(PlaceOrder{.customer_id = "a/b"}).pointer, "/customer_id");
  EXPECT_EQ(refusal(PlaceOrder{.customer_id = std::string("a\0b", 3)}).pointer, "/customer_id");
  EXPECT_EQ(refusal(PlaceOrder{.note = std::string(5000, 'n')}).pointer, "/note");
  EXPECT_EQ(refusal(PlaceOrder{.lines = std::vector<RequestedLine>(101, {"1", 1, {}, {}})}).pointer,
            "/lines");
  EXPECT_EQ(refusal(PlaceOrder{.lines = {{.product_id = "1", .quantity = 0}}}).pointer,
            "/lines/0/quantity");
  EXPECT_EQ(process().commands.count(), 0U);
}

TEST_F(Grpc, NobodyIsAskedWhereNobodyIsKnown) {
  client_ = connect(all_together);
  const auto found = client().views().get(key_of<OrderView>("k1"));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().kind, ErrorKind::unavailable);
  EXPECT_FALSE(client().reaches(ServiceName::stock));
}

TEST_F(Grpc, AServiceIsReachedOnceItServes) {
  start();
  EXPECT_TRUE(eventually([&] { return client().reaches(ServiceName::stock); }));
  process().server->set_serving(false);
  EXPECT_TRUE(eventually([&] { return !client().reaches(ServiceName::stock); }));
}

TEST_F(Grpc, AnAnswerThatTakesTooLongIsNotWaitedFor) {
  process_ = std::make_unique<Process>();
  process().commands.holds = true;
  registry_.set(ServiceName::orders, {process_->address()});
  client_ = GrpcClient::open(
      registry_, {.home_of = all_together, .command_deadline = std::chrono::milliseconds{300}});
  ASSERT_TRUE(eventually([&] { return client().reaches(ServiceName::stock); }));
  const auto result =
      submit(client(), {.id = {}, .order_id = Id{Id::Bytes{1}}, .payload = HandleTicket{}});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(process().commands.count(), 1U) << "it is not known whether it was done";
  for (auto& respond : process().commands.held) respond(Record{});
}

TEST_F(Grpc, WhoIsNotAdmittedIsTurnedAway) {
  process_ = std::make_unique<Process>();
  process().authorize = [](const GrpcCaller& caller) -> Result<GrpcStanding> {
    if (caller.method != "/oms.v1.Orders/GetOrder") return fail(ErrorKind::forbidden, "not this");
    if (caller.token != "secret") return fail(ErrorKind::unauthorized, "who are you?");
    return GrpcStanding{.is_ours = true};
  };
  registry_.set(ServiceName::orders, {process_->address()});
  client_ = connect(all_together, {}, "secret");
  EXPECT_TRUE(client().views().get(key_of<OrderView>("k1")));
  EXPECT_EQ(client().views().get(key_of<ItemView>("k1")).error().kind, ErrorKind::forbidden);
  const auto stranger = connect(all_together, {}, "guess");
  EXPECT_EQ(stranger->views().get(key_of<OrderView>("k1")).error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(process().views.keys.size(), 1U);
}

// What goes with a command says in whose name it is, and which idempotency key is theirs.
TEST_F(Grpc, OnlyOurOwnProcessesSpeakForOthers) {
  process_ = std::make_unique<Process>();
  process().authorize = [](const GrpcCaller& caller) -> Result<GrpcStanding> {
    return GrpcStanding{.is_ours = caller.token == "ours", .who = "clerk-7"};
  };
  registry_.set(ServiceName::orders, {process_->address()});
  const Message change{.order_id = {},
                       .payload = SetItem{.product_id = "1", .on_hand = 5},
                       .by = By{.who = "the owner", .reason = {}}};
  client_ = connect(all_together, {}, "ours");
  process().commands.reply = Record{};
  EXPECT_TRUE(submit(client(), change));
  const auto outsider = connect(all_together, {}, "theirs");
  EXPECT_EQ(submit(*outsider, change).error().kind, ErrorKind::invalid);
  EXPECT_EQ(process().commands.count(), 1U);
  ASSERT_TRUE(outsider->reconciler().start({}, By{.who = "the owner", .reason = {}}));
  EXPECT_EQ(process().reconciler.who, "clerk-7");
  ASSERT_TRUE(client().reconciler().start({}, By{.who = "the owner", .reason = {}}));
  EXPECT_EQ(process().reconciler.who, "the owner");
}

}  // namespace
}  // namespace oms::grpc_api
