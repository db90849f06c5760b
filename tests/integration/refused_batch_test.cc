// What becomes of a batch that another process was faster than.
#include "tests/integration/runtime_fixture.h"

namespace oms::testing {
namespace {

using ::testing::ElementsAre;

// A caller that has lost the answer asks again, and the second request arrives elsewhere.
TEST_F(RuntimeTest, AnOrderThatIsNewToThisProcessMayExistAllTheSame) {
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  runtime::Runtime other{parts(), {}};
  other.offer({.id = {}, .order_id = a_, .payload = ReleaseStock{}, .fresh = true},
              runtime::Lane::normal,
              [this](const Result<Record>& answer) { told_.push_back(text_of(answer)); });
  while (other.queue_size() > 0) ASSERT_TRUE(other.step(Duration{0}));
  ASSERT_TRUE(other.step(Duration{0}));
  EXPECT_THAT(told_, ElementsAre("1", "2"));
}

TEST_F(RuntimeTest, WhoeverHasLostARaceKeepsTheRecordsFromOthersUntilItHasCommitted) {
  runtime::Runtime other{parts(), {}};
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  other.offer({.id = {}, .order_id = a_, .payload = ReleaseStock{}, .fresh = true},
              runtime::Lane::normal);
  ASSERT_TRUE(other.step(Duration{0}));
  ASSERT_TRUE(other.step(Duration{0}));
  EXPECT_EQ(store_.held, Hold::yes);
  say(ReleaseStock{}, b_);
  ASSERT_TRUE(step());
  EXPECT_EQ(store_.held, Hold::no) << "as long as nobody is faster there is no need";
}

}  // namespace
}  // namespace oms::testing
