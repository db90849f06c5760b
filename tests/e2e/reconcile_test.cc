// `oms reconcile` on a shop whose books were made to differ from its payment provider's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <map>
#include <thread>

#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int no_differences = 0;
constexpr int differences = 7;

class Sql {
 public:
  explicit Sql(const std::filesystem::path& file) {
    EXPECT_EQ(sqlite3_open(file.c_str(), &database_), SQLITE_OK);
  }
  ~Sql() { sqlite3_close(database_); }
  Sql(const Sql&) = delete;
  Sql& operator=(const Sql&) = delete;

  // Every statement must change something.
  void change(const std::string& sql) {
    EXPECT_EQ(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database_) << "\n"
        << sql;
    EXPECT_GT(sqlite3_changes(database_), 0) << sql;
  }

 private:
  sqlite3* database_ = nullptr;
};

std::string blob(const std::string& order) {
  return "x'" + order + "'";
}

class Reconcile : public ::testing::Test {
 protected:
  explicit Reconcile(const ServerProcess::Flags& flags = {"--kitchen", "manual"})
      : server_(without_grace(flags)) {}

  static ServerProcess::Flags without_grace(ServerProcess::Flags flags) {
    flags.insert(flags.end(), {"--reconcile-grace", "0"});
    return flags;
  }
  std::string waiting() {
    auto order = place(server_, "c1", "1");
    await_status(server_, "c1", order, "waiting_payment");
    return order;
  }
  void pay(const std::string& order) {
    const auto shown = server_.send("GET", "/api/customers/c1/orders/" + order).body;
    const auto paid = server_.send("POST", link_path(shown) + "/pay", R"({"token":"tok_visa"})");
    EXPECT_EQ(paid.status, 200) << paid.body;
  }
  std::string paid() {
    auto order = waiting();
    pay(order);
    await_status(server_, "c1", order, "paid");
    return order;
  }
  std::string cancelled() {
    auto order = waiting();
    server_.send("POST", "/api/customers/c1/orders/" + order + "/cancel");
    await_status(server_, "c1", order, "cancelled");
    return order;
  }
  ServerProcess::Ran reconcile(ServerProcess::Flags words = {}) {
    words.insert(words.begin(), "reconcile");
    return server_.run(words);
  }
  std::string report() { return server_.send("GET", "/api/admin/reconciliation", "", true).body; }
  std::string shown(const std::string& order) {
    return server_.send("GET", "/api/admin/orders/" + order, "", true).body;
  }
  // In the provider's ledger, and in our own database.
  void at_provider(const std::string& sql) { Sql{server_.data() / "provider.db"}.change(sql); }
  void at_ours(const std::string& sql) { Sql{server_.data() / "oms.db"}.change(sql); }
  void set(const std::string& table, const std::string& order, const std::string& fields) {
    at_ours("update " + table + " set data = json_set(data, " + fields + ") where id = '" + order +
            "'");
  }

  ServerProcess server_;
};

// Webhooks come ten minutes late, which is as good as never.
class ReconcileAfterLostWebhooks : public Reconcile {
 protected:
  ReconcileAfterLostWebhooks() : Reconcile({"--kitchen", "manual", "--simulated-delay", "10m"}) {}
};

