#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace oms::bench {

enum class What { livez, intake, lifecycle, read, hot };

// What the command line of `oms bench` says.
struct Options {
  What what = What::livez;

  // A running server; all empty: one of its own.
  std::string url;
  std::string token;
  std::string data;
  std::string pay_url;  // where the payment pages are; empty: at the server itself

  // Of the own server.
  std::string keep;               // its folder, which then stays; empty: a temporary one
  std::vector<std::string> with;  // settings of `oms up`, as "batch-max=512"

  std::size_t connections = 256;
  double duration = 10;  // seconds
  double warm_up = 2;
  double rate = 0;  // arrivals a second; 0: the next when one is answered
  std::size_t customers = 10'000;
  std::size_t lines = 1;        // of an order
  std::string baskets;          // a file of baskets to order, each once
  std::size_t preload = 0;      // orders placed before anything is measured
  std::size_t in_flight = 512;  // of lifecycle
  unsigned decline = 0;         // percent of the orders whose card is declined
  unsigned cancel = 0;          // percent that the customer cancels instead of paying
  std::uint64_t seed = 1;
  std::size_t orders = 10'000;  // of hot
  std::size_t units = 1'000;
  bool with_livez = true;       // of intake: measures the empty answer before and after
  bool with_floor = false;      // of intake and lifecycle: SQLite alone, too
  std::size_t floor_batch = 0;  // 0: as large as the server's own were
  bool as_json = false;
};

}  // namespace oms::bench
