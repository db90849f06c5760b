#include "adapters/smtp/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oms::smtp {
namespace {

using Security = curl::SmtpServer::Security;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* from = "The Shop <shop@example.com>";

TEST(SmtpSettings, ReadAUrl) {
  const auto read = read_settings("smtp://oms@mail.example:2525?connections=4&timeout=30", from);
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->server.host, "mail.example");
  EXPECT_EQ(read->server.port, 2525);
  EXPECT_EQ(read->server.user, "oms");
  EXPECT_EQ(read->server.security, Security::starttls);
  EXPECT_EQ(read->options.connections, 4U);
  EXPECT_EQ(read->options.timeout, Duration{30'000});
  EXPECT_EQ(read->sender.address, "shop@example.com");
  EXPECT_EQ(read_settings("smtp://mail.example", from)->server.port, 587);
  const auto secure = read_settings("smtps://mail.example?cacert=/ca.crt", from);
  EXPECT_EQ(secure->server.port, 465);
  EXPECT_EQ(secure->server.security, Security::tls);
  EXPECT_EQ(secure->server.ca_file, "/ca.crt");
}

TEST(SmtpSettings, TakeTheLoginForTheSenderIfItIsAnAddress) {
  const auto read = read_settings("smtp://shop%40example.com@mail.example", "");
  ASSERT_TRUE(read) << read.error().detail;
  EXPECT_EQ(read->server.user, "shop@example.com");
  EXPECT_EQ(read->sender.address, "shop@example.com");
  EXPECT_THAT(read_settings("smtp://oms@mail.example", "").error().detail,
              HasSubstr("--mail-from"));
  EXPECT_THAT(read_settings("smtp://oms@mail.example", "Shop").error().detail, HasSubstr("'Shop'"));
}

TEST(SmtpSettings, RefuseAPasswordWithoutShowingIt) {
  EXPECT_THAT(read_settings("smtp://oms:secret@mail.example", from).error().detail,
              AllOf(HasSubstr("OMS_SMTP_PASSWORD"), Not(HasSubstr("secret"))));
}

TEST(SmtpSettings, GoWithoutTlsOnThisMachineAlone) {
  EXPECT_EQ(read_settings("smtp://localhost:1025?tls=off", from)->server.security, Security::none);
  for (const auto* bad :
       {"smtp://mail.example?tls=off", "smtps://localhost?tls=off", "smtp://localhost?tls=maybe"}) {
    EXPECT_THAT(read_settings(bad, from).error().detail, HasSubstr("tls=")) << bad;
  }
}

TEST(SmtpSettings, RefuseWhatIsNoMailServer) {
  for (const auto* bad : {"mail.example", "http://mail.example", "smtp://", "smtp://a,b",
                          "smtp://mail.example/path", "smtp://mail.example:0",
                          "smtp://mail.example?connections=0", "smtp://mail.example?what=1"}) {
    EXPECT_FALSE(read_settings(bad, from)) << bad;
  }
}

}  // namespace
}  // namespace oms::smtp