TEST_F(ReconcileAfterLostWebhooks, FindsThePaymentAndRepairsIt) {
  const auto order = waiting();
  EXPECT_EQ(reconcile().code, no_differences);
  pay(order);
  const auto found = reconcile();
  EXPECT_EQ(found.code, differences) << found.output;
  EXPECT_THAT(found.output,
              AllOf(HasSubstr("unrecorded_capture: order " + order + ": since "),
                    HasSubstr("the provider has captured 4.50 usd"),
                    HasSubstr("the customer has paid, and the order does not know it")));
  EXPECT_EQ(field(shown(order), "status"), "waiting_payment") << "it was only looked at";
  const auto metrics = server_.send("GET", "/metrics").body;
  EXPECT_THAT(metrics,
              AllOf(HasSubstr(R"(oms_reconciliation_differences{kind="unrecorded_capture"} 1)"),
                    HasSubstr(R"(oms_reconciliation_differences{kind="double_charge"} 0)"),
                    HasSubstr(R"(oms_reconciliation_runs_total{result="done"} 2)")));

  const auto repaired = reconcile({"--repair", "--reason", "webhooks were down"});
  EXPECT_EQ(repaired.code, no_differences) << repaired.output;
  EXPECT_THAT(repaired.output, HasSubstr("repaired unrecorded_capture: order " + order));
  await_status(server_, "c1", order, "paid");
  EXPECT_THAT(server_.run({"audit"}).output,
              AllOf(HasSubstr("Reconcile and repair"), HasSubstr("webhooks were down"),
                    HasSubstr("LookUpPayment")));
  EXPECT_EQ(reconcile().code, no_differences);
  EXPECT_THAT(server_.send("GET", "/metrics").body,
              AllOf(HasSubstr(R"(oms_reconciliation_differences{kind="unrecorded_capture"} 0)"),
                    HasSubstr("oms_reconciliation_repairs_total 1")));
  EXPECT_EQ(server_.run({"check"}).code, 0);
}

TEST_F(ReconcileAfterLostWebhooks, ShowsTheLastRunWithoutAnother) {
  EXPECT_THAT(reconcile({"--last"}).output, HasSubstr("nothing has been compared"));
  pay(waiting());
  EXPECT_EQ(reconcile({"--json"}).code, differences);
  const auto first = report();
  const auto last = reconcile({"--last", "--json"});
  EXPECT_EQ(last.code, differences);
  EXPECT_EQ(last.output, first + "\n");
}

// Every kind of difference, each of an order of its own, made while the server is away.
class ReconcileAfterDamage : public Reconcile {
 protected:
  ReconcileAfterDamage() {
    make_orders();
    EXPECT_EQ(reconcile().code, no_differences) << reconcile().output;
    server_.stop();
    change_the_providers_books();
    change_our_books();
    server_.start();
  }

