#pragma once

#include <cstdint>
#include <vector>

#include "base/short_text.h"
#include "runtime/working_set.h"

namespace oms::runtime {

// The numbers that this process has claimed and not yet handed out, as they stand after a batch.
// They are handed out from memory, so a record is written once for each block; the numbers that a
// process holds when it ends are never handed out. A block is small at first and doubles, so that a
// quiet process leaves few out and a busy one rarely claims.
class NumberBlocks {
 public:
  static constexpr std::int64_t first_block = 10;
  static constexpr std::int64_t largest_block = 1000;
  static constexpr std::size_t sequences_max = 8;  // the one claimed longest ago makes room

  // Whether there is one left. If not, the sequence's record must be loaded before the others.
  bool has(const ShortText& sequence) const { return block_of(sequence) != nullptr; }

  // The next number, claimed or not.
  std::int64_t next(const ShortText& sequence, const Records& records) const;

  // The next one is handed out. Claims a block if there is none left.
  void take(const ShortText& sequence, WorkingSet& records, Time now);

 private:
  struct Block {
    ShortText sequence;
    std::int64_t next = 1;
    std::int64_t end = 1;  // the first that is not ours
    std::int64_t size = 0;
  };
  const Block* block_of(const ShortText& sequence) const;  // one with a number left, or null
  Block& claim(const ShortText& sequence, std::int64_t claimed);

  std::vector<Block> blocks_;  // by the time of their last claim
};

}  // namespace oms::runtime
