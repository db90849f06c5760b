// Questions to services elsewhere: how many may be open, and what becomes of them at the end.
#include <atomic>
#include <deque>
#include <thread>

#include "tests/integration/runtime_fixture.h"

namespace oms::testing {
namespace {

using ::testing::ElementsAre;

// Asks stock, which lives elsewhere, and cannot bear the answer.
class FailingOrders final : public BasicService {
 public:
  ServiceName name() const override { return ServiceName::orders; }
  std::vector<const RecordType*> owns() const override { return {}; }
  std::vector<Question> questions(const Message&) const override { return {QuoteLines{}}; }
  void needs(const Message&, const Records&, Keys&) const override {}
  Decision decide(const Message&, const Records&, Now) const override {
    throw std::runtime_error("too much");
  }
};

class PeersTest : public ::testing::Test, protected Peers {
 protected:
  void ask(const Question&, OnAnswer on_answer) override { asked_.push_back(std::move(on_answer)); }
  void place() {
    runtime_.offer({.id = {}, .order_id = order_, .payload = PlaceOrder{}}, runtime::Lane::normal,
                   [this](const Result<Record>& answer) { told_.push_back(answer.error().kind); });
  }
  Result<Record> settle(SettleDeadLetter::Action action) {
    const auto letters = store_.find({.type = &type_of<runtime::DeadLetter>()});
    Result<Record> told = fail(ErrorKind::internal, "there was no answer");
    runtime_.offer(
        {.id = {},
         .order_id = order_,
         .payload =
             SettleDeadLetter{.id = letters->records.at(0).record.as<runtime::DeadLetter>()->id,
                              .action = action}},
        runtime::Lane::normal, [&](Result<Record> answer) { told = std::move(answer); });
    EXPECT_TRUE(runtime_.step(Duration{0}));
    return told;
  }

  ManualClock clock_;
  MemoryStore store_;
  runtime::IdSource ids_{{1, 2, 3, 4, 5}};
  FailingOrders orders_;
  runtime::DeadLetterDesk desk_;
  runtime::Services services_{{&orders_, &desk_}, true};
  std::deque<OnAnswer> asked_;
  std::vector<ErrorKind> told_;
  runtime::Runtime runtime_{{.services = services_,
                             .store = store_,
                             .clock = clock_,
                             .ids = ids_,
                             .start_effects = {},
                             .observe = {},
                             .peers = this},
                            {.lane_max = 2, .patience = Duration{1}}};
  const Id order_ = ids_.make(clock_.now());
};

TEST_F(PeersTest, OnlySoManyMayWaitForAnAnswer) {
  for (int n = 0; n < 3; ++n) place();
  EXPECT_EQ(asked_.size(), 2U);
  EXPECT_THAT(told_, ElementsAre(ErrorKind::unavailable));
  asked_.front()(fail(ErrorKind::unavailable, "nobody answers"));
  place();
  EXPECT_EQ(asked_.size(), 3U) << "there is room again";
}

TEST_F(PeersTest, TheLoopDoesNotEndBeforeTheLastAnswerHasCome) {
  place();
  std::atomic<bool> has_ended{false};
  std::jthread loop{[&] {
    EXPECT_TRUE(runtime_.run());
    has_ended = true;
  }};
  runtime_.close();
  std::this_thread::sleep_for(std::chrono::milliseconds{30});
  EXPECT_FALSE(has_ended);
  asked_.front()(Quote{});
  loop.join();
  EXPECT_THAT(told_, ElementsAre(ErrorKind::unavailable)) << "it was too late to decide it";
}

// Its questions cannot be put again for nobody, and its caller was told that it has failed.
TEST_F(PeersTest, ADeadLetterWhoseQuestionsGoElsewhereCanOnlyBeDropped) {
  place();
  asked_.front()(Quote{});
  ASSERT_TRUE(runtime_.step(Duration{0}));
  EXPECT_THAT(told_, ElementsAre(ErrorKind::internal));
  const auto replayed = settle(SettleDeadLetter::Action::replay);
  ASSERT_FALSE(replayed);
  EXPECT_EQ(replayed.error().kind, ErrorKind::conflict);
  EXPECT_TRUE(settle(SettleDeadLetter::Action::drop));
  EXPECT_TRUE(store_.find({.type = &type_of<runtime::DeadLetter>()})->records.empty());
}

}  // namespace
}  // namespace oms::testing
