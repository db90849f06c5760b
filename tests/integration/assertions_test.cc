// What a service must not do, and the runtime neither: each is noticed before it is written or
// sent.
#include "base/assert.h"
#include "runtime/relay.h"
#include "tests/integration/runtime_fixture.h"

namespace oms::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

// Asks for no record, and still reads or saves one.
class CarelessService final : public BasicService {
 public:
  ServiceName name() const override { return ServiceName::stock; }
  std::vector<const RecordType*> owns() const override { return {&type_of<Tally>()}; }
  void needs(const Message&, const Records&, Keys&) const override {}
  Decision decide(const Message& message, const Records& records, Now) const override {
    const bool reads = std::holds_alternative<RestockItem>(message.payload);
    if (reads) (void)records.get<Tally>(message.order_id.text());
    Decision decision;
    decision.saves(Tally{.id = message.order_id, .count = 1});
    return decision;
  }
};

class CarelessTest : public RuntimeTest {
 protected:
  std::string letter() {
    const auto page = store_.inner.find({.type = &type_of<runtime::DeadLetter>(), .limit = 2});
    return page->records.size() == 1
               ? page->records.front().record.as<runtime::DeadLetter>()->reason
               : "no letter, or several";
  }
  Result<void> decide(Payload payload) {
    runtime::Runtime runtime{{.services = careless_services_,
                              .store = store_,
                              .clock = clock_,
                              .ids = ids_,
                              .start_effects = {},
                              .observe = {}},
                             {}};
    runtime.offer({.id = {}, .order_id = a_, .payload = std::move(payload)}, runtime::Lane::normal,
                  {});
    return runtime.step(Duration{0});
  }

  CarelessService careless_;
  runtime::Services careless_services_{{&careless_, &desk_}};
};

TEST_F(CarelessTest, ARecordThatWasNotAskedForIsNotTakenForAbsent) {
  ASSERT_TRUE(decide(RestockItem{}));
  EXPECT_THAT(letter(), HasSubstr("was read, but the service's `needs` does not name it"));
  EXPECT_EQ(count_of(a_), 0);
}

TEST_F(CarelessTest, ARecordThatWasNotAskedForIsNotSaved) {
  ASSERT_TRUE(decide(ReleaseStock{}));
  EXPECT_THAT(letter(), HasSubstr("changed a record that it did not ask for"));
  EXPECT_EQ(count_of(a_), 0);
}

TEST_F(RuntimeTest, NoEffectStartsBeforeItsCommit) {
  const runtime::Relay relay{nullptr};
  runtime::Batch batch{{services_, store_, relay}, {}};
  EXPECT_THAT([&] { batch.take_effects(); },
              ThrowsMessage<BrokenAssertion>(HasSubstr("before its commit")));
  batch.note_committed();
  EXPECT_TRUE(batch.take_effects().empty());
}

}  // namespace
}  // namespace oms::testing
