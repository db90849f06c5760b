#pragma once

#include <functional>
#include <memory>
#include <span>

#include "adapters/memory/memory_store.h"
#include "tools/simulate/stage.h"

namespace oms::simulate {

// The store as one process sees it. What it has written is on the disk and outlives it; what it is
// writing when it dies was either written or not, never in part.
class SimulatedStore final : public Store {
 public:
  // `written` hears of each change that has reached the disk.
  using Written = std::function<void(std::span<const Change>)>;
  // Puts something down that dies with the process.
  using Later = std::function<void(Duration, Agenda::Action)>;

  // A disk that has one owner meets no conflict but those that are planned.
  enum class Owners { one, many };

  SimulatedStore(Stage& stage, MemoryStore& disk, Written written, Later later,
                 Owners owners = Owners::one)
      : stage_(stage),
        disk_(disk),
        written_(std::move(written)),
        later_(std::move(later)),
        owners_(owners) {}

  using Store::load;
  Result<std::vector<Found>> load(std::span<const Key> keys, Hold hold) override;
  Result<void> commit(std::span<const Change> changes) override;
  void begin_commit(std::span<const Change> changes, std::function<void()> done) override;
  Result<void> finish_commit(const std::function<void()>& next) override;
  Result<std::vector<Key>> due(const RecordType& type, Time now, std::size_t limit) override;
  Result<std::optional<Time>> next_due(const RecordType& type) override;
  Result<Page> find(const Query& query) override;

  std::span<const Change> in_flight() const { return in_flight_; }
  bool is_writing() const { return is_writing_; }
  bool is_written() const { return is_finished_; }  // and nobody has asked what came of it

 private:
  void meet_newer(std::span<const Key> keys, std::vector<Found>& found);
  void write();
  Result<void> fate();
  Result<void> put_on_disk();
  void must_be_idle() const;
  void must_know() const;
  bool is_met(const coordinator::Saga* saga);

  Stage& stage_;
  MemoryStore& disk_;
  Written written_;
  Later later_;
  Owners owners_;
  std::span<const Change> in_flight_;
  std::function<void()> done_;
  bool is_writing_ = false;
  bool is_finished_ = false;  // written, and not yet asked for
  bool is_behind_ = false;    // does not know yet what is written
  Result<void> outcome_;
};

}  // namespace oms::simulate
