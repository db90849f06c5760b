// How many are in flight, what waits for what, and what comes of those that never answer.
#include "runtime/effects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace oms::runtime {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Steady = std::chrono::steady_clock;
using ::testing::ElementsAre;
using ::testing::SizeIs;
constexpr Duration never = std::chrono::hours{1};

PaymentOperation operation(std::string key) {
  return {.order_id = Id{Id::Bytes{0x65, 1}}, .idempotency_key = std::move(key)};
}
NoticeToSend notice(std::string key, Channel channel) {
  return {.order_id = Id{Id::Bytes{0x65, 1}}, .key = std::move(key), .channel = channel};
}

// Those who wait for what another thread does.
class Watched {
 public:
  template <class Condition>
  [[nodiscard]] bool await(Condition condition) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, seconds{10}, condition);
  }

 protected:
  template <class Change>
  void change(Change change) {
    {
      const std::scoped_lock lock{mutex_};
      change();
    }
    changed_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable changed_;
};

// Answers when the test says so.
class SlowProvider final : public PaymentProvider, public Watched {
 public:
  EffectLimits limits() const override { return limits_; }
  void start(PaymentOperation asked, Done done) override {
    change([&] {
      keys_.push_back(asked.idempotency_key);
      waiting_.emplace(asked.idempotency_key, std::move(done));
      most_in_flight_ = std::max(most_in_flight_, waiting_.size());
    });
  }
  void list(ChargesWanted, OnCharges on_charges) override { on_charges(ChargePage{}); }
  Result<Message> read_webhook(std::string_view, std::string_view, Time) const override {
    return Message{};
  }

  // What the one call that waits under this key calls back.
  Done take(const std::string& key) {
    EXPECT_TRUE(await([&] { return waiting_.contains(key); })) << key << " was not started";
    const std::scoped_lock lock{mutex_};
    return std::move(waiting_.extract(key).mapped());
  }
  void answer(const std::string& key) { take(key)({.result = PaymentOutcome::Result::done}); }
  void answer_all() {
    std::multimap<std::string, Done> waiting;
    change([&] { std::swap(waiting, waiting_); });
    for (auto& [key, done] : waiting) done({.result = PaymentOutcome::Result::done});
  }
  [[nodiscard]] bool await_started(std::size_t count) {
    return await([&] { return keys_.size() >= count; });
  }
  std::vector<std::string> keys() {
    const std::scoped_lock lock{mutex_};
    return keys_;
  }
  std::size_t most_in_flight() {
    const std::scoped_lock lock{mutex_};
    return most_in_flight_;
  }

  EffectLimits limits_{.deadline = never};

 private:
  std::vector<std::string> keys_;
  std::multimap<std::string, Done> waiting_;
  std::size_t most_in_flight_ = 0;
};

class SilentNotifier : public Notifier {
 public:
  EffectLimits limits() const override { return {.deadline = milliseconds{50}}; }
  void start(NoticeToSend, Done) override {}
  void erase(std::vector<Id>, Erased) override {}
};

// Answers before `start` returns.
class PromptNotifier final : public SilentNotifier {
 public:
  void start(NoticeToSend, Done done) override { done(result); }
  NoticeResult result = NoticeResult::sent;
};

class Outcomes : public Watched {
 public:
  bool deliver(const Message& message) {
    bool is_taken = true;
    change([&] {
      is_taken = turned_away == 0;
      if (!is_taken) {
        --turned_away;
        return;
      }
      traces_.push_back(message.trace);
      all_.push_back(message.payload);
    });
    return is_taken;
  }
  template <class Outcome>
  std::vector<Outcome> await(std::size_t count) {
    std::vector<Outcome> found;
    EXPECT_TRUE(Watched::await([&] {
      found.clear();
      for (const auto& one : all_) {
        if (const auto* outcome = std::get_if<Outcome>(&one)) found.push_back(*outcome);
      }
      return found.size() >= count;
    }));
    return found;
  }
  std::vector<Trace> traces() {
    const std::scoped_lock lock{mutex_};
    return traces_;
  }

  int turned_away = 0;  // the next ones, for want of place

 private:
  std::vector<Payload> all_;
  std::vector<Trace> traces_;
};

class EffectsTest : public ::testing::Test {
 protected:
  ~EffectsTest() override {
    if (effects_) {
      std::jthread answering{[this](const std::stop_token& end) {
        for (; !end.stop_requested(); std::this_thread::sleep_for(milliseconds{1})) {
          provider_.answer_all();
        }
      }};
      effects_->stop();
    }
  }
  Effects& effects() {
    if (!effects_) {
      effects_.emplace(Effects::Parts{
          .payments = &provider_,
          .email = &email_,
          .sms = &sms_,
          .deliver = [this](const Message& message) { return outcomes_.deliver(message); }});
    }
    return *effects_;
  }
  void start(std::string key) { effects().start({operation(std::move(key))}); }
  std::vector<PaymentOutcome> payments(std::size_t count) {
    return outcomes_.await<PaymentOutcome>(count);
  }
  std::vector<NoticeOutcome> notices(std::size_t count) {
    return outcomes_.await<NoticeOutcome>(count);
  }

