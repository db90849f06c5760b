#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <vector>

#include "services/service.h"

namespace oms::testing {

// What a service's decisions have saved, for a test of the service alone.
class KeptRecords final : public Records {
 public:
  const Record* find(const Key& key) const override {
    const auto found = kept_.find(key);
    return found == kept_.end() ? nullptr : &found->second;
  }
  bool knows(const Key&) const override { return true; }
  const std::vector<Answer>& answers() const override { return answers_; }
  std::int64_t next_number() const override { return 1; }  // of every sequence

  void keep(const Record& record) { kept_[record.key()] = record; }
  void keep(const Decision& decision) {
    for (const auto& record : decision.save) keep(record);
    for (const auto& record : decision.add) keep(record);
  }
  // What the next message hears of the questions that it puts.
  void answer(Answer answer) { answers_ = {std::move(answer)}; }

  // Decides as the runtime does, where a rule sees what it has named and nothing else, and keeps
  // what was decided.
  Decision decide(const Service& service, const Message& message, Now now) {
    Named named{*this};
    for (int round = 0; round < 3; ++round) {
      Keys keys;
      service.needs(message, named, keys);
      named.keys = std::move(keys);
    }
    auto decision = service.decide(message, named, now);
    for (const auto& record : decision.save) {
      if (!named.knows(record.key())) {
        throw std::logic_error("a record is changed that was not asked for");
      }
    }
    events_ = decision.announce;
    for (const auto& record : decision.save) {
      service.announce(find(record.key()), record, events_);
    }
    keep(decision);
    return decision;
  }

  // What is announced of the last decision.
  const std::vector<PublicEvent>& events() const { return events_; }

 private:
  struct Named final : Records {
    explicit Named(const KeptRecords& kept) : all(kept) {}
    const Record* find(const Key& key) const override {
      if (!knows(key)) throw std::logic_error("a record is read that was not asked for");
      return all.find(key);
    }
    bool knows(const Key& key) const override { return std::ranges::count(keys, key) > 0; }
    const std::vector<Answer>& answers() const override { return all.answers(); }
    std::int64_t next_number() const override { return all.next_number(); }

    const KeptRecords& all;
    Keys keys;
  };

  std::map<Key, Record> kept_;
  std::vector<Answer> answers_;
  std::vector<PublicEvent> events_;
};

}  // namespace oms::testing
