#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/simulated/core.h"
#include "adapters/simulated/faults.h"
#include "adapters/simulated/inbox.h"
#include "adapters/simulated/ledger.h"
#include "adapters/simulated/webhook_sender.h"
#include "ports/clock.h"

namespace oms::simulated {

// The ledger's thread: takes work from the inbox, does it in one transaction, and answers.
class Desk {
 public:
  Desk(Settings settings, Clock& clock, Sign sign, Deliver deliver, std::shared_ptr<Inbox> inbox);

  // Until the inbox is closed.
  void run();

 private:
  std::optional<Inbox::Steady::time_point> next_look() const;
  void serve(Work& work);
  void transact(Work& work, Time now);
  void answer_reads(std::vector<CheckoutJob>& jobs, Time now);
  void answer_lists(std::vector<ListJob>& jobs, Time now);
  ChargePage list(const ChargesWanted& wanted, Time now);
  HttpResponse read(const CheckoutRequest& request, Time now);
  PaymentOutcome perform(const PaymentOperation& operation, Time now);
  HttpResponse perform(ApiRequest& request, Time now);
  void note_earliest_expiry();
  void refuse(Work& work, std::string_view why);
  std::uint64_t random_bits();

  const Settings settings_;
  Clock& clock_;
  const std::shared_ptr<Inbox> inbox_;
  Ledger ledger_;
  Core core_;
  std::optional<Api> api_;
  Faults faults_;
  WebhookSender webhooks_;
  std::optional<Time> next_expiry_;
  Time last_;                      // the wall clock, when last looked at
  std::optional<Time> resume_at_;  // after a failure: when to try what nobody asked for
  std::array<std::uint8_t, 512> random_{};
  std::size_t random_used_ = random_.size();
  std::string broken_;  // why the ledger must not be written any more
};

// Nobody knows whether it was done.
void give_up(OperationJob& job, std::string_view why);
void give_up(ListJob& job, std::string_view why);

}  // namespace oms::simulated
