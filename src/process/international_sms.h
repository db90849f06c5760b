#pragma once

#include <string>

#include "ports/notifier.h"

namespace oms::process {

// SMS go to numbers with their country alone, as with every carrier: one without gets that of the
// shop (`phone_country`, "+49"), if it has one, and else is refused, for no try would do better.
class InternationalSms final : public Notifier {
 public:
  InternationalSms(Notifier& next, std::string phone_country)
      : next_(next), phone_country_(std::move(phone_country)) {}

  EffectLimits limits() const override { return next_.limits(); }
  void start(NoticeToSend notice, Done done) override;
  void erase(std::vector<Id> order_ids, Erased done) override;

 private:
  Notifier& next_;
  const std::string phone_country_;
};

}  // namespace oms::process
