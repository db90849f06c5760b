#pragma once

#include "services/payments/records.h"
#include "services/service.h"

namespace oms::payments {

struct PaymentSettings {
  // Before an operation without an answer is repeated; then after twice as long each time. Shorter
  // than a slow answer may take: what is still in flight in this process is not started twice.
  Duration first_retry = std::chrono::milliseconds{1500};
  // Whether a lost webhook is to be found by looking at each open link every so often: not where
  // the provider is asked for its events, which costs less.
  bool looks_at_open_links = true;
  // Between two looks at one open link, and before a provider that would not do something is asked
  // again.
  Duration reconcile_every = std::chrono::minutes{5};
  // A link that was closed is looked at once more: a bank's late yes, of which we were never told.
  // So late that no clock that was set forward a few times brings it too early.
  Duration look_again_after = std::chrono::hours{8};
};

// Owns the payments: collects by link, from cards and from accounts, believes only the provider's
// word, and gives back whatever was paid for an order that is not to be.
class PaymentsService final : public BasicService {
 public:
  explicit PaymentsService(const PaymentSettings& settings) : settings_(settings) {}

  ServiceName name() const override { return ServiceName::payments; }
  std::vector<const RecordType*> owns() const override {
    return {&type_of<Payment>(), &type_of<ClosedLinks>(), &type_of<Account>(),
            &type_of<AccountMovement>()};
  }
  std::vector<Retention> retention() const override;
  std::optional<ShortText> sequence(const Message& message, Now now) const override;
  void needs(const Message& message, const Records& found, Keys& keys) const override;
  Decision decide(const Message& message, const Records& records, Now now) const override;
  void announce(const Record* before, const Record& after,
                std::vector<PublicEvent>& events) const override;
  void needs(const Question& question, Keys& keys) const override;
  Answer answer(const Question& question, const Records& records) const override;

 private:
  // Of an order that has no payment yet.
  Decision begin(const Message& message, const Records& records, Now now) const;

  PaymentSettings settings_;
};

}  // namespace oms::payments
