#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory_resource>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/id.h"
#include "tools/bench/event_feed.h"
#include "tools/bench/load.h"
#include "tools/bench/shop.h"

namespace oms::bench {

// Orders on their whole way: placed; paid, declined or cancelled when the operator's stream says
// that they wait for it; until the stream says that they have ended.
class Lifecycles final : public Source, public EventFeed::Reader {
 public:
  enum Kind : std::size_t { place, pay, decline, cancel, look, whole };

  struct Plan {
    std::size_t in_flight = 512;
    double rate = 0;
    std::size_t most = SIZE_MAX;
    unsigned decline = 0;  // percent
    unsigned cancel = 0;
    std::uint64_t seed = 1;
    std::string pay_host = {};  // of the payment pages, if it is another server's; see `Payers`
  };
  Lifecycles(const Target& target, const Basket& basket, const Plan& plan);

  bool next(Nanos now, std::string& request, Job& job) override;
  void answered(const Job& job, const Answer& answer, Nanos now) override;
  void lost(const Job& job) override;
  Nanos next_at() const override;
  bool is_done() const override { return placed_ >= plan_.most && under_way() == 0; }
  void look_around(Nanos now) override;

  void told(std::string_view order) override;
  void missed() override;

  // Has that stream opened again whenever it breaks off.
  void follow(EventFeed& feed) { feed_ = &feed; }

  // The next payment, where those are made elsewhere.
  bool write_payment(std::string& request, Job& job);

  // No further orders: the run then ends with the last of those under way.
  void place_no_more() { plan_.most = placed_; }
  std::size_t under_way() const { return flights_.size() - free_.size(); }

  // How many ended how, with the reason: "cancelled (out_of_stock)".
  const std::map<std::string, std::uint64_t>& ends() const { return ends_; }
  std::uint64_t looked() const { return tallies[look].total(); }

 private:
  enum class Course { pay, decline, cancel };
  enum class Phase { free, placing, placed, answering };

  // Which use of which slot: an answer may come when its order has already ended.
  using Tag = std::uint64_t;

  struct Flight {
    std::uint32_t uses = 0;
    Phase phase = Phase::free;
    Course course = Course::pay;
    Id id;
    std::size_t customer = 0;
    Nanos due = 0;   // when its customer began to wait
    Nanos news = 0;  // when it was last heard of
    std::string session;
  };

  bool write_place(Nanos now, std::string& request, Job& job);
  bool write_cancel(std::string& request, Job& job);
  bool write_look(std::string& request, Job& job);
  void on_placed(std::size_t slot, const Answer& answer, Nanos now);
  void hear(std::size_t slot, std::string_view order, Nanos now);
  void finish(std::size_t slot, std::string end, Nanos now);
  void release(std::size_t slot);
  Course choose();
  Tag tag_of(std::size_t slot) const { return Tag{flights_[slot].uses} << 32U | slot; }
  static std::size_t slot_of(Tag tag) { return tag & 0xFFFFFFFFU; }
  bool take(std::deque<Tag>& queue, Tag& tag);

  Plan plan_;
  const Basket& basket_;
  Schedule schedule_;
  std::mt19937_64 random_;
  std::string host_;
  std::string token_;

  std::vector<Flight> flights_;
  std::vector<std::size_t> free_;
  std::deque<Tag> to_pay_;
  std::deque<Tag> to_cancel_;
  std::deque<Tag> to_look_;
  std::pmr::unsynchronized_pool_resource pool_;
  std::pmr::unordered_map<Id, std::size_t> by_id_{&pool_};
  // What the stream told of orders whose placing is not yet answered.
  std::unordered_map<Id, std::string> early_;
  std::map<std::string, std::uint64_t> ends_;
  EventFeed* feed_ = nullptr;
  std::size_t placed_ = 0;
  Nanos pause_until_ = 0;  // the server had no room
  Nanos checked_ = 0;
};

// The payments of such orders, where the payment pages are another server's.
class Payers final : public Source {
 public:
  explicit Payers(Lifecycles& lifecycles) : lifecycles_(lifecycles) {}

  bool next(Nanos, std::string& request, Job& job) override {
    return lifecycles_.write_payment(request, job);
  }
  void answered(const Job& job, const Answer& answer, Nanos now) override {
    lifecycles_.answered(job, answer, now);
  }
  void lost(const Job& job) override { lifecycles_.lost(job); }
  Tally& tally(std::size_t kind) override { return lifecycles_.tally(kind); }

 private:
  Lifecycles& lifecycles_;
};

}  // namespace oms::bench
