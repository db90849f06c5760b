#include "runtime/number_blocks.h"

#include <algorithm>

#include "runtime/records.h"

namespace oms::runtime {

const NumberBlocks::Block* NumberBlocks::block_of(const ShortText& sequence) const {
  const auto block = std::ranges::find(blocks_, sequence, &Block::sequence);
  return block == blocks_.end() || block->next == block->end ? nullptr : &*block;
}

std::int64_t NumberBlocks::next(const ShortText& sequence, const Records& records) const {
  if (const auto* block = block_of(sequence)) return block->next;
  const auto* known = records.get<Sequence>(sequence.view());
  return (known != nullptr ? known->claimed : 0) + 1;
}

void NumberBlocks::take(const ShortText& sequence, WorkingSet& records, Time now) {
  const auto block = std::ranges::find(blocks_, sequence, &Block::sequence);
  if (block != blocks_.end() && block->next != block->end) {
    ++block->next;
    return;
  }
  const auto* known = records.get<Sequence>(sequence.view());
  auto record = known != nullptr ? *known : Sequence{.id = std::string{sequence.view()}};
  auto& claimed = claim(sequence, record.claimed);
  ++claimed.next;
  record.claimed += claimed.size;
  record.at = now;
  records.save(make_record(std::move(record)));
}

NumberBlocks::Block& NumberBlocks::claim(const ShortText& sequence, std::int64_t claimed) {
  Block block{.sequence = sequence};
  if (const auto known = std::ranges::find(blocks_, sequence, &Block::sequence);
      known != blocks_.end()) {
    block = *known;
    blocks_.erase(known);
  }
  if (blocks_.size() == sequences_max) blocks_.erase(blocks_.begin());
  block.size = block.size == 0 ? first_block : std::min(2 * block.size, largest_block);
  block.next = claimed + 1;
  block.end = block.next + block.size;
  return blocks_.emplace_back(block);
}

}  // namespace oms::runtime
