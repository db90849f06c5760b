#pragma once

#include "runtime/records.h"
#include "services/service.h"

namespace oms::runtime {

// Forgets what the broker has taken.
class Outbox final : public Service {
 public:
  ServiceName name() const override { return ServiceName::outbox; }
  std::vector<const RecordType*> owns() const override { return {&type_of<Outgoing>()}; }
  void needs(const Message& message, const Records& found, Keys& keys) const override;
  Decision decide(const Message& message, const Records& records, Now now) const override;
};

}  // namespace oms::runtime
