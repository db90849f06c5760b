#pragma once

#include <functional>
#include <string>
#include <vector>

#include "adapters/simulated/core.h"
#include "adapters/simulated/memory_book.h"
#include "tools/simulate/stage.h"

namespace oms::simulate {

// The holder of the customers' money: the rules of the simulated provider, with a book in memory,
// and webhooks that meet every fault. It is told nothing of the system but what is asked of it.
class Provider {
 public:
  // `customer` hears of each link that is made for their order.
  using LinkMade = std::function<void(const Id&)>;

  Provider(Stage& stage, Edge& edge)
      : stage_(stage), edge_(edge), core_(book_, {.base_url = "https://pay.example"}, [this] {
          return Chance::mixed(++chances_);
        }) {}
  void on_link(LinkMade hear) { link_made_ = std::move(hear); }

  PaymentOutcome perform(const PaymentOperation& operation);

  // The customer at the payment page.
  void pay(const Id& order_id);
  void decline(const Id& order_id);

  // Somebody has it tell of all disputes once more: nothing that it is asked says the same.
  void tell_disputes_again();

  // Somebody pretends to be the provider and got past the signature: a wrong amount or currency.
  void forge(const Id& order_id, Fault fault);

 private:
  using Event = simulated::Event;
  using Session = simulated::Session;
  using View = simulated::Core::View;

  bool is_refused(const PaymentOperation& operation) const;
  PaymentOutcome refuse(const PaymentOperation& operation);
  void pay(const Id& order_id, const char* token);
  static void distort(Fault fault, MinorUnits& amount, std::string& currency);

  // The oracle is told of what the rules have done, and so is the merchant.
  void settle();
  void witness(const Event& event);
  void tell(const Event& event, bool is_forged = false);
  void deliver(const Message& webhook, int attempt, int most);

  // elsewhere.cc: what it does unasked.
  void charge_late(const Id& session_id);
  void move_unasked(const Session& session);
  void refund_elsewhere(const Id& session_id, int parts);
  void end_refund(const Id& session_id, const Refund& refund);
  void open_dispute(const Id& session_id);
  void close_dispute(const Id& session_id, Dispute dispute);
  bool has(Fault fault, const Id& order_id) const;
  Duration some_time(const Id& order_id);
  View view(const Id& session_id) { return core_.view(session_id, stage_.now()).value(); }

  Stage& stage_;
  Edge& edge_;
  LinkMade link_made_;
  std::uint64_t chances_ = 0;
  simulated::MemoryBook book_;
  simulated::Core core_;
  std::int64_t forged_ = 0;
  std::vector<Message> disputes_told_;
};

}  // namespace oms::simulate
