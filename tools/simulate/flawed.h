#pragma once

#include <deque>
#include <optional>

#include "runtime/batch.h"
#include "tools/simulate/stage.h"

namespace oms::simulate {

// A service whose rule for wake-ups has a fault: it throws for some orders until the fault is
// fixed.
class Flawed final : public Service {
 public:
  Flawed(Stage& stage, const Service& sound) : stage_(stage), sound_(sound) {}

  ServiceName name() const override { return sound_.name(); }
  std::vector<const RecordType*> owns() const override { return sound_.owns(); }
  std::vector<Retention> retention() const override { return sound_.retention(); }
  bool is_undivided() const override { return sound_.is_undivided(); }
  std::vector<Question> questions(const Message& message) const override {
    return sound_.questions(message);
  }
  std::optional<ShortText> sequence(const Message& message, Now now) const override {
    return sound_.sequence(message, now);
  }
  void needs(const Message& message, const Records& found, Keys& keys) const override {
    sound_.needs(message, found, keys);
  }
  Decision decide(const Message& message, const Records& records, Now now) const override;
  void announce(const Record* before, const Record& after,
                std::vector<PublicEvent>& events) const override {
    sound_.announce(before, after, events);
  }
  void needs(const Question& question, Keys& keys) const override { sound_.needs(question, keys); }
  Answer answer(const Question& question, const Records& records) const override {
    return sound_.answer(question, records);
  }

 private:
  Stage& stage_;
  const Service& sound_;
};

// The services of a process, with that mistake if the scenario wants it.
class FlawedServices {
 public:
  FlawedServices(Stage& stage, const runtime::Services& sound, bool has_peers);
  FlawedServices(const FlawedServices&) = delete;
  FlawedServices& operator=(const FlawedServices&) = delete;

  const runtime::Services& get() const { return all_ ? *all_ : sound_; }

 private:
  const runtime::Services& sound_;
  std::deque<Flawed> flawed_;
  std::optional<runtime::Services> all_;
};

}  // namespace oms::simulate
