#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tools/simulate/stage.h"

namespace oms::simulate {

// Whoever holds the customers' money, with a book of its own and a memory for idempotency keys that
// lasts a day. It is told nothing of the system but what is asked of it.
class Provider {
 public:
  // `customer` hears of each link that is made for their order.
  using LinkMade = std::function<void(const Id&)>;

  Provider(Stage& stage, Edge& edge) : stage_(stage), edge_(edge) {}
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
  enum class State { open, paid, expired };
  struct Session {
    Id order_id;
    std::string name;
    MinorUnits amount = 0;
    std::string currency;
    Time expires_at;
    State state = State::open;
    MinorUnits paid_back = 0;  // by whomever, and what is on its way
    MinorUnits disputed = 0;   // and not won
  };
  struct Remembered {
    Time at;
    std::string session;
    MinorUnits amount = 0;
    bool is_refused = false;
  };

  PaymentOutcome create(const PaymentOperation& operation);
  PaymentOutcome refund(const PaymentOperation& operation, Session& session);
  bool is_for_change(const PaymentOperation& operation) const;
  Session* find(const PaymentOperation& operation);
  Session* latest(const Id& order_id);
  Remembered* remembered(const std::string& key);
  static PaymentOutcome answer(const PaymentOperation& operation, const Session& session);
  void expire(Session& session);
  void charge(Session& session);
  // What is told of a session: what is true, or what a fault makes of it.
  struct Told {
    ProviderWord word = ProviderWord::open;
    MinorUnits amount = 0;
    std::string currency;
    bool is_forged = false;
    bool is_last =
        false;           // it comes again until it is heard, for days: nothing else tells the same
    Refund refund = {};  // of `refund`
    Dispute dispute = {};  // of `dispute`
  };
  static void distort(Fault fault, MinorUnits& amount, std::string& currency);
  void tell(const Session& session, ProviderWord word, MinorUnits amount);
  void tell(const Session& session, const Told& told);
  void deliver(const Message& webhook, int attempt, int most);

  // elsewhere.cc: what it does unasked.
  void move_unasked(Session& session);
  void refund_elsewhere(Session& session, int parts);
  void end_refund(Session& session, const Refund& refund);
  void open_dispute(Session& session);
  void close_dispute(Session& session, Dispute dispute);
  void tell(const Session& session, const Refund& refund);
  void tell(const Session& session, const Dispute& dispute);
  bool has(Fault fault, const Id& order_id) const;
  Duration some_time(const Id& order_id);
  static MinorUnits left(const Session& session) {
    return session.state == State::paid ? session.amount - session.paid_back - session.disputed : 0;
  }

  Stage& stage_;
  Edge& edge_;
  LinkMade link_made_;
  std::map<std::string, Session> sessions_;  // by name
  std::unordered_map<Id, std::string> latest_;
  std::unordered_map<std::string, Remembered> keys_;
  std::uint32_t events_ = 0;
  std::vector<Message> disputes_told_;
  std::uint32_t moves_ = 0;  // that nobody has asked for
};

}  // namespace oms::simulate
