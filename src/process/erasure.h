#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "messages/message.h"
#include "ports/notifier.h"
#include "ports/store.h"
#include "runtime/services.h"
#include "services/orders/records.h"

namespace oms::process {

// Sees to it that customers are erased as was asked for. What is open lies in the store, so a
// process that dies is followed by one that goes on; all of it may be done twice.
//
// Where orders live it walks through all orders of such a customer, those in the archive, too, and
// has each erased. In every store it then sweeps what is kept beside the services' records: stored
// answers, dead letters, the notifier's files, the archive, and what the store itself has not
// overwritten yet. A customer is erased when nothing of that is left.
class Erasure {
 public:
  struct Parts {
    Store& store;
    const runtime::Services& services;
    // Hands a message to the runtime; false if it is to be tried again.
    std::function<bool(Message)> offer;
    Notifier* notifier = nullptr;        // whose files there are, if any
    std::filesystem::path archive = {};  // of orders; empty: there is none here
  };
  explicit Erasure(Parts parts) : parts_(std::move(parts)) {}
  Erasure(const Erasure&) = delete;
  Erasure& operator=(const Erasure&) = delete;
  // Waits until no file is being written.
  ~Erasure();

  // Between two batches: does a little, once a second, and oftener while there is something to do.
  bool is_due(Time now) const { return !next_ || now >= *next_; }
  Result<void> step(Time now);

  // Meanwhile nobody may write to the archive.
  bool is_rewriting_archive() const { return archiving_.joinable(); }

 private:
  // One sweep: all subjects that there were at its beginning, once through everything.
  struct Sweep {
    std::vector<Found> rows;
    std::set<std::string, std::less<>> subjects = {};
    enum class Stage { answers, letters, files, freed } stage = Stage::answers;
    std::string cursor = {};
  };
  // One walk through a customer's orders.
  struct Walk {
    orders::ErasedCustomer customer;
    bool is_in_archive = false;
    std::string cursor = {};
    bool is_all_done = true;
  };
  // Files that are being written, on threads of others.
  struct Writing {
    std::atomic<int> open{0};
    std::atomic<bool> has_failed{false};
  };

  Result<bool> begin_sweep();
  Result<void> sweep();
  Result<void> sweep_answers();
  Result<void> sweep_letters();
  Result<void> sweep_files();
  void begin_writing();
  Result<void> end_sweep();
  template <class Edit>
  Result<void> sweep_page(const RecordType& type, Sweep::Stage next, Edit edit);

  Result<bool> begin_walk();
  Result<void> walk();
  void visit(const Id& order_id, const std::optional<orders::Erasure>& erasure);
  Result<void> end_walk();

  Parts parts_;
  std::optional<Time> next_;
  std::optional<Sweep> sweep_;
  std::optional<Walk> walk_;
  std::string last_walked_;  // the customer
  std::shared_ptr<Writing> writing_;
  std::thread archiving_;
};

}  // namespace oms::process
