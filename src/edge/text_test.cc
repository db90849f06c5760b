// The small readers of headers, queries and names.
#include <gtest/gtest.h>

#include "edge/etag.h"
#include "edge/paging.h"
#include "edge/query_string.h"
#include "edge/samples.h"
#include "edge/views.h"
#include "edge/words.h"

namespace oms::edge {
namespace {

using namespace std::string_literals;

std::string value_of(std::string_view query, std::string_view name) {
  const auto parameters = read_parameters(query, {"a", "ab", "b"});
  if (!parameters) return parameters.error().detail;
  const auto* value = parameters->find(name);
  return value != nullptr ? *value : "(none)";
}

TEST(QueryString, FindsAParameterByItsWholeName) {
  EXPECT_EQ(value_of("a=1&ab=2&b=3", "ab"), "2");
  EXPECT_EQ(value_of("a=b=c", "a"), "b=c");
  EXPECT_EQ(value_of("&a=1&", "b"), "(none)");
  EXPECT_EQ(value_of("", "a"), "(none)");
  EXPECT_EQ(value_of("%61%62=2", "ab"), "2");
}

TEST(QueryString, KeepsApartWhatIsEmptyAndWhatIsNotThere) {
  EXPECT_EQ(value_of("a=&b", "a"), "");
  EXPECT_EQ(value_of("a=&b", "b"), "");
  EXPECT_EQ(value_of("a=&b", "ab"), "(none)");
}

TEST(QueryString, RefusesWhatWouldChangeTheAnswerUnseen) {
  EXPECT_EQ(value_of("a=1&a=2", "a"), "the parameter 'a' is given twice; give it once");
  EXPECT_EQ(value_of("a=1&%61=1", "a"), "the parameter 'a' is given twice; give it once");
  EXPECT_EQ(value_of("aa=1", "a"), "this list has no parameter 'aa', only a, ab, b");
  EXPECT_EQ(read_parameters("aa=1", {}).error().detail,
            "this address takes no parameters: leave out 'aa'");
  for (const char* odd : {"=1", "%FF=1", "%zz=1", "a%20b=1", "a\xFF=1"}) {
    EXPECT_EQ(value_of(odd, "a"), "this list has no parameter, only a, ab, b") << odd;
  }
}

TEST(QueryString, DecodesValues) {
  EXPECT_EQ(value_of("a=x+y%26%C3%A4", "a"), "x y&ä");
  for (const char* bad : {"a=%", "a=%4", "a=%g0", "a=%00", "a=%0D%0A"}) {
    EXPECT_EQ(value_of(bad, "a"), "the parameter 'a' is not properly percent-encoded") << bad;
  }
}

TEST(QueryString, EncodesAllThatMayMeanSomething) {
  std::string out;
  percent_encode("aZ9-._~ /?#&=%+\"ä", "", out);
  EXPECT_EQ(out, "aZ9-._~%20%2F%3F%23%26%3D%25%2B%22%C3%A4");
  EXPECT_EQ(percent_decode(out), "aZ9-._~ /?#&=%+\"ä");
}

const ListTag mine = ListTag::of("/api/customers/c1/orders");

// Where the cursor leads, or why it is refused.
std::string after(const std::string& cursor, ListTag list) {
  Parameters parameters;
  parameters.add("cursor", cursor);
  const auto paging = read_paging(parameters, 20, list);
  return paging ? paging->after : paging.error().detail;
}

TEST(Paging, ACursorLeadsBackToItsId) {
  for (const std::string id : {"1", "12", "123", "65a000000000000000000001", "ä b"}) {
    EXPECT_EQ(after(cursor_of(id, mine), mine), id);
  }
}

TEST(Paging, ACursorThatIsCutOrChangedIsRefused) {
  const auto whole = cursor_of("65a000000000000000000001", mine);
  std::vector<std::string> broken{"", "!", "MQ", whole + "A", whole + whole};
  for (std::size_t size = 1; size < whole.size(); ++size) broken.push_back(whole.substr(0, size));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    broken.push_back(whole);
    broken.back()[i] = whole[i] == 'B' ? 'C' : 'B';
  }
  for (const auto& cursor : broken) {
    EXPECT_EQ(after(cursor, mine),
              "the parameter 'cursor' is not a whole nextCursor of an earlier page: it is cut off "
              "or changed; leave it out to begin with the first page")
        << cursor;
  }
}

TEST(Paging, ACursorOfAnotherListIsRefused) {
  const auto cursor = cursor_of("65a000000000000000000001", mine);
  for (const auto& other :
       {ListTag::of("/api/customers/c2/orders"), ListTag::of("/api/admin/orders"),
        ListTag::of("/api/admin/tickets", "waiting"),
        ListTag::of("/api/customers/c1/orders", "x")}) {
    EXPECT_TRUE(after(cursor, other).contains("belongs to another list")) << after(cursor, other);
  }
}

TEST(Etag, MatchesOneOfTheList) {
  EXPECT_EQ(etag_of(7), "\"7\"");
  for (const char* good : {"\"7\"", "*", "W/\"7\"", "\"1\", \"7\"", " \"7\" ,"}) {
    EXPECT_TRUE(matches_etag(good, "\"7\"")) << good;
  }
  for (const char* bad : {"", "7", "\"8\"", "\"77\"", ",", "W/"}) {
    EXPECT_FALSE(matches_etag(bad, "\"7\"")) << bad;
  }
}

TEST(Etag, NamesTheVersionsThatMatch) {
  using Versions = std::vector<std::int64_t>;
  EXPECT_EQ(versions_of("\"7\""), Versions{7});
  EXPECT_EQ(versions_of(" \"7\" , \"0\""), (Versions{7, 0}));
  EXPECT_EQ(versions_of("*"), Versions{});
  EXPECT_EQ(versions_of(""), Versions{}) << "nothing was required";
  for (const char* none :
       {"W/\"7\"", "7", "\"\"", "\"07\"", "\"7", "\"x\"", ",", "\"99999999999999999999\""}) {
    EXPECT_EQ(versions_of(none), Versions{-1}) << none;
  }
}

TEST(Words, AnIdIsPrintable) {
  EXPECT_TRUE(is_name("c1"));
  EXPECT_TRUE(is_name("Zoë 日本"));
  EXPECT_TRUE(is_name(std::string(63, 'x')));
  EXPECT_FALSE(is_name(""));
  EXPECT_FALSE(is_name(std::string(64, 'x')));
  EXPECT_FALSE(is_name("a\0b"s));
  EXPECT_FALSE(is_name("a\nb"));
  EXPECT_FALSE(is_name("a\x7F"));
  EXPECT_FALSE(is_name("a\xC2\x85"));  // U+0085, a line break to some
  EXPECT_FALSE(is_name("a\xFF"));
  EXPECT_FALSE(is_name("a\xC3"));
}

TEST(Words, AnIdIsOneSegmentOfAPath) {
  for (const char* bad : {"a/b", "/", "a\\b", ".", ".."}) EXPECT_FALSE(is_name(bad)) << bad;
  EXPECT_TRUE(is_name("..."));
}

TEST(OrderView, ShowsAllThatHasComeToPass) {
  auto order = samples::placed_order();
  order.status = OrderStatus::preparing;
  order.version = 5;
  order.payment = PaymentStatus::captured;
  order.payment_link = "http://127.0.0.1:8080/checkout/cs_1";
  order.cancel_requested = true;
  order.promised_at = samples::noon + Duration{60'000};
  order.queue_position = 3;
  order.promise_missed = true;
  order.customer = {.name = "Zoë", .email = "zoe@example.org"};
  order.notices = {{NoticeKind::paid, Channel::email, NoticeStatus::skipped_no_address}};
  order.history[0].reason = Reason::payment_failed;
  EXPECT_EQ(order_json(order),
            R"({"orderID":"65a000000000000000000001","customerID":"c1",)"
            R"("items":[{"productID":"1","productName":"Cheese","quantity":2,)"
            R"("priceID":"price_cheese","unitPrice":450}],"total":900,"currency":"usd",)"
            R"("status":"preparing","PaymentLink":"http://127.0.0.1:8080/checkout/cs_1",)"
            R"("paymentMethod":"link","fulfilment":"delivery",)"
            R"("version":5,"createdAt":"2026-01-01T12:00:00.000Z",)"
            R"("updatedAt":"2026-01-01T12:00:00.000Z","promisedAt":"2026-01-01T12:01:00.000Z",)"
            R"("queuePosition":3,"promiseMissed":true,"paymentStatus":"captured",)"
            R"("cancelRequested":true,"history":[{"version":1,"status":"pending",)"
            R"("at":"2026-01-01T12:00:00.000Z","reason":"payment_failed"}],)"
            R"("notices":[{"kind":"paid","channel":"email","status":"skipped_no_address"}]})");
}

TEST(OrderView, ShowsWhatHasBecomeOfTheMoney) {
  auto order = samples::placed_order();
  EXPECT_EQ(order_json(order).find("refund"), std::string::npos) << "absent where there is none";
  order.payment = PaymentStatus::partially_refunded;
  order.last_payment_error = {.code = "insufficient_funds", .message = "No funds."};
  order.refunds = {{.number = 1,
                    .amount = 100,
                    .status = RefundStatus::succeeded,
                    .initiated_by = Initiator::provider,
                    .provider_id = "re_1"},
                   {.number = 2, .amount = 50, .status = RefundStatus::failed}};
  order.disputes = {{.provider_id = "dp_1", .amount = 300},
                    {.provider_id = "dp_2", .amount = 20, .status = DisputeStatus::won}};
  const auto shown = order_json(order);
  const std::string wanted =
      R"("paymentStatus":"partially_refunded",)"
      R"("lastPaymentError":{"code":"insufficient_funds","message":"No funds."},"refunded":100,)"
      R"("refunds":[{"number":1,"amount":100,"status":"succeeded","initiatedBy":"provider"},)"
      R"({"number":2,"amount":50,"status":"failed","initiatedBy":"oms"}],"disputed":300,)"
      R"("disputes":[{"amount":300,"status":"open"},{"amount":20,"status":"won"}])";
  EXPECT_NE(shown.find(wanted), std::string::npos) << shown;
}

TEST(OrderView, OfAnOlderVersionShowsItsRefund) {
  auto order = samples::placed_order();
  order.payment = PaymentStatus::refunded;
  EXPECT_NE(order_json(order).find(R"("refunded":900)"), std::string::npos);
}

TEST(OrderView, IsOneLineWhateverNamesHold) {
  auto order = samples::placed_order();
  order.lines[0].product_name = "a\"\nb</script>";
  const auto json = order_json(order);
  EXPECT_FALSE(json.contains('\n'));
  EXPECT_TRUE(json.contains(R"("a\"\nb</script>")"));
}

}  // namespace
}  // namespace oms::edge
