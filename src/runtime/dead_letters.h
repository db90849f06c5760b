#pragma once

#include "runtime/records.h"
#include "services/service.h"

namespace oms::runtime {

// The desk where the operator replays or drops what was set aside. A replayed letter leaves the
// desk in the same commit that decides its message; if that fails again, it comes back.
class DeadLetterDesk final : public BasicService {
 public:
  ServiceName name() const override { return ServiceName::dead_letters; }
  std::vector<const RecordType*> owns() const override { return {&type_of<DeadLetter>()}; }
  void needs(const Message& message, const Records& found, Keys& keys) const override;
  Decision decide(const Message& message, const Records& records, Now now) const override;
};

}  // namespace oms::runtime
