#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tools/simulate/customer.h"
#include "tools/simulate/endings.h"
#include "tools/simulate/exchange.h"
#include "tools/simulate/process.h"
#include "tools/simulate/shopkeeper.h"

namespace oms::simulate {

// What came of one run.
struct Outcome {
  std::optional<Violation> violation;
  std::uint64_t trace = 0;  // the same for the same scenario, always
  Marks marks;
  Endings endings;
  std::vector<Journal::Line> lines;
  Time beginning;
  std::uint64_t commits = 0;
  int crashes = 0;
  int calls = 0;     // to the outside
  int messages = 0;  // that were handed in
  std::uint64_t broken_order = 0;
  Duration rested_after{0};  // from healing
  Duration simulated{0};
};

// Runs a scenario to its end: the whole system on one thread, in virtual time.
Outcome play(const Scenario& scenario, bool is_told = false);

class World final : public Edge {
 public:
  World(const Scenario& scenario, bool is_told);

  Outcome run();

  Id fresh_id() override;
  void submit(Message message, runtime::Lane lane, runtime::Respond respond) override;

 private:
  // Where one process lives, or will again.
  struct Node {
    Home home;
    std::unique_ptr<Process> process = {};
  };

  void settle(const process::ServiceGroup& services, int replicas);
  static std::vector<process::ServiceGroup> groups_of(const Scenario& scenario);
  void stock_the_shelves();
  void start(Node& node);
  void plan_clock_jumps();
  Duration clock_jump();
  void die(Node& node);
  void start_again(Node& node);
  void plan_restores();
  void restore();
  void show_all();
  void run_until_rest();
  void check_rest();
  static void check_sent(ServiceName service, MemoryStore& disk);
  MemoryStore& disk_of(const RecordType& type);
  Process* find(ServiceName service);
  Process* addressee(const Message& message);
  void written(std::span<const Change> changes);
  void mark_shelves(std::span<const Change> changes);
  void tell(const Change& change);
  Customer* customer_of(const Id& order_id);

  const Scenario& scenario_;
  Stage stage_;
  Exchange exchange_;
  std::map<ServiceName, MemoryStore> disks_;  // `world`: the one of all services
  Provider provider_;
  Shopkeeper shopkeeper_;
  std::deque<Customer> customers_;
  std::unordered_map<std::uint64_t, Customer*> by_number_;
  std::deque<Node> nodes_;
  int starts_ = 0;
  std::uint64_t commits_ = 0;
  Time last_commit_;
  std::vector<std::string> archive_;
  MemoryStore backup_;
  Model model_of_backup_;
  std::uint32_t spare_ids_ = 0;
};

}  // namespace oms::simulate
