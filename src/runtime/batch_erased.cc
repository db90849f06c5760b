// What a batch notes of customers who are erased.
#include "runtime/batch.h"
#include "runtime/records.h"

namespace oms::runtime {

// Also where it is there already: a sweep that is under way may have been past it.
Result<void> Batch::note_erased(std::span<const std::string> subjects) {
  for (const auto& subject : subjects) {
    OMS_CHECK(load_one(key_of<ErasedSubject>(subject)));
    records_.save(make_record(ErasedSubject{.id = subject, .at = now_.wall}));
  }
  return {};
}

}  // namespace oms::runtime
