#include "process/event_feed.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <thread>

#include "tests/support/outside.h"

namespace oms::process {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::wait_until;

constexpr Time noon{1'800'000'000'000};

Id id_of(int n) {
  return Id{Id::Bytes{0x65, static_cast<std::uint8_t>(n)}};
}

// A provider with a list of events, payments that take them, and a clock.
class Events : public ::testing::Test, public PaymentProvider, public Commands, public Clock {
 protected:
  // An event of that order (0: of nobody's), that many minutes ago.
  void happens(int n, int minutes_ago, ProviderWord word = ProviderWord::paid, int order = -1) {
    const std::scoped_lock lock{mutex_};
    events_.emplace(noon - minutes{minutes_ago},
                    Message{.id = id_of(n),
                            .order_id = order == 0 ? Id{} : id_of(100 + n),
                            .payload = ProviderEvent{.event_id = "evt_" + std::to_string(n),
                                                     .session_id = order == 0 ? "pi_1" : "cs_1",
                                                     .word = word}});
  }
  EventFeed& feed() {
    if (!feed_) {
      feed_.emplace(EventFeed::Parts{.provider = *this,
                                     .intake = intake_,
                                     .clock = *this,
                                     .warn =
                                         [this](const std::string& text) {
                                           const std::scoped_lock lock{mutex_};
                                           warnings_.push_back(text);
                                         }},
                    Duration{20});
    }
    return *feed_;
  }
  // Runs it for so many passes that come to their end.
  void run(std::uint64_t passes = 2) {
    feed().begin();
    EXPECT_TRUE(wait_until([&] { return feed().counts().passes >= passes; }));
    feed().stop();
  }
  std::vector<int> taken() {
    const std::scoped_lock lock{mutex_};
    return taken_;
  }

  void start(PaymentOperation, Done) override {}
  void list(ChargesWanted, OnCharges on_charges) override { on_charges(ChargePage{}); }
  Result<Message> read_webhook(std::string_view, std::string_view, Time) const override {
    return Message{};
  }
  bool lists_events() const override { return true; }
  void list_events(const EventsWanted& wanted, OnEvents on_events) override {
    std::unique_lock lock{mutex_};
    windows_.emplace_back(wanted.since, wanted.until);
    if (failures_ > 0) {
      --failures_;
      lock.unlock();
      return on_events(fail(ErrorKind::unavailable, "it is away"));
    }
    EventPage page{.unreadable = wanted.cursor.empty() ? unreadable_ : 0};
    std::size_t n = 0;
    const auto skipped = wanted.cursor.empty() ? 0 : std::stoul(wanted.cursor);
    for (const auto& [at, event] : events_) {
      if (at < wanted.since || at >= wanted.until || n++ < skipped) continue;
      if (page.events.size() == 2) {
        page.next = std::to_string(skipped + 2);
        break;
      }
      page.events.push_back(event);
    }
    lock.unlock();
    on_events(std::move(page));
  }
  void find_order(Message event, OnEvent on_event) override {
    if (names_orders_) event.order_id = id_of(99);
    on_event(std::move(event));
  }

  void submit(Message message, Lane lane, Respond respond) override {
    EXPECT_EQ(lane, Lane::urgent);
    bool is_refused = false;
    {
      const std::scoped_lock lock{mutex_};
      is_refused = refusals_ > 0;
      if (is_refused) --refusals_;
      if (!is_refused) taken_.push_back(message.id.bytes()[1]);
    }
    if (is_refused) return respond(fail(ErrorKind::unavailable, "too much waits"));
    respond(undecidable_ ? Result<Record>{fail(ErrorKind::internal, "no rule")}
                         : Result<Record>{Record{}});
  }
  Time now() override { return wall(); }
  Time wall() override { return noon; }

  std::mutex mutex_;
  std::multimap<Time, Message> events_;
  std::vector<std::pair<Time, Time>> windows_;
  std::vector<int> taken_;
  std::vector<std::string> warnings_;
  int failures_ = 0;
  int refusals_ = 0;
  std::size_t unreadable_ = 0;
  bool undecidable_ = false;
  bool names_orders_ = false;
  EventIntake intake_{*this, *this};
  std::optional<EventFeed> feed_;
};

TEST_F(Events, AreTakenOncePageByPage) {
  for (int n = 1; n <= 5; ++n) happens(n, n);
  run(3);
  EXPECT_THAT(taken(), ::testing::UnorderedElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(feed().counts().recovered, 5U);
}

TEST_F(Events, ThatCameByWebhookAreNotTakenAgain) {
  happens(1, 1);
  happens(2, 2);
  intake_.take(events_.begin()->second, [](const Result<void>& done) { EXPECT_TRUE(done); });
  run();
  EXPECT_THAT(taken(), ElementsAre(2, 1));
  EXPECT_EQ(feed().counts().recovered, 1U);
}

TEST_F(Events, AreLookedForFromSomeHoursBeforeTheStartThenFromTheLastPass) {
  happens(1, 5 * 60);
  happens(2, 7 * 60);
  run();
  EXPECT_THAT(taken(), ElementsAre(1)) << "older ones are told by webhook again";
  ASSERT_GE(windows_.size(), 2U);
  EXPECT_EQ(windows_.at(0).second, noon - Duration{20}) << "a webhook on its way comes first";
  EXPECT_EQ(windows_.at(1).first, noon - Duration{20} - minutes{10})
      << "and it overlaps: events may be listed late";
}

TEST_F(Events, AreNotMissedWhereTheProviderWasAway) {
  happens(1, 5);
  failures_ = 3;
  run(1);
  EXPECT_THAT(taken(), ElementsAre(1));
  EXPECT_EQ(windows_.at(3).first, windows_.at(0).first) << "from where it had come";
  EXPECT_EQ(feed().counts().failures, 3U);
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("it is away"), ::testing::_))
      << "when it begins, and when it is over";
}

TEST_F(Events, ThatFindNoPlaceAreTakenLater) {
  happens(1, 5);
  happens(2, 4);
  refusals_ = 1;
  run(2);
  EXPECT_THAT(taken(), ::testing::UnorderedElementsAre(1, 2));
}

TEST_F(Events, ThatNoRuleDecidesAreAmongTheDeadLettersAndNotRepeated) {
  happens(1, 5);
  undecidable_ = true;
  run(3);
  EXPECT_THAT(taken(), ElementsAre(1));
}

TEST_F(Events, OfNobodysOrdersAreLeftAndDisputesAreNot) {
  happens(1, 5, ProviderWord::open, 0);
  happens(2, 4, ProviderWord::refund, 0);
  happens(3, 3, ProviderWord::dispute, 0);
  run();
  EXPECT_THAT(taken(), ElementsAre(3)) << "it is told all the same";
  EXPECT_EQ(feed().counts().recovered, 0U);
}

TEST_F(Events, ThatNameNoOrderAreTakenToTheOneThatTheProviderKnows) {
  names_orders_ = true;
  happens(1, 5, ProviderWord::open, 0);
  happens(2, 4, ProviderWord::refund, 0);
  happens(3, 3, ProviderWord::dispute, 0);
  run();
  EXPECT_THAT(taken(), ElementsAre(2, 3));
}

TEST_F(Events, ThatCannotBeReadAreToldOnce) {
  unreadable_ = 2;
  run(4);
  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("2 of the payment provider's events")));
}

TEST_F(Events, EndWithTheProcess) {
  feed().begin();
  feed().stop();
  feed().stop();
  EXPECT_THAT(taken(), IsEmpty());
}

}  // namespace
}  // namespace oms::process
