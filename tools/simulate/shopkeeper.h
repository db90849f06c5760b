#pragma once

#include <set>
#include <string>
#include <unordered_map>

#include "tools/simulate/stage.h"

namespace oms::simulate {

// The operator: restocks, changes prices, works kitchen and delivery where they work by hand,
// refunds, changes lines, steps in, and settles dead letters.
class Shopkeeper {
 public:
  Shopkeeper(Stage& stage, Edge& edge) : stage_(stage), edge_(edge) {}
  Shopkeeper(const Shopkeeper&) = delete;
  Shopkeeper& operator=(const Shopkeeper&) = delete;

  void begin();

  // A record has changed, or is there again after the shop was restored.
  void see(const Change& change);

 private:
  using Hear = std::function<void(const Result<Record>&)>;

  // Sends until there is an answer.
  void ask(Message message, Hear hear = {});
  void put_on_shelf(const Restock& restock, std::size_t number);
  void set_price(const PriceChange& change);
  void open_account(const Opening& opening);
  void refund(const RefundWish& wish, std::size_t number);
  void revise(const RevisionWish& wish, std::size_t number);
  void step_in(const Intervention& intervention);
  void change(const Id& order_id, Payload asked, const std::string& key, Hear hear);
  bool is_slow(Fault fault, const OrderPlan* plan) const;
  void see(const kitchen::Ticket& ticket);
  void see(const delivery::Delivery& delivery);
  void see_letter(const Id& id, const Id& order_id);

  Stage& stage_;
  Edge& edge_;
  std::unordered_map<Id, int> replays_;  // by order
  std::set<Id> in_hand_;                 // dead letters that will be settled
};

}  // namespace oms::simulate
