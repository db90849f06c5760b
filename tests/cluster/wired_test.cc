#include "tests/cluster/wired_test.h"

#include <memory>

namespace oms::cluster {
namespace {

std::unique_ptr<Cluster> running;

// Before the test binary ends, and not when its static objects do.
class EndsTheCluster : public ::testing::Environment {
 public:
  void TearDown() override { running.reset(); }
};
const auto* const ends_the_cluster =
    ::testing::AddGlobalTestEnvironment(std::make_unique<EndsTheCluster>().release());

}  // namespace

// One at a time, as there are seven processes to each.
Cluster& shared_cluster(const Wiring& wiring) {
  if (!running || running->wiring().name() != wiring.name()) {
    running.reset();
    running = std::make_unique<Cluster>(
        Cluster::Options{.wiring = wiring, .flags = cooked_by_hand, .links = Links::none});
  }
  return *running;
}

}  // namespace oms::cluster
