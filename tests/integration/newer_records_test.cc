// What a newer version has written cannot be decided by this one, which leaves it alone and goes
// on.
#include "tests/integration/runtime_fixture.h"
#include "tests/support/newer_type.h"

namespace oms::testing {
namespace {

using ::testing::ElementsAre;

const Id shared_id{Id::Bytes{0x65, 9}};

// Notes an order, and has stock count it. What is done by hand needs the note that all share, too.
class NotingService final : public BasicService {
 public:
  struct Note {
    Id id;
  };
  ServiceName name() const override { return ServiceName::kitchen; }
  std::vector<const RecordType*> owns() const override;
  void needs(const Message& message, const Records&, Keys& keys) const override;
  Decision decide(const Message& message, const Records&, Now) const override;
};
BOOST_DESCRIBE_STRUCT(NotingService::Note, (), (id))

const RecordType& record_type(const NotingService::Note*) {
  static const RecordType type = define_record<NotingService::Note>({.table = "kitchen_note"});
  return type;
}

std::vector<const RecordType*> NotingService::owns() const {
  return {&type_of<Note>()};
}
void NotingService::needs(const Message& message, const Records&, Keys& keys) const {
  keys.push_back(key_of<Note>(message.order_id.text()));
  const bool is_by_hand = std::holds_alternative<HandleTicket>(message.payload);
  if (is_by_hand) keys.push_back(key_of<Note>(shared_id.text()));
}
Decision NotingService::decide(const Message& message, const Records&, Now) const {
  Decision decision;
  decision.saves(Note{message.order_id}).shows(key_of<Note>(message.order_id.text()));
  return std::move(decision.sends(ReleaseStock{}));
}

class NewerRecords : public RuntimeTest {
 protected:
  // As a newer version has left it.
  template <class T>
  void left(const T& record) {
    const Change change{.key = {&newer<T>(), ShortText{record.id.text()}},
                        .record = Record{newer<T>(), std::make_shared<const T>(record)}};
    ASSERT_TRUE(store_.inner.commit({&change, 1}));
  }
  // It is gone, and with it what kept this version from going on.
  template <class T>
  void clear(const Id& id) {
    const Change change{.key = {&newer<T>(), ShortText{id.text()}}, .record = {}, .expected = 1};
    ASSERT_TRUE(store_.inner.commit({&change, 1})) << "it was changed";
  }
  void say_here(Payload payload, const Id& about) {
    here_.offer({.id = {}, .order_id = about, .payload = std::move(payload)}, runtime::Lane::normal,
                [this](const Result<Record>& answer) {
                  told_.push_back(answer ? "done" : text_of(answer));
                });
  }
  void receive(const Message& message, std::int64_t number) {
    const auto to = destination(message.payload);
    here_.receive(to_envelope(message, {ServiceName::coordinator, to, number}),
                  [this](Disposition disposition) { dispositions_.push_back(disposition); });
  }
  bool has_note(const Id& id) {
    return static_cast<bool>(store_.inner.get(key_of<NotingService::Note>(id.text()))->record);
  }

  NotingService noting_;
  runtime::Services both_{{&tally_, &noting_, &desk_}, true};
  ScramblingBroker broker_;
  runtime::Runtime here_{{.services = both_,
                          .store = store_,
                          .clock = clock_,
                          .ids = ids_,
                          .start_effects = {},
                          .observe = {},
                          .broker = &broker_},
                         {}};
  std::vector<Disposition> dispositions_;
};

TEST_F(NewerRecords, OnlyWhatNeedsThemIsRefused) {
  left(Tally{.id = a_, .count = 7});
  say(ReleaseStock{}, a_);
  say(ReleaseStock{}, b_);
  ASSERT_TRUE(step());
  EXPECT_THAT(told_, ElementsAre("unavailable", "1"));
  EXPECT_EQ(letters(), 0U);
  clear<Tally>(a_);
}

TEST_F(NewerRecords, WhatWouldOnlyCauseTheirChangeIsRefusedAsAWhole) {
  left(Tally{.id = a_, .count = 7});
  say_here(PrepareOrder{}, a_);
  say_here(PrepareOrder{}, b_);
  ASSERT_TRUE(here_.step(Duration{0}));
  EXPECT_THAT(told_, ElementsAre("unavailable", "done"));
  EXPECT_FALSE(has_note(a_));
  EXPECT_TRUE(has_note(b_));
  EXPECT_EQ(count_of(b_), 1) << "once, though it was decided twice";
  EXPECT_EQ(letters(), 0U);
  clear<Tally>(a_);
}

TEST_F(NewerRecords, AWakeUpOfOneWaitsAndTheOthersGoOn) {
  left(Tally{.id = a_, .count = 7, .due = clock_.now() + Duration{1000}});
  say(RestockItem{}, b_);
  ASSERT_TRUE(step());
  clock_.advance(Duration{1000});
  for (int looks = 0; looks < 3; ++looks) ASSERT_TRUE(step());
  EXPECT_EQ(count_of(b_), 2);
  EXPECT_EQ(letters(), 0U);
  const auto woken = runtime_.counters().wake_ups.load();
  for (int seconds = 0; seconds < 30; ++seconds) {
    clock_.advance(Duration{1000});
    ASSERT_TRUE(step());
  }
  EXPECT_EQ(runtime_.counters().wake_ups.load(), woken);
  clock_.advance(std::chrono::minutes{1});
  ASSERT_TRUE(step());
  EXPECT_EQ(runtime_.counters().wake_ups.load(), woken + 1) << "it is still due";
  clear<Tally>(a_);
}

TEST_F(NewerRecords, AMessageFromElsewhereStaysWithTheBroker) {
  left(Tally{.id = a_});
  const Message first{.id = ids_.make(clock_.now()), .order_id = a_, .payload = ReleaseStock{}};
  const Message other{.id = ids_.make(clock_.now()), .order_id = b_, .payload = ReleaseStock{}};
  receive(first, 1);
  receive(other, 1);
  ASSERT_TRUE(here_.step(Duration{0}));
  EXPECT_THAT(dispositions_, ElementsAre(Disposition::retry, Disposition::ack));
  clear<Tally>(a_);
  receive(first, 1);
  ASSERT_TRUE(here_.step(Duration{0}));
  EXPECT_EQ(dispositions_.back(), Disposition::ack);
  EXPECT_EQ(count_of(a_), 1);
  EXPECT_EQ(letters(), 0U);
}

TEST_F(NewerRecords, WhatCameEarlyIsKeptAndTheOneBeforeItIsDecided) {
  receive({.id = ids_.make(clock_.now()), .order_id = a_, .payload = HandleTicket{}}, 2);
  ASSERT_TRUE(here_.step(Duration{0}));
  left(NotingService::Note{shared_id});
  receive({.id = ids_.make(clock_.now()), .order_id = a_, .payload = PrepareOrder{}}, 1);
  ASSERT_TRUE(here_.step(Duration{0}));
  EXPECT_THAT(dispositions_, ElementsAre(Disposition::ack, Disposition::ack));
  EXPECT_EQ(count_of(a_), 1);
  clear<NotingService::Note>(shared_id);
  clock_.advance(std::chrono::minutes{1});
  ASSERT_TRUE(here_.step(Duration{0}));
  EXPECT_EQ(count_of(a_), 2);
  EXPECT_EQ(letters(), 0U);
}

}  // namespace
}  // namespace oms::testing
