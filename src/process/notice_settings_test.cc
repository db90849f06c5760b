#include "process/notice_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "process/notice_log.h"
#include "process/private_file.h"
#include "process/settings_load.h"
#include "process/settings_table.h"

namespace oms::process {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class NoticeSettings : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(settings_.data);
    settings_.notices = "smtp://oms@mail.example";
    settings_.mail_from = "shop@shop.example";
    settings_.sms = "twilio://AC1?from=+15551234567";
  }
  void TearDown() override { std::filesystem::remove_all(settings_.data); }
  void write(const std::string& name, std::string_view text) {
    const auto path = settings_.data / name;
    std::filesystem::create_directories(path.parent_path());
    ASSERT_TRUE(write_private_file(path, text));
  }

  Settings settings_{.data = std::filesystem::temp_directory_path() /
                             ("oms-notice-settings-" + std::to_string(::getpid()))};
};

TEST_F(NoticeSettings, TakeSecretsFromTheEnvironmentOrAFile) {
  EXPECT_EQ(smtp_settings(settings_, {"OMS_SMTP_PASSWORD=a"})->server.password, "a");
  EXPECT_THAT(smtp_settings(settings_, {}).error().detail, HasSubstr("OMS_SMTP_PASSWORD"));
  write("smtp.password", "b\n");
  EXPECT_EQ(smtp_settings(settings_, {})->server.password, "b");
  EXPECT_EQ(twilio_settings(settings_, {"OMS_TWILIO_AUTH_TOKEN=c"})->token, "c");
  EXPECT_THAT(twilio_settings(settings_, {}).error().detail, HasSubstr("OMS_TWILIO_AUTH_TOKEN"));
  write("twilio.token", "d\n");
  EXPECT_EQ(twilio_settings(settings_, {})->token, "d");
  std::filesystem::permissions(settings_.data / "twilio.token", std::filesystem::perms{0644});
  EXPECT_THAT(twilio_settings(settings_, {}).error().detail, HasSubstr("chmod 600"));
}

TEST_F(NoticeSettings, NeedNoPasswordWithoutALogin) {
  settings_.notices = "smtp://mail.example";
  EXPECT_TRUE(smtp_settings(settings_, {}));
}

TEST_F(NoticeSettings, ShowNoPasswordThatWasWrittenWhereItDoesNotBelong) {
  const auto loaded = load_settings({.flags = {{"data", settings_.data.string()},
                                               {"notices", "smtp://oms:secret@mail.example"},
                                               {"mail-from", "shop@shop.example"}}});
  ASSERT_FALSE(loaded);
  EXPECT_THAT(to_text(loaded.error()),
              AllOf(HasSubstr("OMS_SMTP_PASSWORD"), Not(HasSubstr("secret"))));
  settings_.notices = "smtp://oms:secret@mail.example";
  EXPECT_EQ(show_setting(*find_setting("notices"), settings_), "smtp://oms:***@mail.example");
}

TEST_F(NoticeSettings, SwitchKindsOnAndOff) {
  EXPECT_THAT(*read_kinds("all"), ElementsAre(true, true, true, true));
  EXPECT_THAT(*read_kinds("none"), ElementsAre(false, false, false, false));
  EXPECT_THAT(*read_kinds("ready,paid"), ElementsAre(true, false, false, true));
  EXPECT_THAT(read_kinds("paid,eaten").error().detail,
              AllOf(HasSubstr("'eaten'"), HasSubstr("paid, completed, cancelled, ready")));
  EXPECT_FALSE(read_kinds(""));
}

TEST_F(NoticeSettings, ReadTemplatesInPlaceOfTheBuiltInOnes) {
  write("templates/en/ready.txt", "Subject: Come\n\n{{number}}");
  settings_.templates = (settings_.data / "templates").string();
  const auto own = notification_settings(settings_);
  ASSERT_TRUE(own) << own.error().detail;
  EXPECT_TRUE(own->with_html);
  const OrderAnnounced announced{.kind = NoticeKind::ready, .order_number = 17};
  EXPECT_EQ(own->wordings->of(announced, Id{}).subject, "Come");
  settings_.language = "de";
  EXPECT_THAT(notification_settings(settings_).error().detail, HasSubstr("templates/de"));
  settings_.templates.clear();
  EXPECT_TRUE(notification_settings(settings_));
}

TEST(NoticeLog, TellsOfAnOutageOnceAndOfEachRefusal) {
  std::vector<std::string> told;
  NoticeLog log{"emails", [&told](const std::string& text) { told.push_back(text); }};
  using enum NoticeResult;
  log.note(sent, "");
  for (int i = 0; i < 3; ++i) log.note(failed, "no connection");
  log.note(failed, "wrong password");
  log.note(refused, "k is refused");
  log.note(sent, "");
  log.note(sent, "");
  EXPECT_THAT(told, ElementsAre("no connection", "wrong password", "k is refused",
                                "emails are sent again, after 4 failed tries"));
}

}  // namespace
}  // namespace oms::process
