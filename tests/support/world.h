#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/memory/memory_store.h"
#include "ports/clock.h"
#include "ports/peers.h"
#include "process/erasure.h"
#include "process/host.h"
#include "process/housekeeping.h"
#include "process/service_set.h"
#include "tests/support/ground.h"
#include "tests/support/scrambling_broker.h"

namespace oms::testing {

class ManualClock final : public Clock {
 public:
  Time now() override { return now_; }
  Time wall() override { return now_ + wall_ahead_; }
  void advance(Duration span) { now_ = now_ + span; }
  void set_wall_ahead(Duration span) { wall_ahead_ = span; }

 private:
  Time now_{1'767'225'600'000};  // 2026-01-01T00:00:00Z
  Duration wall_ahead_{0};
};

// A store that counts what is written to it.
class CountingStore final : public Store {
 public:
  using Store::load;
  Result<std::vector<Found>> load(std::span<const Key> keys, Hold hold) override {
    return inner.load(keys, hold);
  }
  Result<void> commit(std::span<const Change> changes) override;
  Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t max) override {
    return inner.due(type, now, max);
  }
  Result<std::optional<Time>> next_due(const RecordType& type) override {
    return inner.next_due(type);
  }
  Result<Page> find(const Query& query) override { return inner.find(query); }

  MemoryStore inner;
  std::map<std::string, int> rows;        // by table
  std::optional<Error> fail_next_commit;  // once
  bool is_written_though = false;         // and what it says is not true
};

enum class Wiring {
  together,  // one host for all services, as `oms up` has it
  halves,    // one for the order and its saga, one for all other services; a broker joins them
  apart,     // two for each service, which share its store; the same
};

// The whole system on one thread, with a clock that the test moves, stores in memory, and a payment
// provider that does what the test says.
class World final : private Peers {
 public:
  explicit World(process::Settings settings = {}, Wiring wiring = Wiring::together,
                 bool keeps_house = false);
  // Apart, on real stores and a real broker, which outlive it.
  World(process::Settings settings, Ground& ground);

  // Sends a message and runs until nothing is to be done at this time.
  Result<Record> send(const Id& order_id, Payload payload, std::optional<Once> once = {});
  Result<Record> place(const Id& order_id, std::string customer, std::vector<RequestedLine> lines,
                       Contact contact = {});
  // Hands it in, and decides nothing yet: it meets what comes next.
  void hurry(const Id& order_id, Payload payload);
  void deliver(Message message);  // one that nobody waits for, with the id that it has
  void run();
  void wait(Duration span);

  // The customer at the payment page, and the provider's word about it.
  void pay(const Id& order_id, bool is_heard = true);      // or the provider's word is lost
  void pay_first_link(const Id& order_id, bool is_heard);  // which may be closed by now
  void decline(const Id& order_id);
  void tell_expired(const Id& order_id);
  // Any of these words at any time: it holds at the provider where it may, and is told in any case.
  Result<Record> say(const Id& order_id, ProviderWord word);
  // What else the provider tells: of this order, and with what is given. Its session and currency
  // are filled in where they are empty.
  Result<Record> tell(const Id& order_id, ProviderEvent event);
  void refund_at_provider(const Id& order_id, MinorUnits amount);  // by hand, at its own desk

  Id new_id() { return ids_.make(clock.now()); }

  template <class T>
  const T* get(std::string_view id) {
    const auto found = reader_of(type_of<T>()).get(key_of<T>(id));
    shown_.push_back(found ? found->record : Record{});
    return shown_.back() ? shown_.back().as<T>() : nullptr;
  }

  // Everything of that type, oldest first.
  template <class T>
  std::vector<T> all() {
    std::vector<T> values;
    const auto page = find_all(type_of<T>());
    for (const auto& found : page.records) values.push_back(*found.record.template as<T>());
    return values;
  }

  // What was written to all stores, by table.
  std::map<std::string, int> rows() const;

  // Services die without a word, and are there again as their store has them.
  void crash(ServiceName service);

  const std::vector<process::ServiceGroup> groups;  // that live apart

  ManualClock clock;
  CountingStore store;                  // of all services, when they are together
  ScramblingBroker broker{groups};      // between them, when they are not
  std::vector<PaymentOperation> asked;  // of the provider, in order
  std::vector<NoticeToSend> told;       // to customers, in order
  std::vector<PublicEvent> events;      // in order
  std::string archive;                  // of old orders, line by line
  bool is_provider_silent = false;      // every operation's outcome is unknown, and nothing is done
  bool refuses_refunds = false;         // for good, whatever is asked
  bool loses_answers = false;           // what is asked is done, and nobody hears of it
  std::optional<PaymentOperation::Kind> only_concerns = {};  // these three: that kind of operation

 private:
  struct Session {
    MinorUnits amount = 0;
    std::string currency;
    ProviderWord word = ProviderWord::open;
    MinorUnits refunded = 0;
  };
  World(process::Settings settings, Wiring wiring, bool keeps_house, Ground* ground);
  // One process.
  struct Node {
    Ground::Kept kept;  // of the ground
    std::shared_ptr<process::ServiceSet> services;
    std::shared_ptr<process::Housekeeping> housekeeping;
    std::shared_ptr<process::Erasure> erasure;
    std::unique_ptr<process::Host> host;
  };
  Node start(std::shared_ptr<process::ServiceSet> services, ServiceName home, std::size_t replica);
  void start_apart(const process::ServiceGroup& group);
  std::vector<Node>& nodes_of(ServiceName service) {
    return is_apart() ? nodes_[process::home_of(service, groups)] : nodes_[ServiceName::world];
  }
  process::Host& host_for(const Payload& payload);
  bool is_apart() const { return wiring_ != Wiring::together; }
  ServiceName home_of(const RecordType& type);  // `world`: of all, or of none
  CountingStore& memory_at(ServiceName home) {
    return home == ServiceName::world ? store : stores_[home];
  }
  Reader& reader_at(ServiceName home);
  Reader& reader_of(const RecordType& type) { return reader_at(home_of(type)); }
  bool step();
  bool is_on_its_way() const;
  void ask(const Question& question, OnAnswer on_answer) override;

  Page find_all(const RecordType& type);
  PaymentOutcome perform(const PaymentOperation& operation);
  void perform_effects();
  void tell(const Id& order_id, ProviderWord word);
  static bool use_card(const PaymentOperation& operation, Session& session,
                       PaymentOutcome& outcome);

  process::Settings settings_;
  Wiring wiring_;
  bool keeps_house_;
  Ground* ground_;  // null: memory
  runtime::IdSource ids_;
  std::deque<Effect> effects_;
  // One for each link, or for a card.
  Session& session_of(const Id& order_id) { return sessions_[{order_id, links_[order_id]}]; }
  std::map<std::pair<Id, std::int32_t>, Session> sessions_;
  std::map<Id, std::int32_t> links_;  // the number of the last one
  int webhooks_ = 0;
  std::deque<Record> shown_;
  std::map<ServiceName, CountingStore> stores_;
  std::map<ServiceName, std::vector<Node>> nodes_;  // `world`: the one for all services
  std::size_t turn_ = 0;
};

}  // namespace oms::testing
