#pragma once

#include "sagas/saga.h"
#include "services/coordinator/records.h"
#include "services/service.h"

namespace oms::coordinator {

// Leads every order through its table in `src/sagas/`: the next step when one is done, backwards
// when one is refused or the customer cancels, again when an answer is overdue.
class CoordinatorService final : public BasicService {
 public:
  explicit CoordinatorService(const sagas::Limits& limits) : limits_(limits) {}

  ServiceName name() const override { return ServiceName::coordinator; }
  std::vector<const RecordType*> owns() const override { return {&type_of<Saga>()}; }
  std::vector<Retention> retention() const override;
  void needs(const Message& message, const Records& found, Keys& keys) const override;
  Decision decide(const Message& message, const Records& records, Now now) const override;

 private:
  sagas::Limits limits_;
};

}  // namespace oms::coordinator