  SlowProvider provider_;
  SilentNotifier email_;
  PromptNotifier sms_;
  Outcomes outcomes_;
  std::optional<Effects> effects_;
};

TEST_F(EffectsTest, ARetryOfWhatIsInFlightIsNotStarted) {
  provider_.limits_.in_flight_max = 1;
  start("a");
  ASSERT_TRUE(provider_.await_started(1));
  start("a");
  start("b");
  start("b");
  provider_.answer("a");
  provider_.answer("b");
  payments(2);
  effects().stop();
  EXPECT_THAT(provider_.keys(), ElementsAre("a", "b"));
  EXPECT_EQ(effects().counts().payments.dropped, 0U) << "none is lost: each has its one answer";
}

TEST_F(EffectsTest, ARetryAfterTheAnswerIsStarted) {
  for (std::size_t i = 1; i <= 2; ++i) {
    start("a");
    provider_.answer("a");
    payments(i);
  }
  EXPECT_THAT(provider_.keys(), ElementsAre("a", "a"));
}

TEST_F(EffectsTest, AreInFlightUpToABoundAndThoseThatFindTheQueueFullAreCounted) {
  provider_.limits_ = {.in_flight_max = 2, .queue_max = 3, .deadline = never};
  start("a");
  start("b");
  ASSERT_TRUE(provider_.await_started(2));
  for (const auto* key : {"c", "d", "e", "f", "g"}) start(key);
  const auto counts = effects().counts().payments;
  EXPECT_EQ(counts.in_flight, 2U);
  EXPECT_EQ(counts.dropped, 2U);
  provider_.answer("b");
  ASSERT_TRUE(provider_.await_started(3)) << "its place is free";
  for (const auto* key : {"a", "c", "d", "e"}) provider_.answer(key);
  payments(5);
  EXPECT_THAT(provider_.keys(), ElementsAre("a", "b", "c", "d", "e"));
}

// A provider on a slow line: each call takes 30 ms, and as many as come go side by side.
class FarProvider final : public PaymentProvider, public Watched {
 public:
  void start(PaymentOperation, Done done) override {
    change([&] {
      calls_.emplace_back(Steady::now() + latency, std::move(done));
      most = std::max(most, calls_.size());
    });
  }
  void list(ChargesWanted, OnCharges on_charges) override { on_charges(ChargePage{}); }
  Result<Message> read_webhook(std::string_view, std::string_view, Time) const override {
    return Message{};
  }

  static constexpr milliseconds latency{30};
  std::size_t most = 0;

 private:
  void run(const std::stop_token& end) {
    while (!end.stop_requested()) {
      std::this_thread::sleep_for(milliseconds{1});
      std::vector<Done> ended;
      change([&] {
        while (!calls_.empty() && calls_.front().first <= Steady::now()) {
          ended.push_back(std::move(calls_.front().second));
          calls_.pop_front();
        }
      });
      for (auto& done : ended) done({.result = PaymentOutcome::Result::done});
    }
  }

  std::deque<std::pair<Steady::time_point, Done>> calls_;
  std::jthread thread_{[this](const std::stop_token& end) { run(end); }};
};

TEST_F(EffectsTest, AtASlowProviderGoSideBySide) {
  constexpr std::size_t calls = 256;
  FarProvider far;
  Effects effects{
      {.payments = &far, .email = &email_, .sms = &sms_, .deliver = [this](const Message& m) {
         return outcomes_.deliver(m);
       }}};
  std::vector<Effect> all;
  for (std::size_t i = 0; i < calls; ++i) all.emplace_back(operation(std::to_string(i)));
  const auto begin = Steady::now();
  effects.start(std::move(all));
  payments(calls);
  const auto rounds = (Steady::now() - begin) / FarProvider::latency;
  effects.stop();
  EXPECT_EQ(far.most, 32U);
  EXPECT_GE(rounds, 8) << "256 calls, 32 at a time";
  EXPECT_LT(rounds, 24) << "a busy machine may take longer, but not as one after the other would";
}

TEST_F(EffectsTest, AnEmailThatHangsDelaysNoSms) {
  std::vector<Effect> mails;
  for (int i = 0; i < 100; ++i) {
    mails.emplace_back(notice("mail" + std::to_string(i), Channel::email));
  }
  effects().start(std::move(mails));
  effects().start({notice("sms", Channel::sms)});
  const auto first = notices(1).front();
  EXPECT_EQ(first.channel, Channel::sms);
  EXPECT_EQ(first.result, NoticeResult::sent);
}

