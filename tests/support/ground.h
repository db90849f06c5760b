#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "ports/broker.h"
#include "ports/store.h"

namespace oms::testing {

// What services that live apart stand on, where that is not a world's own memory.
class Ground {
 public:
  struct Kept {
    std::shared_ptr<Store> store;
    std::shared_ptr<Reader> reader;
  };

  virtual ~Ground() = default;

  // How many processes may share a store.
  virtual std::size_t replicas() const = 0;

  // One process's way to what that home keeps.
  virtual Kept open(ServiceName home, std::span<const RecordType* const> types) = 0;

  // One process's. It outlives the process.
  virtual Broker& broker(ServiceName home, std::size_t replica) = 0;

  // Of which process the ids are: others than those of the worlds before it on the same ground.
  virtual std::uint16_t number() const = 0;

  // Whether all that was published has been settled.
  virtual bool is_idle() = 0;
};

}  // namespace oms::testing