  void make_orders() {
    for (const auto* kind : {"missing_refund", "unrecorded_refund", "amount_mismatch",
                             "double_charge", "missing_charge", "missing_payment",
                             "status_mismatch", "total_mismatch", "cancelled_unrefunded"}) {
      orders_[kind] = paid();
    }
    for (const auto* kind : {"open_link", "open_authorization", "held_stock"}) {
      orders_[kind] = cancelled();
    }
    for (const auto* kind : {"unrecorded_expiry", "completed_unpaid", "undone_link"}) {
      orders_[kind] = waiting();
    }
    orders_["unknown_charge"] = orders_["double_charge"].substr(0, 16) + "ffffffff";
    const auto refunded = server_.run(
        {"order", "refund", orders_["missing_refund"], "--amount", "100", "--reason", "cold"});
    EXPECT_EQ(refunded.code, 0) << refunded.output;
    for (int tries = 0; tries < 100; ++tries) {
      if (field(shown(orders_["missing_refund"]), "refunded") == "100") break;
      std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
  }

  void change_the_providers_books() {
    const auto entry = [](const std::string& session, int number, const char* kind, int amount) {
      return "insert into entry values (" + session + ", " + std::to_string(number) + ", '" + kind +
             "', " + std::to_string(amount) + ", 0, '', '')";
    };
    const auto session = [](const std::string& id, const std::string& like) {
      return "insert into session select " + id +
             ", secret, amount, currency, customer_id, created_at, expires_at, description, " +
             (id == blob(like) ? "null" : blob(like)) +
             ", key, terms from session where id = " + blob(like);
    };
    const auto reopen = [](const std::string& order) {
      return "delete from entry where session = " + order +
             "; insert into open_session select expires_at, id from session where id = " + order;
    };
    at_provider("delete from entry where kind like 'refund%' and session = " +
                blob(orders_["missing_refund"]));
    at_provider(entry(blob(orders_["unrecorded_refund"]), 1, "refund", 100));
    at_provider("update entry set amount = 400 where session = " +
                blob(orders_["amount_mismatch"]));
    const auto second = blob(orders_["double_charge"].substr(0, 16) + "eeeeeeee");
    at_provider(session(second, orders_["double_charge"]));
    at_provider(entry(second, 0, "charge", 450));
    at_provider(
        "insert into session select " + blob(orders_["unknown_charge"]) +
        ", secret, amount, currency, customer_id, created_at, expires_at, description, null,"
        " key, terms from session where id = " +
        blob(orders_["double_charge"]));
    at_provider(entry(blob(orders_["unknown_charge"]), 0, "charge", 450));
    at_provider("delete from entry where session = " + blob(orders_["missing_charge"]) +
                "; delete from session where id = " + blob(orders_["missing_charge"]));
    at_provider(reopen(blob(orders_["open_link"])));
    const auto held = blob(orders_["open_authorization"]);
    at_provider(reopen(held));
    at_provider(entry(held, 1, "authorization", 450));
    at_provider(
        R"(update session set terms = '{"kind":"manual_intent","isByPort":true}' where id = )" +
        held);
    at_provider("delete from open_session where session = " + blob(orders_["unrecorded_expiry"]));
    at_provider(entry(blob(orders_["unrecorded_expiry"]), 0, "expiry", 0));
  }

  void change_our_books() {
    at_ours("delete from payments_payment where id = '" + orders_["missing_payment"] + "'");
    set("orders_order", orders_["status_mismatch"], "'$.payment', 'link_ready'");
    set("orders_order", orders_["total_mismatch"], "'$.total', 500");
    const auto end = [&](const std::string& order, const std::string& status) {
      set("orders_order", order, "'$.status', '" + status + "', '$.reason', 'operator_request'");
      at_ours("update orders_order set status = '" + status + "' where id = '" + order + "'");
    };
    end(orders_["cancelled_unrefunded"], "cancelled");
    end(orders_["completed_unpaid"], "completed");
    end(orders_["undone_link"], "cancelled");
    set("payments_payment", orders_["open_authorization"],
        "'$.method', 'card', '$.beginsWith', 'authorize'");
    set("stock_reservation", orders_["held_stock"], "'$.state', 'held'");
    at_ours("update stock_reservation set state = 'held' where id = '" + orders_["held_stock"] +
            "'");
    at_ours(
        "update stock_item set data = json_set(data, '$.reserved', "
        "coalesce(json_extract(data, '$.reserved'), 0) + 1) where id = '1'");
  }

  // `"kind":…` of one of an order's findings, with whether it is repaired.
  static std::string finding(const std::string& report, const std::string& order,
                             const std::string& kind) {
    const auto at = report.find(R"("orderID":")" + order + R"(","kind":")" + kind + "\"");
    if (at == std::string::npos) return {};
    return report.substr(at, report.find('}', at) - at);
  }

  std::map<std::string, std::string> orders_;
  const std::vector<std::string> repairable_{"unrecorded_refund", "unrecorded_expiry", "open_link",
                                             "open_authorization", "held_stock"};
  const std::vector<std::string> reported_{
      "missing_refund",   "amount_mismatch",     "double_charge",   "unknown_charge",
      "missing_charge",   "missing_payment",     "status_mismatch", "total_mismatch",
      "completed_unpaid", "cancelled_unrefunded"};
};

