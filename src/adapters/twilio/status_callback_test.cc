#include "adapters/twilio/status_callback.h"

#include <gtest/gtest.h>

namespace oms::twilio {
namespace {

const Id order{Id::Bytes{0x66, 1}};
const Settings settings{.account = "AC1",
                        .token = "12345",
                        .from = "+15551234567",
                        .status_url = "https://shop.example/sms/status"};
const std::string query = "order=" + order.text() + "&kind=ready";

// The example of Twilio's documentation and libraries.
TEST(TwilioSignature, IsAsTwilioSigns) {
  EXPECT_EQ(sign("12345", "https://mycompany.com/myapp.php?foo=1&bar=2",
                 "To=%2B18005551212&CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&"
                 "From=%2B14158675309"),
            "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
}

Result<std::optional<Message>> read(const std::string& asked, const std::string& form,
                                    const std::string& token = "12345") {
  const auto signature = sign(token, settings.status_url + "?" + asked, form);
  return read_status_callback(settings, signature, asked, form);
}

TEST(TwilioCallback, TellsWhetherItHasArrived) {
  const auto result = [](const std::string& status) -> std::optional<NoticeResult> {
    const auto message = read(query, "MessageSid=SM1&MessageStatus=" + status + "&To=%2B4915");
    EXPECT_TRUE(message);
    if (!message || !*message) return std::nullopt;
    EXPECT_EQ((*message)->order_id, order);
    const auto& outcome = std::get<NoticeOutcome>((*message)->payload);
    EXPECT_EQ(outcome.kind, NoticeKind::ready);
    EXPECT_EQ(outcome.channel, Channel::sms);
    return outcome.result;
  };
  EXPECT_EQ(result("delivered"), NoticeResult::delivered);
  EXPECT_EQ(result("undelivered"), NoticeResult::undelivered);
  EXPECT_EQ(result("failed"), NoticeResult::undelivered);
  for (const auto* under_way : {"queued", "sending", "sent", "accepted", ""}) {
    EXPECT_EQ(result(under_way), std::nullopt) << under_way;
  }
}

TEST(TwilioCallback, IsNotTakenFromOthers) {
  const std::string form = "MessageStatus=delivered";
  EXPECT_EQ(read(query, form, "54321").error().kind, ErrorKind::unauthorized);
  const auto signature = sign("12345", settings.status_url + "?" + query, form);
  for (const auto& [told, asked, body] :
       {std::tuple{signature, query, std::string{"MessageStatus=failed"}},
        std::tuple{signature, query + "&x=1", form}, std::tuple{std::string{}, query, form},
        std::tuple{signature.substr(1), query, form}}) {
    const auto read = read_status_callback(settings, told, asked, body);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::unauthorized);
  }
}

TEST(TwilioCallback, NamesAnOrderAndAKind) {
  const auto named = "order=" + order.text();
  for (const auto& bad : {std::string{"order=x&kind=ready"}, std::string{"kind=ready"}, named,
                          named + "&kind=eaten"}) {
    EXPECT_EQ(read(bad, "MessageStatus=delivered").error().kind, ErrorKind::invalid) << bad;
  }
}

}  // namespace
}  // namespace oms::twilio
