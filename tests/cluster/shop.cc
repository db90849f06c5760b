#include "tests/cluster/shop.h"

#include <stdexcept>
#include <thread>

#include "tests/support/json_field.h"

namespace oms::cluster {

using namespace std::chrono_literals;
using testing::field;

http::Answer Shop::send(std::string_view method, std::string_view path, std::string_view body,
                        Headers headers) const {
  if (!body.empty()) headers.emplace_back("Content-Type: application/json");
  return http::send({.method = std::string{method},
                     .url = url_ + std::string{path},
                     .headers = std::move(headers),
                     .body = std::string{body}});
}

http::Answer Shop::send_as_operator(std::string_view method, std::string_view path,
                                    std::string_view body) const {
  return send(method, path, body, {"Authorization: Bearer " + std::string{operator_token}});
}

std::string Shop::place(const std::string& customer, const std::string& product,
                        int quantity) const {
  const auto placed = send("POST", "/api/customers/" + customer + "/orders",
                           R"({"items":[{"productID":")" + product + R"(","quantity":)" +
                               std::to_string(quantity) + R"(}],"fulfilment":"delivery"})");
  if (placed.status != 201) throw std::runtime_error("not placed: " + placed.body);
  return field(placed.body, "orderID");
}

std::string Shop::await(const std::string& path, std::string_view text,
                        std::chrono::seconds timeout) const {
  const auto end = std::chrono::steady_clock::now() + timeout;
  while (true) {
    auto body = send("GET", path).body;
    if (body.contains(text) || std::chrono::steady_clock::now() > end) return body;
    std::this_thread::sleep_for(20ms);
  }
}

std::string Shop::await_status(const std::string& customer, const std::string& order,
                               std::string_view status) const {
  return await(order_path(customer, order), R"("status":")" + std::string{status} + '"');
}

std::string Shop::await_link(const std::string& customer, const std::string& order) const {
  return link_in(await(order_path(customer, order), R"("PaymentLink":"http)"));
}

std::string order_path(const std::string& customer, const std::string& order) {
  return "/api/customers/" + customer + "/orders/" + order;
}

std::string link_in(std::string_view order) {
  auto link = field(order, "PaymentLink");
  return link.starts_with("http") ? link : std::string{};
}

int pay(const std::string& link, const std::string& card) {
  return http::send({.method = "POST",
                     .url = link + "/pay",
                     .headers = {"Content-Type: application/json"},
                     .body = R"({"card":")" + card + R"("})"})
      .status;
}

}  // namespace oms::cluster