TEST_F(ReconcileAfterDamage, FindsEveryKindAndRepairsWhatIsSafe) {
  EXPECT_EQ(reconcile().code, differences);
  auto seen = report();
  for (const auto& kinds : {repairable_, reported_}) {
    for (const auto& kind : kinds) {
      EXPECT_NE(finding(seen, orders_[kind], kind), "") << kind << "\n" << seen;
    }
  }
  EXPECT_NE(finding(seen, orders_["undone_link"], "open_link"), "");
  EXPECT_NE(finding(seen, orders_["undone_link"], "held_stock"), "");
  EXPECT_NE(finding(seen, orders_["completed_unpaid"], "uncommitted_stock"), "");
  EXPECT_NE(finding(seen, orders_["cancelled_unrefunded"], "unreturned_stock"), "");
  EXPECT_EQ(field(seen, "differences"), std::to_string(repairable_.size() + reported_.size() + 4))
      << "and nothing else\n"
      << seen;

  const auto repaired = reconcile({"--repair"});
  EXPECT_EQ(repaired.code, differences) << "a person must look at the others";
  seen = report();
  for (const auto& kind : repairable_) {
    EXPECT_THAT(finding(seen, orders_[kind], kind), HasSubstr(R"("repaired":true)")) << kind;
  }
  for (const auto& kind : reported_) {
    EXPECT_THAT(finding(seen, orders_[kind], kind), HasSubstr(R"("repaired":false)")) << kind;
  }
  EXPECT_EQ(field(shown(orders_["unrecorded_refund"]), "refunded"), "100");
  EXPECT_EQ(field(shown(orders_["unrecorded_expiry"]), "status"), "cancelled");

  EXPECT_EQ(reconcile().code, differences);
  seen = report();
  EXPECT_EQ(field(seen, "differences"), std::to_string(reported_.size() + 2)) << seen;
  for (const auto& kind : repairable_) EXPECT_EQ(finding(seen, orders_[kind], kind), "") << kind;
}

class ReconcileEverySecond : public Reconcile {
 protected:
  ReconcileEverySecond() : Reconcile({"--reconcile-every", "1s", "--simulated-delay", "10m"}) {}
};

TEST_F(ReconcileEverySecond, RunsByItselfAndRepairsNothing) {
  const auto order = waiting();
  pay(order);
  std::string metrics;
  for (int tries = 0; tries < 200; ++tries) {
    metrics = server_.send("GET", "/metrics").body;
    if (metrics.contains(R"(differences{kind="unrecorded_capture"} 1)")) break;
    std::this_thread::sleep_for(std::chrono::milliseconds{50});
  }
  EXPECT_THAT(metrics, HasSubstr(R"(differences{kind="unrecorded_capture"} 1)"));
  EXPECT_EQ(field(shown(order), "status"), "waiting_payment");
}

class ReconcileUnderLoad : public Reconcile {
 protected:
  ReconcileUnderLoad()
      : Reconcile({"--kitchen-time", "0", "--delivery-time", "0", "--reservation-cap", "0"}) {}
};

TEST_F(ReconcileUnderLoad, FindsNothingInACleanShop) {
  EXPECT_EQ(server_.run({"stock", "restock", "2", "1000"}).code, 0);
  std::vector<std::thread> customers;
  for (int c = 0; c < 4; ++c) {
    customers.emplace_back([&, c] {
      for (int n = 0; n < 60; ++n) {
        const auto order = place(server_, "c1", "2");
        if (n % 3 == 0) {
          server_.send("POST", "/api/customers/c1/orders/" + order + "/cancel");
        } else {
          await_status(server_, "c1", order, "waiting_payment");
          pay(order);
        }
        if (c == 0 && n % 20 == 10) {
          const auto ran = reconcile();
          EXPECT_EQ(ran.code, no_differences) << ran.output;
        }
      }
    });
  }
  for (auto& customer : customers) customer.join();
  const auto ran = reconcile();
  EXPECT_EQ(ran.code, no_differences) << ran.output;
  EXPECT_THAT(ran.output, AllOf(HasSubstr("compared "), Not(HasSubstr("compared 0 orders"))));
  EXPECT_GE(std::stoi(field(report(), "charges")), 160);
}

}  // namespace
}  // namespace oms::testing
