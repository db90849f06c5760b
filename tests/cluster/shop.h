#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cluster/http.h"

namespace oms::cluster {

inline constexpr const char* operator_token = "oms_0123456789abcdef0123456789abcdef";

// What customers and an operator do and see, from outside.
class Shop {
 public:
  Shop(std::string url, std::string provider_url)
      : url_(std::move(url)), provider_url_(std::move(provider_url)) {}

  const std::string& url() const { return url_; }
  const std::string& provider_url() const { return provider_url_; }

  using Headers = std::vector<std::string>;
  http::Answer send(std::string_view method, std::string_view path, std::string_view body = {},
                    Headers headers = {}) const;
  http::Answer send_as_operator(std::string_view method, std::string_view path,
                                std::string_view body = {}) const;

  // Orders one line; the order's id. Throws unless it was placed.
  std::string place(const std::string& customer, const std::string& product,
                    int quantity = 1) const;
  // Waits until the answer at the path holds the text (or `timeout` is over), and gives its body.
  std::string await(const std::string& path, std::string_view text,
                    std::chrono::seconds timeout = std::chrono::seconds{30}) const;
  std::string await_status(const std::string& customer, const std::string& order,
                           std::string_view status) const;
  // Waits for the payment link of an order.
  std::string await_link(const std::string& customer, const std::string& order) const;

 private:
  std::string url_;
  std::string provider_url_;
};

std::string order_path(const std::string& customer, const std::string& order);

// The address of the payment page that an order shows; empty while there is none.
std::string link_in(std::string_view order);

// Pays by the page behind a link; the answer's status.
int pay(const std::string& link, const std::string& card = "4242424242424242");

}  // namespace oms::cluster
