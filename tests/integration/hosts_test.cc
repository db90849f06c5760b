// Two hosts as two processes would be: each with its own store, threads and lanes, and a broker
// between them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <list>
#include <mutex>
#include <numeric>
#include <span>
#include <thread>

#include "adapters/memory/memory_store.h"
#include "process/host.h"
#include "process/service_set.h"
#include "process/system_clock.h"

namespace oms::testing {
namespace {

using namespace std::chrono_literals;

// Brings each message at once, and again where it must come again.
class PlainBroker final : public Broker {
 public:
  void publish(std::vector<Envelope> envelopes, OnConfirmed on_confirmed) override {
    std::vector<std::size_t> places(envelopes.size());
    std::iota(places.begin(), places.end(), 0U);
    {
      const std::scoped_lock lock{mutex_};
      for (auto& envelope : envelopes) waiting_.push_back(std::move(envelope));
    }
    on_confirmed(places);
    arrived_.notify_one();
  }
  Subscription subscribe(ServiceName to, Receive receive) override {
    const std::scoped_lock lock{mutex_};
    subscribers_[to] = std::move(receive);
    return {this, [this, to](const void*) {
              const std::scoped_lock ended{mutex_};
              subscribers_.erase(to);
            }};
  }

  void consume(ServiceName, std::span<const std::size_t>) override {}

 private:
  void run(const std::stop_token& end) {
    std::unique_lock lock{mutex_};
    while (!end.stop_requested()) {
      arrived_.wait_for(lock, 5ms);
      for (auto batch = std::exchange(waiting_, {}); !batch.empty(); batch.pop_front()) {
        const auto to = subscribers_.find(batch.front().to);
        if (to == subscribers_.end()) continue;  // nobody is there any more
        to->second(batch.front(), [this, envelope = batch.front()](Disposition disposition) {
          if (disposition == Disposition::ack) return;
          const std::scoped_lock again{mutex_};
          waiting_.push_back(envelope);
        });
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable arrived_;
  std::list<Envelope> waiting_;
  std::map<ServiceName, Receive> subscribers_;
  std::jthread thread_{[this](const std::stop_token& end) { run(end); }};
};

// A store in memory that one thread writes while another reads.
class SharedStore final : public Store, public Reader {
 public:
  using Store::load;
  Result<std::vector<Found>> load(std::span<const Key> keys, Hold hold) override {
    const std::scoped_lock lock{mutex_};
    return inner_.load(keys, hold);
  }
  Result<void> commit(std::span<const Change> changes) override {
    const std::scoped_lock lock{mutex_};
    return inner_.commit(changes);
  }
  Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t limit) override {
    const std::scoped_lock lock{mutex_};
    return inner_.due(type, now, limit);
  }
  Result<std::optional<Time>> next_due(const RecordType& type) override {
    const std::scoped_lock lock{mutex_};
    return inner_.next_due(type);
  }
  Result<Found> get(const Key& key) override {
    const std::scoped_lock lock{mutex_};
    return inner_.get(key);
  }
  Result<Page> find(const Query& query) override {
    const std::scoped_lock lock{mutex_};
    return inner_.find(query);
  }

 private:
  std::mutex mutex_;
  MemoryStore inner_;
};

class GenerousProvider final : public PaymentProvider {
 public:
  void start(PaymentOperation operation, Done done) override {
    done({.kind = operation.kind,
          .result = PaymentOutcome::Result::done,
          .word = operation.kind == PaymentOperation::Kind::expire_link ? ProviderWord::expired
                                                                        : ProviderWord::open,
          .session_id = "cs_" + operation.order_id.text(),
          .link = "https://pay.example/" + operation.order_id.text(),
          .amount = operation.amount,
          .currency = operation.currency});
  }
  void list(ChargesWanted, OnCharges on_charges) override { on_charges(ChargePage{}); }
  Result<Message> read_webhook(std::string_view, std::string_view, Time) const override {
    return fail(ErrorKind::invalid, "there are none");
  }
};

class SilentNotifier final : public Notifier {
 public:
  void start(NoticeToSend, Done done) override { done(NoticeResult::sent); }
  void erase(std::vector<Id>, Erased done) override { done({}); }
};

// The services of one process, and what stands around them.
struct Process {
  Process(process::ServiceGroup names, Broker& broker, Peers& peers, std::uint8_t number,
          PaymentProvider* payments, Notifier* notices)
      : services(process::Settings{}, names),
        ids({1, 2, 3, 4, number}),
        host({.services = services.services(),
              .store = store,
              .reader = store,
              .clock = clock,
              .ids = ids,
              .observe = {},
              .payments = payments,
              .email = notices,
              .sms = notices,
              .broker = &broker,
              .peers = &peers,
              .replica = ids.make(clock.now())},
             {}) {}

  process::ServiceSet services;
  SharedStore store;
  process::SystemClock clock;
  runtime::IdSource ids;
  process::Host host;
};

class Hosts : public ::testing::Test, private Peers {
 protected:
  Hosts() {
    std::vector<Change> shelf;
    for (auto& item : stock::default_catalogue("usd")) {
      auto record = make_record(std::move(item));
      const auto key = record.key();
      shelf.push_back({.key = key, .record = std::move(record), .expected = 0});
    }
    std::ranges::sort(shelf, std::less<>{}, &Change::key);
    EXPECT_TRUE(others_.store.commit(shelf));
    for (auto* process : {&sagas_, &others_}) {
      process->host.start([](const Error& error) { ADD_FAILURE() << error.detail; });
    }
  }
  ~Hosts() override {
    EXPECT_TRUE(sagas_.host.stop());
    EXPECT_TRUE(others_.host.stop());
  }

  OrderStatus status_of(const Id& order) {
    const auto found = sagas_.store.get(key_of<orders::Order>(order.text()));
    return found->record ? found->record.as<orders::Order>()->status : OrderStatus::pending;
  }
  bool comes_to(const Id& order, OrderStatus status) {
    for (int i = 0; i < 1000 && status_of(order) != status; ++i) std::this_thread::sleep_for(10ms);
    return status_of(order) == status;
  }

  GenerousProvider provider_;
  SilentNotifier notifier_;
  PlainBroker broker_;
  Process others_{{ServiceName::stock, ServiceName::payments, ServiceName::kitchen,
                   ServiceName::delivery, ServiceName::notifications},
                  broker_,
                  *this,
                  2,
                  &provider_,
                  &notifier_};
  // Nothing here starts an effect: there is no provider and no lane.
  Process sagas_{
      {ServiceName::orders, ServiceName::coordinator}, broker_, *this, 1, nullptr, nullptr};

 private:
  void ask(const Question& question, OnAnswer on_answer) override {
    on_answer(others_.host.answer(question));
  }
};

TEST_F(Hosts, LeadAnOrderBetweenThem) {
  const auto order = sagas_.ids.make(sagas_.clock.now());
  sagas_.host.offer({.id = {},
                     .order_id = order,
                     .payload = PlaceOrder{.customer_id = "c1",
                                           .saga = "food",
                                           .lines = {{.product_id = "1", .quantity = 2}}}},
                    Lane::normal);
  EXPECT_TRUE(comes_to(order, OrderStatus::waiting_payment));
  sagas_.host.offer({.id = {}, .order_id = order, .payload = CancelOrder{.customer_id = "c1"}},
                    Lane::urgent);
  EXPECT_TRUE(comes_to(order, OrderStatus::cancelled));
  EXPECT_EQ(sagas_.host.effects().payments.in_flight, 0U);
}

}  // namespace
}  // namespace oms::testing
