// What is started twice while the first is still at it.
#include "runtime/effects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <semaphore>

namespace oms::runtime {
namespace {

using ::testing::ElementsAre;

PaymentOperation operation(const char* key) {
  return {.order_id = Id{Id::Bytes{0x65, 1}}, .idempotency_key = key};
}

// Answers when the test says so.
class SlowProvider final : public PaymentProvider {
 public:
  std::vector<PaymentOutcome> perform(std::span<const PaymentOperation> operations) override {
    for (const auto& asked : operations) keys.push_back(asked.idempotency_key);
    begun_.release();
    answers_.acquire();
    return std::vector<PaymentOutcome>(operations.size());
  }
  Result<Message> read_webhook(std::string_view, std::string_view, Time) const override {
    return Message{};
  }
  void await_call() { begun_.acquire(); }
  void answer() { answers_.release(); }

  std::vector<std::string> keys;

 private:
  std::counting_semaphore<> begun_{0};
  std::counting_semaphore<> answers_{0};
};

class NoNotifier final : public Notifier {
 public:
  std::vector<bool> send(std::span<const NoticeToSend> notices) override {
    return std::vector<bool>(notices.size(), true);
  }
};

class EffectsTest : public ::testing::Test {
 protected:
  void start(const char* key) { effects_.start({operation(key)}); }
  void await_outcome() { outcomes_.acquire(); }

  SlowProvider provider_;
  NoNotifier notifier_;
  std::counting_semaphore<> outcomes_{0};
  Effects effects_{provider_, notifier_, [this](const Message&) { outcomes_.release(); }};
};

TEST_F(EffectsTest, ARetryOfWhatIsInFlightIsNotStarted) {
  start("a");
  provider_.await_call();
  start("a");
  start("b");
  start("b");
  provider_.answer();
  provider_.await_call();
  provider_.answer();
  for (int i = 0; i < 2; ++i) await_outcome();
  EXPECT_THAT(provider_.keys, ElementsAre("a", "b"));
  EXPECT_EQ(effects_.dropped(), 0U) << "none is lost: each has its one answer";
}

TEST_F(EffectsTest, ARetryAfterTheAnswerIsStarted) {
  for (int i = 0; i < 2; ++i) {
    start("a");
    provider_.await_call();
    provider_.answer();
    await_outcome();
  }
  EXPECT_THAT(provider_.keys, ElementsAre("a", "a"));
}

}  // namespace
}  // namespace oms::runtime
