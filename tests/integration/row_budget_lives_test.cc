// What each life and each change costs in rows, as the table of docs/performance.md says. Food's
// own budget is in row_budget_test.cc.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/support/world.h"

namespace oms::testing {
namespace {

struct Cost {
  int rows = 0;  // without its item's
  int item_rows = 0;
  int messages = 0;  // of the broker
};

Cost operator-(const Cost& a, const Cost& b) {
  return {a.rows - b.rows, a.item_rows - b.item_rows, a.messages - b.messages};
}

// What has been written and sent so far for all orders.
Cost cost_of(const World& world) {
  Cost cost{.messages = world.broker.messages};
  for (const auto& [table, count] : world.rows()) {
    const bool is_shared = table == "runtime_sequence" || table == "runtime_seating";
    if (!is_shared) (table == "stock_item" ? cost.item_rows : cost.rows) += count;
  }
  return cost;
}

// An order of two pieces, and what it costs.
class Life {
 public:
  Life(const char* saga, PaymentMethod method, Wiring wiring, process::Settings settings = {})
      : world_(std::move(settings), wiring), saga_(saga), method_(method), id_(world_.new_id()) {
    if (method_ != PaymentMethod::account) return;
    const auto opened = world_.send({}, OpenAccount{.balance = 900, .currency = "usd"});
    customer_ = opened->as<payments::Account>()->id;
  }

  // From the click to `completed`.
  Cost whole() {
    world_.wait(std::chrono::seconds{1});
    const auto before = cost_of(world_);
    place();
    if (status() == OrderStatus::waiting_payment) world_.pay(id_);
    world_.wait(std::chrono::minutes{1});
    EXPECT_EQ(status(), OrderStatus::completed);
    return cost_of(world_) - before;
  }

  void place() {
    EXPECT_TRUE(world_.send(
        id_, PlaceOrder{.customer_id = customer_,
                        .saga = saga_,
                        .lines = {{"1", 2}},
                        .face = face(),
                        .method = method_,
                        .payment_token = method_ == PaymentMethod::card ? "tok_visa" : ""}));
  }
  void pay() { world_.pay(id_); }

  // One piece instead of two.
  Cost revision() {
    return change(ReviseOrder{
        .customer_id = customer_, .lines = {{.product_id = "1", .quantity = 1}}, .face = face()});
  }
  // Of one piece, which comes back.
  Cost refund() {
    return change(RefundOrder{.lines = {{.line = 1, .quantity = 1, .comes_back = true}}});
  }

 private:
  Cost change(Payload asked) {
    const auto before = cost_of(world_);
    EXPECT_TRUE(world_.send(id_, std::move(asked)));
    EXPECT_FALSE(orders::is_changing(*world_.get<orders::Order>(id_.text())));
    return cost_of(world_) - before;
  }
  OrderStatus status() { return world_.get<orders::Order>(id_.text())->status; }
  Face face() const {
    if (saga_ == "supply") return Face::fulfilment;
    if (saga_ == "prepaid") return Face::event_chain;
    return method_ == PaymentMethod::account ? Face::coordinator : Face::customers;
  }

  World world_;
  std::string saga_;
  PaymentMethod method_;
  Id id_;
  std::string customer_ = "c1";
};

struct Row {
  const char* name;
  Cost (*cost)(Wiring);
};

std::ostream& operator<<(std::ostream& out, const Row& row) {
  return out << row.name;
}

process::Settings cooks() {
  process::Settings settings;
  settings.kitchen.by_hand = true;
  return settings;
}

constexpr auto by_link = PaymentMethod::link;  // and where nothing is paid
constexpr auto by_card = PaymentMethod::card;
constexpr auto on_account = PaymentMethod::account;

Cost revise_before_payment(Wiring wiring) {
  Life life{"food", by_link, wiring};
  life.place();
  return life.revision();
}
Cost revise_after_payment(Wiring wiring) {
  Life life{"food", by_link, wiring, cooks()};
  life.place();
  life.pay();
  return life.revision();
}
Cost revise_supply(Wiring wiring) {
  Life life{"supply", by_link, wiring};
  life.place();
  return life.revision();
}
Cost refund_later(Wiring wiring) {
  Life life{"prepaid", by_card, wiring};
  life.place();
  return life.refund();
}

const std::array rows{
    Row{"food", [](Wiring w) { return Life{"food", by_link, w}.whole(); }},
    Row{"pickup", [](Wiring w) { return Life{"pickup", by_link, w}.whole(); }},
    Row{"checkout by card", [](Wiring w) { return Life{"checkout", by_card, w}.whole(); }},
    Row{"checkout on account", [](Wiring w) { return Life{"checkout", on_account, w}.whole(); }},
    Row{"prepaid", [](Wiring w) { return Life{"prepaid", by_card, w}.whole(); }},
    Row{"supply", [](Wiring w) { return Life{"supply", by_link, w}.whole(); }},
    Row{"revise_unpaid", revise_before_payment},
    Row{"revise_paid", revise_after_payment},
    Row{"resupply", revise_supply},
    Row{"refund", refund_later},
};

class Costs : public ::testing::TestWithParam<Row> {};

TEST_P(Costs, AreThoseOfTheTable) {
  std::stringstream document;
  document << std::ifstream{OMS_SOURCE_DIR "/docs/performance.md"}.rdbuf();
  const auto together = GetParam().cost(Wiring::together);
  const auto apart = GetParam().cost(Wiring::apart);
  const auto line = fmt::format("| {} | {} + {} | {} + {} | {} |", GetParam().name, together.rows,
                                together.item_rows, apart.rows, apart.item_rows, apart.messages);
  EXPECT_THAT(document.str(), ::testing::HasSubstr(line));
}

INSTANTIATE_TEST_SUITE_P(Rows, Costs, ::testing::ValuesIn(rows), [](const auto& row) {
  std::string name{row.param.name};
  std::ranges::replace(name, ' ', '_');
  return name;
});

}  // namespace
}  // namespace oms::testing
