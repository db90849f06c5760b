// The table of docs/api.md: what customers change of an order, and what of goods and money follows.
// Each row is sent to a server, to the piece and to the cent.
#include <gtest/gtest.h>

#include <charconv>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

// "| PATCH, paid | 2 x 1 | 1 x 1 | 200 | 1 x 1 | 1: +1 | -450 |", a word for a column.
struct Row {
  std::string request;
  std::string before;
  std::string change;
  std::string status;
  std::string after;
  std::string goods;  // that are available
  std::string money;  // that the customer pays in all

  bool is_supply() const { return request.starts_with("PUT"); }
  bool is_paid() const { return request.ends_with(" paid"); }
};

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream stream{line};
  for (std::string cell; std::getline(stream, cell, '|');) {
    const auto first = cell.find_first_not_of(' ');
    const auto last = cell.find_last_not_of(' ');
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
  }
  return cells;
}

std::vector<Row> rows() {
  std::ifstream document{OMS_SOURCE_DIR "/docs/api.md"};
  std::vector<Row> all;
  for (std::string line; std::getline(document, line);) {
    const auto cells = cells_of(line);
    const bool is_row =
        cells.size() == 8 && (cells[1].starts_with("PUT") || cells[1].starts_with("PATCH"));
    if (!is_row) continue;
    all.push_back({cells[1], cells[2], cells[3], cells[4], cells[5], cells[6], cells[7]});
  }
  return all;
}

