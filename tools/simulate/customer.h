#pragma once

#include <functional>
#include <optional>
#include <string>

#include "tools/simulate/provider.h"

namespace oms::simulate {

// Plays one plan: places the order, looks at its page, pays or does not, cancels, and repeats what
// was not answered.
class Customer {
 public:
  Customer(const OrderPlan& plan, Stage& stage, Edge& edge, Provider& provider)
      : plan_(plan), stage_(stage), edge_(edge), provider_(provider) {}
  Customer(const Customer&) = delete;
  Customer& operator=(const Customer&) = delete;

  void begin();
  const OrderPlan& plan() const { return plan_; }

  // The order's page has changed.
  void see(const orders::Order& order);
  // The provider has made a link, before we know of it.
  void see_link_early(const Id& order_id);

 private:
  using Hear = std::function<void(const Result<Record>&)>;

  void ask(Message message, runtime::Lane lane, Hear hear);
  void place();
  void on_placed(const Id& asked, const Result<Record>& answer);
  void try_again();
  void repeat();
  void alter();
  void clash();
  void repeat_late();
  void forge(Fault fault, Duration think);
  void go_to_pay(Duration think);
  void pay();
  void be_declined(std::int64_t cards);
  void cancel_in(Duration span);
  void cancel();
  std::string customer_id() const;
  Message place_message(std::string_view body = "body");

  const OrderPlan& plan_;
  Stage& stage_;
  Edge& edge_;
  Provider& provider_;
  std::optional<Id> order_id_;  // once it is acknowledged
  std::string link_;            // that was seen last
  bool is_at_page_ = false;
  bool has_forged_ = false;  // somebody, what the provider tells of it
  int tries_ = 0;
};

}  // namespace oms::simulate
