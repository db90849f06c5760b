#include "process/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace oms::process {

void forbid_core_dumps() {
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  ::prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
#endif
}

}  // namespace oms::process
