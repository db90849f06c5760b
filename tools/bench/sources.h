#pragma once

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tools/bench/load.h"
#include "tools/bench/shop.h"

namespace oms::bench {

// A placed order, as far as one needs to ask for it.
struct Placed {
  std::array<char, 24> id{};
  std::size_t customer = 0;
};

// The same request again and again.
class SameRequest final : public Source {
 public:
  SameRequest(std::string name, std::string request, double rate);
  bool next(Nanos now, std::string& request, Job& job) override;
  Nanos next_at() const override { return schedule_.next_at(); }

 private:
  std::string request_;
  Schedule schedule_;
};

// Places orders, and nothing else happens to them.
class Placing final : public Source {
 public:
  struct Plan {
    double rate = 0;
    std::size_t most = SIZE_MAX;  // then it is done
    bool remembers = false;       // which ones it has placed
  };
  Placing(const Basket& basket, const Plan& plan);

  bool next(Nanos now, std::string& request, Job& job) override;
  void answered(const Job& job, const Answer& answer, Nanos now) override;
  Nanos next_at() const override { return sent_ < plan_.most ? schedule_.next_at() : never; }
  bool is_done() const override { return sent_ >= plan_.most; }

  const std::vector<Placed>& placed() const { return placed_; }
  std::size_t refused() const { return refused_; }  // cancelled at once: out of stock

 private:
  const Basket& basket_;
  Plan plan_;
  Schedule schedule_;
  std::size_t sent_ = 0;
  std::size_t refused_ = 0;
  std::vector<Placed> placed_;
};

// Reads single orders and, one time in eight, the first page of a customer's orders.
class Reading final : public Source {
 public:
  Reading(const Target& target, const std::vector<Placed>& placed, double rate, std::uint64_t seed);
  bool next(Nanos now, std::string& request, Job& job) override;
  Nanos next_at() const override { return schedule_.next_at(); }

 private:
  enum Kind : std::size_t { one, page };
  std::string rest_;  // of the request, after its path
  const std::vector<Placed>& placed_;
  Schedule schedule_;
  std::mt19937_64 random_;
};

}  // namespace oms::bench
