#include "services/notifications/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/json_read.h"

namespace oms::notifications {
namespace {

// The one record that these messages need.
class Kept final : public Records {
 public:
  explicit Kept(Record record) : record_(std::move(record)) {}
  const Record* find(const Key&) const override { return record_ ? &record_ : nullptr; }
  bool knows(const Key&) const override { return true; }
  const std::vector<Answer>& answers() const override { return answers_; }

 private:
  Record record_;
  std::vector<Answer> answers_;
};

constexpr Time now{1'000'000};

std::vector<NoticeStatus> shown_by(const Decision& decision) {
  std::vector<NoticeStatus> shown;
  for (const auto& payload : decision.send) {
    for (const auto& notice : std::get<NoticesChanged>(payload).notices) {
      shown.push_back(notice.status);
    }
  }
  return shown;
}

Decision decide(Payload payload, Record record, Time at = now) {
  return NotificationsService{}.decide({.id = {}, .order_id = {}, .payload = std::move(payload)},
                                       Kept{std::move(record)}, at);
}

TEST(Notifications, TellTheOrderWhatIsTried) {
  const auto decision = decide(OrderAnnounced{.customer = {.email = "a@b.example"}}, {});
  EXPECT_THAT(shown_by(decision),
              testing::ElementsAre(NoticeStatus::pending, NoticeStatus::skipped_no_address));
}

TEST(Notifications, TellTheOrderThatOneWasSentAndNothingOfAFailedTry) {
  Notices record{.notices = {{.attempt = 1, .address = "a@b.example"}}, .due = now};
  EXPECT_THAT(shown_by(decide(NoticeOutcome{.result = NoticeResult::failed}, make_record(record))),
              testing::IsEmpty());
  EXPECT_THAT(shown_by(decide(NoticeOutcome{.result = NoticeResult::sent}, make_record(record))),
              testing::ElementsAre(NoticeStatus::sent));
}

TEST(Notifications, OfAKindThatIsSwitchedOffAreNotSent) {
  NotificationsSettings settings;
  settings.by_sms[static_cast<std::size_t>(NoticeKind::paid)] = false;
  const auto decision = NotificationsService{settings}.decide(
      {.id = {},
       .order_id = {},
       .payload = OrderAnnounced{.customer = {.email = "a@b.example", .phone_number = "+491"}}},
      Kept{{}}, now);
  EXPECT_THAT(shown_by(decision),
              testing::ElementsAre(NoticeStatus::pending, NoticeStatus::skipped_switched_off));
  ASSERT_EQ(decision.effects.size(), 1U);
  EXPECT_EQ(std::get<NoticeToSend>(decision.effects[0]).channel, Channel::email);
  EXPECT_EQ(decision.save.at(0).as<Notices>()->notices.at(1).text, "");
}

TEST(Notifications, HaveAPageWhereEmailsAreReallySent) {
  const auto html_with = [](bool with_html) {
    const auto decision = NotificationsService{{.with_html = with_html}}.decide(
        {.id = {},
         .order_id = {},
         .payload = OrderAnnounced{.customer = {.email = "a@b.example", .phone_number = "+491"}}},
        Kept{{}}, now);
    EXPECT_EQ(std::get<NoticeToSend>(decision.effects.at(1)).html, "") << "an SMS has none";
    return std::get<NoticeToSend>(decision.effects.at(0)).html;
  };
  EXPECT_EQ(html_with(false), "");
  EXPECT_TRUE(html_with(true).starts_with("<!doctype html>"));
}

TEST(Notifications, ShowThatTheCarrierHasDeliveredThemOrHasNot) {
  const auto shown_after = [](NoticeStatus status, NoticeResult result) {
    const Notices record{.notices = {{.channel = Channel::sms, .status = status, .attempt = 1}}};
    const auto shown = shown_by(
        decide(NoticeOutcome{.channel = Channel::sms, .result = result}, make_record(record)));
    return shown.empty() ? status : shown.front();
  };
  using enum NoticeStatus;
  EXPECT_EQ(shown_after(sent, NoticeResult::delivered), delivered);
  EXPECT_EQ(shown_after(sent, NoticeResult::undelivered), failed);
  EXPECT_EQ(shown_after(failed, NoticeResult::delivered), delivered) << "late, but there";
  EXPECT_EQ(shown_after(delivered, NoticeResult::undelivered), delivered);
  EXPECT_EQ(shown_after(delivered, NoticeResult::sent), delivered) << "the report was ahead";
  EXPECT_EQ(shown_after(skipped_no_address, NoticeResult::delivered), skipped_no_address);
  EXPECT_THAT(
      decide(NoticeOutcome{.channel = Channel::sms, .result = NoticeResult::delivered}, {}).send,
      testing::IsEmpty())
      << "it is no failure that all of it is forgotten";
}

TEST(Notifications, SayHowOftenTheyWereTried) {
  Notices record{.notices = {{.attempt = 1, .address = "a@b.example"}}, .due = now};
  const auto decision = decide(WakeUp{}, make_record(record));
  EXPECT_EQ(std::get<NoticeToSend>(decision.effects.at(0)).attempt, 2);
}

TEST(Notifications, AreNotSentAgainOnceTheyAreRefused) {
  Notices record{.notices = {{.channel = Channel::email, .attempt = 1, .address = "a@b.example"},
                             {.channel = Channel::sms, .attempt = 1, .address = "+491"}},
                 .due = now};
  const auto refuse = [&](Channel channel) {
    const auto decision = decide(NoticeOutcome{.channel = channel, .result = NoticeResult::refused},
                                 make_record(record));
    EXPECT_THAT(shown_by(decision), testing::ElementsAre(NoticeStatus::failed));
    record = *decision.save.front().as<Notices>();
  };
  refuse(Channel::email);
  EXPECT_EQ(record.due, now) << "the other one is still tried";
  const auto decision = decide(WakeUp{}, make_record(record));
  ASSERT_EQ(decision.effects.size(), 1U);
  EXPECT_EQ(std::get<NoticeToSend>(decision.effects[0]).channel, Channel::sms);
  refuse(Channel::sms);
  EXPECT_EQ(record.due, std::nullopt);
}

TEST(Notifications, UnderstandOutcomesThatWereKeptBeforeThereWasAResult) {
  const auto outcome = [](std::string_view text) {
    return result_of(*read_json<NoticeOutcome>(text, Reading::lenient));
  };
  EXPECT_EQ(outcome(R"({"kind":"paid","channel":"sms","sent":true})"), NoticeResult::sent);
  EXPECT_EQ(outcome(R"({"kind":"paid","channel":"sms","sent":false})"), NoticeResult::failed);
}

const Notices told{.id = Id{Id::Bytes{0x65, 1}},
                   .name = "Ada",
                   .notices = {{.status = NoticeStatus::sent,
                                .attempt = 1,
                                .address = "ada@b.example",
                                .subject = "Order 1 is paid"}}};

void expect_erased(const Decision& decision) {
  EXPECT_EQ(std::get<PersonalDataErased>(decision.send.back()).by, ServiceName::notifications);
  EXPECT_EQ(decision.forget.size(), 1U);
  const auto& record = *decision.save.at(0).as<Notices>();
  EXPECT_EQ(record.name, "");
  EXPECT_EQ(record.notices.at(0).address, "");
  EXPECT_EQ(record.notices.at(0).subject, "");
  EXPECT_EQ(record.notices.at(0).status, NoticeStatus::sent) << "that they were told stays";
  EXPECT_FALSE(record.erase_requested);
}

TEST(Notifications, ForgetWhoWasTold) {
  expect_erased(decide(ErasePersonalData{.to = ServiceName::notifications}, make_record(told)));
}

// Who sends it keeps what was sent, after what was kept has been erased.
TEST(Notifications, ForgetWhoIsBeingToldOnceNothingIsUnderWay) {
  auto pending = told;
  pending.notices[0].status = NoticeStatus::pending;
  pending.due = now;
  const auto asked =
      decide(ErasePersonalData{.to = ServiceName::notifications}, make_record(pending));
  EXPECT_THAT(asked.send, testing::IsEmpty());
  EXPECT_THAT(asked.forget, testing::IsEmpty());
  const auto& waits = asked.save.at(0);
  EXPECT_EQ(waits.as<Notices>()->name, "Ada");
  expect_erased(decide(NoticeOutcome{.result = NoticeResult::sent}, waits));
}

TEST(Notifications, ThatThereAreNoneIsSaid) {
  const auto decision = decide(ErasePersonalData{.to = ServiceName::notifications}, {});
  EXPECT_THAT(decision.save, testing::IsEmpty());
  EXPECT_EQ(decision.send.size(), 1U);
}

TEST(Notifications, AreSentAgainSoonAndThenFarApartForOverTenMinutes) {
  Notices record{.notices = {{.attempt = 1, .address = "a@b.example"}}, .due = now};
  std::vector<std::int64_t> waited;
  while (record.due && waited.size() < 20) {
    const auto at = *record.due;
    const auto decision = decide(WakeUp{}, make_record(record), at);
    record = *decision.save.front().as<Notices>();
    if (record.due) waited.push_back((*record.due - at) / std::chrono::seconds{1});
  }
  EXPECT_THAT(waited, testing::ElementsAre(4, 8, 16, 32, 64, 128, 256, 256, 256));
}

TEST(Notifications, TellTheOrderOnlyOfTheLastTryThatItFailed) {
  Notices record{.notices = {{.attempt = attempts_max - 1, .address = "a@b.example"}}, .due = now};
  EXPECT_THAT(shown_by(decide(WakeUp{}, make_record(record))), testing::IsEmpty());
  record.notices[0].attempt = attempts_max;
  EXPECT_THAT(shown_by(decide(WakeUp{}, make_record(record))),
              testing::ElementsAre(NoticeStatus::failed));
}

}  // namespace
}  // namespace oms::notifications
