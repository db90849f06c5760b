#pragma once

#include <map>
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
  const std::vector<Answer>& answers() const override { return answers_; }
  std::int64_t next_number() const override { return 7; }

  void keep(const Record& record) { kept_[record.key()] = record; }
  void keep(const Decision& decision) {
    for (const auto& record : decision.save) keep(record);
  }
  // What the next message hears of the questions that it puts.
  void answer(Answer answer) { answers_ = {std::move(answer)}; }

 private:
  std::map<Key, Record> kept_;
  std::vector<Answer> answers_;
};

}  // namespace oms::testing
