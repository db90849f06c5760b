#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "edge/caller.h"
#include "edge/gateway.h"

// What the gateway's tests share: a gateway, requests, and the records that it shows.
namespace oms::edge::samples {

inline constexpr std::string_view order_text = "65a000000000000000000001";
inline constexpr std::string_view other_text = "65a000000000000000000002";
inline constexpr std::string_view token = "let-me-in";
inline const Id order_id = *Id::parse(order_text);
inline const Id other_id = *Id::parse(other_text);
inline const Time noon = *parse_time("2026-01-01T12:00:00.000Z");

// Not SHA-256, but 64 hex digits that depend on all of the text.
inline std::string toy_digest(std::string_view text) {
  std::string out;
  for (std::uint64_t round = 0; round < 4; ++round) {
    std::uint64_t hash = 14695981039346656037ULL + round;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[hash >> shift & 15];
  }
  return out;
}

inline GatewaySettings settings() {
  return {.base_url = "http://127.0.0.1:8080",
          .operator_token = std::string{token},
          .digest = toy_digest};
}

// One request; the gateway that plans it lives as long.
class Request {
 public:
  Request(std::string method, std::string path, std::string body = {}) {
    request_.method = std::move(method);
    const auto mark = path.find('?');
    request_.path = path.substr(0, mark);
    if (mark != std::string::npos) request_.query = path.substr(mark + 1);
    request_.body = std::move(body);
    request_.is_local = true;
  }
  Request& from_afar() {
    request_.is_local = false;
    return *this;
  }
  Request& with(std::string header, std::string value) {
    request_.headers.emplace_back(std::move(header), std::move(value));
    return *this;
  }
  Request& by_operator() { return with("authorization", "Bearer " + std::string{token}); }
  Request& under(GatewaySettings settings) {
    gateway_ = Gateway{std::move(settings)};
    return *this;
  }

  Plan plan() const {
    return gateway_.plan(request_, gateway_.caller_of(request_, noon), order_id, noon);
  }

  // The plan, if it is of this kind; else it throws with the answer that was given instead.
  template <class T>
  T plan_as() const {
    auto made = plan();
    if (const auto* refused = std::get_if<HttpResponse>(&made)) {
      if constexpr (!std::is_same_v<T, HttpResponse>) throw std::runtime_error(refused->body);
    }
    return std::get<T>(std::move(made));
  }
  HttpResponse answer() const { return plan_as<HttpResponse>(); }
  std::string refusal() const {
    const auto response = answer();
    return std::to_string(response.status) + ' ' + response.body;
  }

  template <class M>
  M message() const {
    return std::get<M>(plan_as<Submit>().message.payload);
  }

 private:
  HttpRequest request_;
  Gateway gateway_{settings()};
};

inline std::string header(const HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return {};
}

inline OrderView placed_order() {
  return {.id = order_id,
          .customer_id = "c1",
          .version = 1,
          .lines = {{.product_id = "1",
                     .product_name = "Cheese",
                     .quantity = 2,
                     .price_id = "price_cheese",
                     .unit_price = 450}},
          .total = 900,
          .currency = "usd",
          .history = {{.version = 1, .status = OrderStatus::pending, .at = noon}},
          .created_at = noon,
          .updated_at = noon};
}

inline ItemView cheese() {
  return {.id = "1",
          .name = "Cheese",
          .kind = "dish",
          .price_id = "price_cheese",
          .price = 450,
          .currency = "usd",
          .preparation_ms = 2500,
          .low_at = 5,
          .on_hand = 80,
          .reserved = 20,
          .available = 60,
          .initial = 100,
          .restocked = 10,
          .committed = 30};
}

template <class T>
Found found(T record) {
  return {.record = make_record(std::move(record)), .version = 1};
}

}  // namespace oms::edge::samples
