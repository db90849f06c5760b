#pragma once

#include "services/kitchen/records.h"
#include "services/service.h"

namespace oms::kitchen {

struct KitchenSettings {
  bool by_hand = false;    // a person accepts, rejects and calls ready
  std::int32_t cooks = 4;  // tickets that are prepared at the same time
  // Every ticket takes this; none: as its items say, and by hand no less than people need.
  std::optional<Duration> preparation = {};
  std::size_t queue_max = 200;  // tickets that may wait; past it they are rejected
};

// Owns the tickets: queues them for the cooks it has, promises a time, tells when a cook has begun
// and when the meal is ready.
class KitchenService final : public BasicService {
 public:
  explicit KitchenService(const KitchenSettings& settings) : settings_(settings) {}

  ServiceName name() const override { return ServiceName::kitchen; }
  bool is_undivided() const override { return true; }
  std::vector<const RecordType*> owns() const override {
    return {&type_of<Ticket>(), &type_of<Board>()};
  }
  std::vector<Retention> retention() const override;
  void needs(const Message& message, const Records& found, Keys& keys) const override;
  Decision decide(const Message& message, const Records& records, Now now) const override;
  void announce(const Record* before, const Record& after,
                std::vector<PublicEvent>& events) const override;

 private:
  KitchenSettings settings_;
};

}  // namespace oms::kitchen
