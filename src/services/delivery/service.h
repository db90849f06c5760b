#pragma once

#include "services/delivery/records.h"
#include "services/service.h"

namespace oms::delivery {

inline constexpr std::int32_t attempts_max = 2;

struct DeliverySettings {
  bool by_hand = false;                       // a person dispatches and delivers
  Duration travel = std::chrono::seconds{3};  // automatic: how long a delivery takes
  // Automatic: when what waits for its customer counts as collected.
  Duration pickup = std::chrono::seconds{10};
};

// Owns the deliveries: assigned, on the way, delivered; one that fails is tried once more. What a
// customer comes for waits until it is collected. What they do not have yet can be withdrawn.
class DeliveryService final : public BasicService {
 public:
  explicit DeliveryService(const DeliverySettings& settings) : settings_(settings) {}

  ServiceName name() const override { return ServiceName::delivery; }
  std::vector<const RecordType*> owns() const override { return {&type_of<Delivery>()}; }
  std::vector<Retention> retention() const override;
  void needs(const Message& message, const Records& found, Keys& keys) const override;
  Decision decide(const Message& message, const Records& records, Now now) const override;

 private:
  DeliverySettings settings_;
};

}  // namespace oms::delivery
