#include "services/notifications/service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oms::notifications {
namespace {

// The one record that these messages need.
class Kept final : public Records {
 public:
  explicit Kept(Record record) : record_(std::move(record)) {}
  const Record* find(const Key&) const override { return record_ ? &record_ : nullptr; }
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
  EXPECT_THAT(shown_by(decide(NoticeOutcome{.sent = false}, make_record(record))),
              testing::IsEmpty());
  EXPECT_THAT(shown_by(decide(NoticeOutcome{.sent = true}, make_record(record))),
              testing::ElementsAre(NoticeStatus::sent));
}

TEST(Notifications, AreSentAgainSoonAndThenEachHalfMinute) {
  Notices record{.notices = {{.attempt = 1, .address = "a@b.example"}}, .due = now};
  std::vector<std::int64_t> waited;
  while (record.due && waited.size() < 20) {
    const auto at = *record.due;
    const auto decision = decide(WakeUp{}, make_record(record), at);
    record = *decision.save.front().as<Notices>();
    if (record.due) waited.push_back((*record.due - at) / std::chrono::seconds{1});
  }
  EXPECT_THAT(waited, testing::ElementsAre(4, 8, 16, 30, 30, 30, 30, 30));
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
