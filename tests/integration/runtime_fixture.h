#pragma once

// The runtime by itself, with one small service and a store whose disk the test holds back.
#include "runtime/runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "messages/define_record.h"
#include "runtime/dead_letters.h"
#include "tests/support/held_back_store.h"
#include "tests/support/world.h"

namespace oms::testing {

// How often something was said about an order.
struct Tally {
  Id id;
  std::int64_t count = 0;
  std::optional<Time> due;
  bool is_deaf = false;     // stays due, however often it is woken
  bool comes_back = false;  // is due once more, a second after the first time
};
BOOST_DESCRIBE_STRUCT(Tally, (), (id, count, due, is_deaf, comes_back))

inline const RecordType& record_type(const Tally*) {
  static const RecordType type = define_record<Tally>({.table = "stock_tally"});
  return type;
}

// Counts what is said. A commit is more than it can bear; a return, which it passes to itself,
// never ends; a restock is due in a second, and so are an item, which comes back once more, and a
// reservation, which is deaf.
class TallyService final : public BasicService {
 public:
  ServiceName name() const override { return ServiceName::stock; }
  std::vector<const RecordType*> owns() const override { return {&type_of<Tally>()}; }
  void needs(const Message& message, const Records&, Keys& keys) const override {
    keys.push_back(key_of<Tally>(message.order_id.text()));
  }
  Decision decide(const Message& message, const Records& records, Now now) const override {
    if (std::holds_alternative<CommitStock>(message.payload)) throw std::runtime_error("too much");
    if (fails_when_woken && std::holds_alternative<WakeUp>(message.payload)) {
      throw std::runtime_error("not yet fixed");
    }
    Decision decision;
    const auto* set = std::get_if<SetItem>(&message.payload);
    if (set != nullptr && set->product_id == "unknown") {
      return std::move(decision.refuses(ErrorKind::invalid, "there is no such item"));
    }
    if (std::holds_alternative<ReturnStock>(message.payload)) {
      return std::move(decision.sends(ReturnStock{}));
    }
    const auto* before = records.get<Tally>(message.order_id.text());
    Tally tally = before != nullptr ? *before : Tally{.id = message.order_id};
    if (tally.is_deaf) return std::move(decision.saves(tally));
    ++tally.count;
    if (std::holds_alternative<WakeUp>(message.payload)) {
      const bool comes_back = std::exchange(tally.comes_back, false);
      tally.due = comes_back ? std::optional{*tally.due + Duration{1000}} : std::nullopt;
    } else {
      tally.is_deaf = std::holds_alternative<ReserveStock>(message.payload);
      tally.comes_back = std::holds_alternative<SetItem>(message.payload);
      const bool is_due =
          tally.is_deaf || tally.comes_back || std::holds_alternative<RestockItem>(message.payload);
      tally.due = is_due ? std::optional{now + Duration{1000}} : std::nullopt;
    }
    decision.saves(tally).shows(key_of<Tally>(message.order_id.text()));
    return decision;
  }

  bool fails_when_woken = false;
};

class RuntimeTest : public ::testing::Test {
 protected:
  // What the caller of each message has been told, in order.
  void say(Payload payload, const Id& about, runtime::Lane lane = runtime::Lane::normal,
           std::optional<Once> once = {}) {
    runtime_.offer(
        {.id = {}, .order_id = about, .payload = std::move(payload), .once = std::move(once)}, lane,
        [this](const Result<Record>& answer) { told_.push_back(text_of(answer)); });
  }
  std::size_t letters() {
    return store_.inner.find({.type = &type_of<runtime::DeadLetter>(), .limit = 100})
        ->records.size();
  }
  static std::string text_of(const Result<Record>& answer) {
    if (!answer) return answer.error().kind == ErrorKind::unavailable ? "unavailable" : "refused";
    const auto* tally = *answer ? answer->as<Tally>() : nullptr;
    return tally != nullptr ? std::to_string(tally->count) : "nothing";
  }
  Result<void> step() { return runtime_.step(Duration{0}); }
  std::int64_t count_of(const Id& id) {
    const auto found = store_.inner.get(key_of<Tally>(id.text()));
    return found->record ? found->record.as<Tally>()->count : 0;
  }

  runtime::Runtime::Parts parts() {
    return {.services = services_,
            .store = store_,
            .clock = clock_,
            .ids = ids_,
            .start_effects = {},
            .observe = {}};
  }

  ManualClock clock_;
  HeldBackStore store_;
  runtime::IdSource ids_{{1, 2, 3, 4, 5}};
  TallyService tally_;
  runtime::DeadLetterDesk desk_;
  runtime::Services services_{{&tally_, &desk_}};
  std::vector<std::string> told_;
  runtime::Runtime runtime_{parts(), {.batch_max = 4, .lane_max = 6}};
  const Id a_ = ids_.make(clock_.now());
  const Id b_ = ids_.make(clock_.now());
};

}  // namespace oms::testing
