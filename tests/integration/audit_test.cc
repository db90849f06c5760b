// What is done on somebody's behalf goes on record, in the commit that decides it.
#include "runtime/audit.h"

#include "tests/integration/runtime_fixture.h"

namespace oms::testing {
namespace {

using runtime::AuditEntry;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Audit : public RuntimeTest {
 protected:
  Id say_by(Payload payload, const Id& about, By by = {.who = "operator"},
            std::optional<Once> once = {}) {
    const auto id = ids_.make(clock_.now());
    runtime_.offer({.id = id,
                    .order_id = about,
                    .payload = std::move(payload),
                    .once = std::move(once),
                    .by = std::move(by)},
                   runtime::Lane::urgent,
                   [this](const Result<Record>& answer) { told_.push_back(text_of(answer)); });
    return id;
  }
  // Who, what, about what, and how it ended; oldest first.
  std::vector<std::string> record() {
    std::vector<std::string> lines;
    const auto page =
        store_.inner.find({.type = &type_of<AuditEntry>(), .newest_first = false, .limit = 100});
    for (const auto& found : page->records) {
      const auto& entry = *found.record.as<AuditEntry>();
      auto line = entry.who + ": " + entry.action + " of " + entry.subject + ", " + entry.outcome;
      if (!entry.reason.empty()) line += " (" + entry.reason + ")";
      lines.push_back(std::move(line));
    }
    return lines;
  }
};

TEST_F(Audit, TellsWhatWasDoneAndWhatWasRefused) {
  say_by(RestockItem{.product_id = "soup", .quantity = 3, .reason = "delivery"}, {});
  ASSERT_TRUE(step());
  say_by(SetItem{.product_id = "unknown"}, {}, {.who = "operator", .reason = "a guess"});
  ASSERT_TRUE(step());
  EXPECT_THAT(
      record(),
      ElementsAre("operator: RestockItem of soup, done (delivery)",
                  "operator: SetItem of unknown, refused: there is no such item (a guess)"));
}

TEST_F(Audit, IsAboutTheOrderWhereThereIsOne) {
  const auto id = say_by(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  EXPECT_THAT(record(), ElementsAre("operator: ReleaseStock of " + a_.text() + ", done"));
  const auto found = store_.inner.get(key_of<AuditEntry>(id));
  ASSERT_TRUE(found && found->record);
  EXPECT_EQ(found->record.as<AuditEntry>()->at, clock_.wall());
}

TEST_F(Audit, NamesWhatWasMadeByTheIdThatItWasGiven) {
  const auto id = say_by(SetItem{.name = "Brie"}, {});
  ASSERT_TRUE(step());
  const auto found = store_.inner.get(key_of<AuditEntry>(id));
  EXPECT_EQ(found->record.as<AuditEntry>()->subject, Id{}.text()) << "as the service has shown it";
}

TEST_F(Audit, DoesNotTellOfWhatNobodyAskedFor) {
  say(ReleaseStock{}, a_);
  ASSERT_TRUE(step());
  EXPECT_THAT(record(), IsEmpty());
}

TEST_F(Audit, TellsOfARuleThatFailedAndOfTheReplay) {
  say_by(CommitStock{}, a_);
  ASSERT_TRUE(step());
  ASSERT_EQ(record().size(), 1U);
  EXPECT_TRUE(record()[0].contains("refused: the request could not be decided")) << record()[0];
  const auto letters = store_.inner.find({.type = &type_of<runtime::DeadLetter>()});
  const auto letter = letters->records.at(0).record.as<runtime::DeadLetter>()->id;
  say_by(SettleDeadLetter{.id = letter, .action = SettleDeadLetter::Action::drop}, a_,
         {.who = "operator", .reason = "settled by hand"});
  ASSERT_TRUE(step());
  EXPECT_EQ(record().back(),
            "operator: SettleDeadLetter drop of " + a_.text() + ", done (settled by hand)");
}

TEST_F(Audit, TellsOnceOfWhatIsAskedForTwice) {
  const Once once{.key = ShortText{"key"}, .fingerprint = "body"};
  for (int i = 0; i < 2; ++i) {
    say_by(ReleaseStock{}, a_, {.who = "operator"}, once);
    ASSERT_TRUE(step());
  }
  EXPECT_EQ(count_of(a_), 1);
  EXPECT_EQ(record().size(), 1U);
}

TEST_F(Audit, TellsOfWhatNoServiceDecides) {
  say_by(NoteAction{.action = "BackUp", .subject = "/var/backups/oms.db"}, {});
  ASSERT_TRUE(step());
  EXPECT_THAT(record(), ElementsAre("operator: BackUp of /var/backups/oms.db, done"));
  EXPECT_THAT(told_, ElementsAre("nothing"));
  EXPECT_EQ(letters(), 0U);
}

TEST_F(Audit, TellsOfEachThatOneRequestHasSent) {
  const auto id = ids_.make(clock_.now());
  for (const auto& about : {a_, b_}) {
    runtime_.offer({.id = id, .order_id = about, .payload = ReleaseStock{}, .by = By{.who = "x"}},
                   runtime::Lane::urgent, [](const Result<Record>&) {});
  }
  ASSERT_TRUE(step());
  EXPECT_EQ(record().size(), 2U);
}

TEST(AuditEnvelope, CarriesOnWhoseBehalfAMessageIsSent) {
  const Message message{.id = Id{{1}},
                        .order_id = Id{{2}},
                        .payload = ReleaseStock{},
                        .by = By{.who = "operator", .reason = "a reason"}};
  const auto envelope = to_envelope(message, {ServiceName::orders, ServiceName::stock, 1});
  const auto arrived = to_message(envelope);
  ASSERT_TRUE(arrived && arrived->by);
  EXPECT_EQ(arrived->by->who, "operator");
  EXPECT_EQ(arrived->by->reason, "a reason");
}

}  // namespace
}  // namespace oms::testing
