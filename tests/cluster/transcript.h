#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/cluster/shop.h"

namespace oms::cluster {

// A request and its answer. What differs each time, as ids, times and addresses, is masked.
struct Exchange {
  std::string request;
  std::string answer;
};

// Asks a shop one thing after the other, and notes the answers. "{name}" in a path or a body is
// what an earlier answer had.
class Transcript {
 public:
  struct Capture {
    std::string name;
    std::string field;
  };

  explicit Transcript(Shop shop) : shop_(std::move(shop)) {}

  void ask(std::string_view method, std::string_view path, std::string_view body = {},
           const Capture& capture = {});
  void ask_once(std::string_view key, std::string_view path, std::string_view body);
  void patch(std::string_view path, std::string_view body, std::string_view version);
  void operate(std::string_view method, std::string_view path, std::string_view body = {});
  // Until the answer has the text and does not change any more, for 15 s at most. Only the last
  // answer is noted.
  // What a 202 shows is on its way: how far it has come meanwhile is not compared.
  void begin(std::string_view path, std::string_view body);
  void ask_until(std::string_view text, std::string_view path);
  void operate_until(std::string_view text, std::string_view path);
  // By the link that the order at the path shows.
  void pay(std::string_view path);

  const std::vector<Exchange>& exchanges() const { return exchanges_; }

 private:
  std::string filled(std::string_view text) const;
  void note(std::string request, const http::Answer& answer);
  void until(std::string_view text, std::string_view path, const Shop::Headers& headers);

  Shop shop_;
  std::map<std::string, std::string> captured_;
  std::vector<Exchange> exchanges_;
};

}  // namespace oms::cluster
