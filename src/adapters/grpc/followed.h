#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "adapters/grpc/client.h"

namespace oms::grpc_api {

// Follows the changes of orders at each instance of orders, and again after each break. Any thread.
class Followed final : public Changes {
 public:
  Followed(Registry& registry, std::shared_ptr<const GrpcClientSettings> settings);
  ~Followed() override;

  void follow(ChangeSink& sink) override;
  // Returns when the sink is told nothing any more.
  void stop();

 private:
  class Follower;
  struct Shared;

  std::shared_ptr<Shared> shared_;
};

}  // namespace oms::grpc_api
