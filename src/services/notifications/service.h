#pragma once

#include "services/notifications/records.h"
#include "services/service.h"

namespace oms::notifications {

inline constexpr std::int32_t attempts_max = 9;  // over three minutes

// Owns the notices: follows the orders and tells their customers by email and SMS. Who left no
// address is not told, and the order says so.
class NotificationsService final : public BasicService {
 public:
  ServiceName name() const override { return ServiceName::notifications; }
  std::vector<const RecordType*> owns() const override { return {&type_of<Notices>()}; }
  std::vector<Retention> retention() const override;
  void needs(const Message& message, const Records& found, Keys& keys) const override;
  Decision decide(const Message& message, const Records& records, Now now) const override;
};

}  // namespace oms::notifications