TEST_F(EffectsTest, ANoticeThatIsRefusedIsToldApartFromOneThatFailed) {
  sms_.result = NoticeResult::refused;
  effects().start({notice("sms", Channel::sms)});
  EXPECT_EQ(notices(1).front().result, NoticeResult::refused);
}

TEST_F(EffectsTest, ANoticeWithoutAnAnswerHasFailedAndMayBeTriedAgain) {
  effects().start({notice("mail", Channel::email)});
  EXPECT_EQ(notices(1).front().result, NoticeResult::failed);
}

TEST_F(EffectsTest, AnOutcomeIsInTheTraceOfItsEffect) {
  auto asked = operation("a");
  auto told = notice("sms", Channel::sms);
  const auto trace = child_trace(order_trace(asked.order_id), asked.order_id);
  asked.trace = told.trace = trace;
  effects().start({asked, told});
  provider_.answer("a");
  payments(1);
  notices(1);
  EXPECT_THAT(outcomes_.traces(), ElementsAre(trace, trace));
}

TEST_F(EffectsTest, AnOutcomeNamesTheRequestThatItAnswers) {
  auto asked = operation("link");
  asked.request = 7;
  effects().start({asked});
  provider_.answer("link");
  EXPECT_EQ(payments(1).front().request, 7);
}

TEST_F(EffectsTest, ACallThatNeverAnswersIsUnknownAtItsDeadlineAndFreesItsPlace) {
  provider_.limits_ = {.in_flight_max = 1, .deadline = milliseconds{100}};
  start("a");
  ASSERT_TRUE(provider_.await_started(1));
  start("b");
  EXPECT_EQ(payments(1).front().result, PaymentOutcome::Result::unknown);
  provider_.answer("b");
  EXPECT_EQ(payments(2).back().result, PaymentOutcome::Result::done);
}

TEST_F(EffectsTest, ALateAnswerIsIgnoredAndSoIsASecondOne) {
  provider_.limits_.deadline = milliseconds{100};
  start("a");
  auto late = provider_.take("a");
  payments(1);
  start("a");
  auto answer = provider_.take("a");
  late({.result = PaymentOutcome::Result::refused});
  answer({.result = PaymentOutcome::Result::done});
  answer({.result = PaymentOutcome::Result::refused});
  effects().stop();
  const auto outcomes = payments(2);
  ASSERT_THAT(outcomes, SizeIs(2));
  EXPECT_EQ(outcomes[0].result, PaymentOutcome::Result::unknown);
  EXPECT_EQ(outcomes[1].result, PaymentOutcome::Result::done);
}

TEST_F(EffectsTest, AnOutcomeThatFindsNoPlaceIsOfferedAgain) {
  outcomes_.turned_away = 3;
  start("a");
  provider_.answer("a");
  EXPECT_THAT(payments(1), SizeIs(1));
  effects().stop();
  EXPECT_THAT(payments(1), SizeIs(1)) << "and taken once";
}

TEST_F(EffectsTest, StopWaitsForWhatIsInFlightAndDropsWhatWaits) {
  provider_.limits_.in_flight_max = 1;
  start("a");
  start("b");
  ASSERT_TRUE(provider_.await_started(1));
  std::jthread answering{[this] {
    std::this_thread::sleep_for(milliseconds{50});
    provider_.answer("a");
  }};
  effects().stop();
  EXPECT_THAT(payments(1), SizeIs(1)) << "its outcome was delivered";
  EXPECT_THAT(provider_.keys(), ElementsAre("a"));
  start("c");
  EXPECT_EQ(effects().counts().payments.dropped, 1U);
}

TEST_F(EffectsTest, AProcessWithoutAProviderHasNoPaymentLane) {
  Effects notices{{.email = &email_, .sms = &sms_, .deliver = [](const Message&) { return true; }}};
  EXPECT_THROW(notices.start({operation("a")}), std::logic_error);
  EXPECT_EQ(notices.counts().payments.in_flight, 0U);
  notices.stop();
}

TEST_F(EffectsTest, StopDoesNotWaitBeyondTheDeadlineAndAnAnswerAfterThatIsSafe) {
  provider_.limits_.deadline = milliseconds{100};
  start("a");
  auto late = provider_.take("a");
  effects().stop();
  EXPECT_EQ(payments(1).front().result, PaymentOutcome::Result::unknown);
  effects_.reset();
  late({.result = PaymentOutcome::Result::done});
  EXPECT_THAT(payments(1), SizeIs(1));
}

}  // namespace
}  // namespace oms::runtime