std::int64_t number_in(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// "2 x 1, 2 CANCELED" as the items of a request, with those names for product and quantity.
std::string items_of(const std::string& lines, const std::string& product) {
  std::istringstream stream{lines};
  std::string items;
  for (std::string line; std::getline(stream >> std::ws, line, ',');) {
    std::istringstream words{line};
    std::string first;
    std::string second;
    std::string third;
    words >> first >> second >> third;
    items += (items.empty() ? "{\"" : ",{\"") + product + "\":\"" +
             (second == "x" ? third : first) +
             (second == "x" ? "\",\"quantity\":" + first : "\",\"status\":\"" + second + '"') + "}";
  }
  return "[" + items + "]";
}

class ChangedOrder {
 public:
  ChangedOrder(const ServerProcess& server, const Row& row) : server_(server), row_(row) {}

  // What the row says, as it has come out.
  Row played() {
    for (const auto* product : {"1", "2"}) {
      server_.send("PUT", std::string{"/api/admin/stock/"} + product, R"({"onHand":10})", true);
    }
    Row seen = row_;
    place();
    const auto before = goods();
    const auto price = net();
    seen.status = std::to_string(change());
    await_change();
    seen.after = lines();
    seen.money = changed(net() - price);
    seen.goods.clear();
    const auto after = goods();
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (after[i] == before[i]) continue;
      seen.goods += (seen.goods.empty() ? "" : ", ") + std::to_string(i + 1) + ": " +
                    changed(after[i] - before[i]);
    }
    if (seen.goods.empty()) seen.goods = "0";
    if (row_.is_supply()) return seen;
    server_.send("POST", "/api/admin/orders/" + order_ + "/cancel", "", true);
    await_status(server_, "c1", order_, "cancelled");  // and what it held is free
    return seen;
  }

 private:
  void place() {
    if (row_.is_supply()) {
      const auto placed = server_.send(
          "POST", "/oms/orders",
          R"({"userId":"u1","orderItems":)" + items_of(row_.before, "productId") + "}");
      order_ = field(placed.body, "orderId");
      return;
    }
    const auto placed = server_.send("POST", "/api/customers/c1/orders",
                                     R"({"items":)" + items_of(row_.before, "productID") + "}");
    order_ = field(placed.body, "orderID");
    const auto link = link_path(await_status(server_, "c1", order_, "waiting_payment"));
    if (!row_.is_paid()) return;
    server_.send("POST", link + "/pay", R"({"card":"4242424242424242"})");
    captured_ = number_in(field(await_status(server_, "c1", order_, "paid"), "total"));
  }

  int change() {
    if (row_.is_supply()) {
      const auto body = row_.change == "all CANCELED"
                            ? std::string{R"({"status":"CANCELED"})"}
                            : R"({"orderItems":)" + items_of(row_.change, "productId") + "}";
      return server_.send("PUT", path(), body).status;
    }
    if (row_.change == "cancel") return server_.send("POST", path() + "/cancel").status;
    const auto changed = row_.change == "nothing" ? "" : row_.change;
    return HttpClient::to(server_.url())
        ->send("PATCH", path(),
               {{"Content-Type", "application/merge-patch+json"}, {"If-Match", "*"}},
               R"({"items":)" + items_of(changed, "productID") + "}")
        .value()
        .status;
  }

  // Until the change is through, or for 10 s.
  void await_change() {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
    while (is_changing() && std::chrono::steady_clock::now() < end) {
      std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
  }
  bool is_changing() const {
    const auto now = shown();
    for (const auto* sign : {"under_way", "cancelRequested", "PENDING", "refund_pending"}) {
      if (now.contains(sign)) return true;
    }
    return false;
  }

  std::string path() const {
    return (row_.is_supply() ? "/oms/orders/" : "/api/customers/c1/orders/") + order_;
  }
  std::string shown() const { return server_.send("GET", path()).body; }

  // "2 x 1, 1 x 2", or "cancelled".
  std::string lines() const {
    const auto now = shown();
    if (!row_.is_supply() && now.contains(R"("status":"cancelled")")) return "cancelled";
    std::string text;
    std::string_view rest = now;
    rest.remove_prefix(rest.find(row_.is_supply() ? "\"orderItems\":[" : "\"items\":["));
    rest = rest.substr(0, rest.find(']'));
    const std::string product = row_.is_supply() ? R"("productId":)" : R"("productID":)";
    for (auto at = rest.find(product); at != std::string_view::npos; at = rest.find(product)) {
      rest.remove_prefix(at);
      text += text.empty() ? "" : ", ";
      const auto id = field(rest, row_.is_supply() ? "productId" : "productID");
      const bool is_cancelled = row_.is_supply() && field(rest, "status") == "CANCELED";
      text += is_cancelled ? id + " CANCELED" : field(rest, "quantity") + " x " + id;
      rest.remove_prefix(product.size());
    }
    return text;
  }

  // What the customer pays in all, or would if they paid now.
  std::int64_t net() const {
    if (row_.is_supply()) return 0;
    const auto now = shown();
    if (row_.is_paid()) return captured_ - number_in(field(now, "refunded"));
    return now.contains(R"("status":"cancelled")") ? 0 : number_in(field(now, "total"));
  }

  std::vector<std::int64_t> goods() const {
    std::vector<std::int64_t> available;
    for (const auto* product : {"1", "2"}) {
      const auto item = server_.send("GET", std::string{"/api/admin/stock/"} + product, "", true);
      available.push_back(number_in(field(item.body, "available")));
    }
    return available;
  }

  static std::string changed(std::int64_t by) { return (by > 0 ? "+" : "") + std::to_string(by); }

  const ServerProcess& server_;
  Row row_;
  std::string order_;
  std::int64_t captured_ = 0;
};

std::string text_of(const Row& row) {
  std::string text;
  for (const auto& cell :
       {row.request, row.before, row.change, row.status, row.after, row.goods, row.money}) {
    text += "| " + cell + " ";
  }
  return text + "|";
}

TEST(ChangedOrders, GoodsAndMoneyFollowAsTheTableSays) {
  const ServerProcess server{{"--kitchen", "manual"}};
  const auto table = rows();
  EXPECT_GE(table.size(), 20U);
  for (const auto& row : table) {
    EXPECT_EQ(text_of(ChangedOrder{server, row}.played()), text_of(row));
  }
  const auto check = server.run({"check", "--wait", "10"});
  EXPECT_EQ(check.code, 0) << check.output;
}

}  // namespace
}  // namespace oms::testing
