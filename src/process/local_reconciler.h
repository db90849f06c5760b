#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "ports/commands.h"
#include "ports/reconciler.h"
#include "process/books_walk.h"
#include "process/reconciliation_settings.h"

namespace oms::process {

// How many differences of each kind the last run that came to its end has left, and what was done.
struct ReconciliationCounts {
  static constexpr auto kinds = static_cast<std::size_t>(Difference::unreturned_stock) + 1;

  std::array<std::uint64_t, kinds> left{};
  std::uint64_t runs = 0;
  std::uint64_t failures = 0;
  std::uint64_t repairs = 0;
  Time last_end;  // by the wall clock; 0: there was none
};

// Compares on a thread of its own, every so often and when it is asked. A difference is one only
// when it stands in two looks. Where it is to repair, the messages that do so go to their services,
// and a third look sees what has come of it. It knows the services by ports alone.
class LocalReconciler final : public Reconciler {
 public:
  struct Parts {
    BooksWalk::Parts books;
    Commands& commands;
    std::function<Id()> make_id;
    std::function<void(const std::string&)> warn;
  };

  LocalReconciler(Parts parts, const ReconciliationSettings& settings);
  LocalReconciler(const LocalReconciler&) = delete;
  LocalReconciler& operator=(const LocalReconciler&) = delete;
  ~LocalReconciler() override;

  // Once. Before it, runs that were asked for wait.
  void begin();
  // Ends a run under way.
  void stop();

  Result<Reconciliation> start(const ReconciliationRequest& request, By by) override;
  Result<Reconciliation> last() const override;
  ReconciliationCounts counts() const;

 private:
  void loop(const std::stop_token& stop);
  bool wait_for_turn(const std::stop_token& stop);
  Result<void> compare(const std::stop_token& stop);
  Result<void> repair(const std::vector<Finding>& findings, const std::stop_token& stop);
  Result<BooksWalk::Seen> look(int number, Time since, const std::set<Id>& watched,
                               const std::stop_token& stop);
  void submit_repairs(const std::vector<Finding>& findings);
  bool pause(Duration span, const std::stop_token& stop);
  Reconciliation current() const;
  void update(const std::function<void(Reconciliation&)>& change);
  Reconciliation begin_run(const ReconciliationRequest& request, By by);
  void end_run(const Result<void>& outcome);

  Parts parts_;
  const ReconciliationSettings settings_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  Reconciliation current_;
  ReconciliationCounts counts_;
  By by_;
  std::jthread thread_;
};

}  // namespace oms::process
