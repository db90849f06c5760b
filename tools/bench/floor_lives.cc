#include "tools/bench/floor_lives.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "adapters/memory/memory_store.h"
#include "process/service_set.h"
#include "runtime/batch.h"
#include "runtime/id_source.h"

namespace oms::bench {
namespace {

constexpr Time start{1'780'000'000'000};
constexpr std::int64_t plenty = 1'000'000'000;
constexpr MinorUnits price = 450;
constexpr std::size_t steps_max = 64;
constexpr std::size_t stride = 7919;  // a prime: all customers come, in no order

process::Settings swift_shop() {
  process::Settings settings;
  settings.kitchen.preparation = Duration{0};
  settings.delivery.travel = Duration{0};
  settings.kitchen.cooks = 100'000;
  settings.kitchen.queue_max = 1'000'000;
  settings.stock.held_units_max = 0;
  return settings;
}

}  // namespace

class FloorLives::Shop {
 public:
  Shop(std::size_t lines, std::size_t customers)
      : settings_(swift_shop()),
        services_(settings_),
        customers_(std::clamp<std::size_t>(customers, 1, 100'000)) {
    for (std::size_t i = 1; i <= lines; ++i) {
      lines_.push_back({.product_id = fmt::format("bench-item-{}", i), .quantity = 1});
    }
  }

  Result<FloorCommit> stock() {
    std::vector<Change> changes;
    for (std::size_t i = 1; i <= lines_.size(); ++i) {
      stock::Item item{.id = fmt::format("bench-item-{}", i),
                       .name = fmt::format("Bench dish {}", i),
                       .kind = "goods",
                       .price_id = fmt::format("price_bench-item-{}", i),
                       .price = price,
                       .currency = "usd",
                       .initial = plenty};
      auto record = make_record(std::move(item));
      changes.push_back({.key = record.key(), .record = std::move(record)});
    }
    std::ranges::sort(changes, std::less<>{}, &Change::key);
    return commit(changes);
  }

  Result<std::vector<FloorCommit>> live(std::size_t orders, Until until) {
    std::vector<Message> placing;
    for (std::size_t i = 0; i < orders; ++i) {
      const auto id = ids_.make(now_);
      customer_ = (customer_ + stride) % customers_;
      placing.push_back({.id = id,
                         .order_id = id,
                         .payload = PlaceOrder{.customer_id = fmt::format("bench-{:05}", customer_),
                                               .saga = "food",
                                               .lines = lines_},
                         .fresh = true});
    }
    std::vector<FloorCommit> commits;
    OMS_CHECK(decide(placing, commits));
    OMS_CHECK(decide(links(), commits));
    if (until == Until::placed) {
      paid_.clear();
      return commits;
    }
    OMS_CHECK(decide(payments(), commits));
    for (std::size_t step = 0; step < steps_max; ++step) {
      OMS_TRY(const auto wake_ups, due());
      if (wake_ups.empty()) return commits;
      OMS_CHECK(decide(wake_ups, commits));
    }
    return fail(ErrorKind::internal, "the lifecycles do not end");
  }

 private:
  Result<void> decide(const std::vector<Message>& messages, std::vector<FloorCommit>& commits) {
    now_ = now_ + Duration{1};
    runtime::Batch batch{{services_.services(), store_, relay_}, numbers_};
    std::vector<runtime::Inbound> inbound;
    for (const auto& message : messages) inbound.push_back({.message = message});
    OMS_CHECK(batch.decide(inbound, now_));
    if (batch.failed > 0) return fail(ErrorKind::internal, "a lifecycle ended as a dead letter");
    numbers_ = batch.numbers();
    OMS_TRY(auto rows, commit(batch.changes()));
    commits.push_back(std::move(rows));
    batch.note_committed();
    operations_.clear();
    for (auto& effect : batch.take_effects()) {
      if (auto* asked = std::get_if<PaymentOperation>(&effect)) operations_.push_back(*asked);
    }
    return {};
  }

  Result<FloorCommit> commit(std::span<const Change> changes) {
    FloorCommit rows;
    for (const auto& change : changes) {
      // A block of numbers is claimed for a thousand orders.
      if (change.key.type == &type_of<runtime::Sequence>()) continue;
      OMS_TRY(const auto before, store_.get(change.key));
      rows.push_back(row_of(change, before));
    }
    OMS_CHECK(store_.commit(changes));
    return rows;
  }

  static FloorRow row_of(const Change& change, const Found& before) {
    const auto& type = *change.key.type;
    FloorRow row{.type = &type, .record = change.record, .expected = change.expected};
    row.changed.set();
    if (!before.record) return row;
    for (std::size_t i = 0; i < type.columns.size(); ++i) {
      const auto& column = type.columns[i];
      if (!sqlite::is_indexed(type, column)) continue;
      row.changed[i] = column.read(before.record.value()) != column.read(change.record.value());
    }
    if (type.due) row.changed[sqlite::due_bit] = before.record.due() != change.record.due();
    return row;
  }

  // The provider has made the links that were asked for.
  std::vector<Message> links() {
    std::vector<Message> messages;
    for (const auto& asked : operations_) {
      const auto session = "cs_test_" + asked.order_id.text() + "_0123456789abcdef";
      messages.push_back(
          {.id = ids_.make(now_),
           .order_id = asked.order_id,
           .payload = PaymentOutcome{.kind = asked.kind,
                                     .result = PaymentOutcome::Result::done,
                                     .session_id = session,
                                     .link = "http://127.0.0.1:8080/checkout/" + session,
                                     .amount = asked.amount,
                                     .currency = asked.currency}});
      paid_.push_back({.id = {},
                       .order_id = asked.order_id,
                       .payload = ProviderEvent{.event_id = "evt_" + asked.order_id.text() + "_1",
                                                .session_id = session,
                                                .word = ProviderWord::paid,
                                                .amount = asked.amount,
                                                .currency = asked.currency}});
    }
    return messages;
  }

  std::vector<Message> payments() {
    for (auto& message : paid_) message.id = ids_.make(now_);
    return std::exchange(paid_, {});
  }

  Result<std::vector<Message>> due() {
    std::vector<Message> messages;
    for (const auto* type : services_.services().types()) {
      if (type->due == nullptr) continue;
      OMS_TRY(const auto keys, store_.due(*type, now_, 1'000'000));
      for (const auto& key : keys) {
        messages.push_back({.id = ids_.make(now_),
                            .order_id = Id::parse(key.id.view()).value_or(Id{}),
                            .payload = WakeUp{.table = std::string{type->table},
                                              .id = std::string{key.id.view()}}});
      }
    }
    return messages;
  }

  process::Settings settings_;
  process::ServiceSet services_;
  MemoryStore store_;
  runtime::IdSource ids_{{1, 2, 3, 4, 5}};
  runtime::Relay relay_{nullptr};  // there is nobody elsewhere
  runtime::NumberBlocks numbers_;
  const std::size_t customers_;
  std::size_t customer_ = 0;
  Time now_ = start;
  std::vector<RequestedLine> lines_;
  std::vector<PaymentOperation> operations_;
  std::vector<Message> paid_;
};

FloorLives::FloorLives(std::size_t lines, std::size_t customers)
    : shop_(std::make_unique<Shop>(lines, customers)) {}
FloorLives::~FloorLives() = default;

Result<FloorCommit> FloorLives::stock() {
  return shop_->stock();
}

Result<std::vector<FloorCommit>> FloorLives::next(std::size_t orders, Until until) {
  return shop_->live(orders, until);
}

}  // namespace oms::bench
