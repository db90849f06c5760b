#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <variant>

#include "codec/json_names.h"
#include "messages/message.h"
#include "ports/histogram.h"

namespace oms::runtime {

// What a runtime and its effects measure, by the process's steady clock. Nothing that is decided
// depends on it. Any thread.
class Meter {
 public:
  static constexpr auto payload_types = std::variant_size_v<Payload>;
  static constexpr auto operation_kinds = json::enumerators<PaymentOperation::Kind>.size();
  static constexpr auto outcomes = json::enumerators<PaymentOutcome::Result>.size();
  static constexpr auto notice_results = json::enumerators<NoticeResult>.size();
  static constexpr std::size_t channels = json::enumerators<oms::Channel>.size();

  static std::int64_t now_ns();  // of a steady clock

  void note_decision(const Payload& payload, std::int64_t ns, bool has_failed);
  void note_batch(std::size_t messages) {
    batch_messages.observe(static_cast<std::int64_t>(messages));
  }
  void note_commit(std::int64_t ns) { commit_seconds.observe(ns); }
  void note_outcome(const Payload& outcome, oms::Channel channel, std::int64_t ns);

  // A counter for each, and a histogram for each that has any.
  struct Type {
    Histogram seconds{decision_seconds};
    std::atomic<std::uint64_t> failed{0};
  };
  std::array<Type, payload_types> decided;
  Histogram batch_messages{sizes};
  Histogram commit_seconds{answer_seconds};
  std::atomic<std::uint64_t> stock_refused{0};  // reservations

  template <std::size_t results>
  struct Effect {
    Histogram seconds{answer_seconds};
    std::array<std::atomic<std::uint64_t>, results> ended{};
  };
  std::array<Effect<outcomes>, operation_kinds> payments;
  std::array<Effect<notice_results>, channels> notices;
};

}  // namespace oms::runtime
