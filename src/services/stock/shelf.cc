#include "services/stock/shelf.h"

#include <stdexcept>

namespace oms::stock {

Item* Shelf::item(std::string_view product_id) {
  for (auto& moved : moved_) {
    if (moved.id == product_id) return &moved;
  }
  const Item* found = records_.get<Item>(product_id);
  if (found == nullptr) return nullptr;
  return &moved_.emplace_back(*found);
}

bool Shelf::reserve(const ReservedLine& line) {
  Item* const found = item(line.product_id);
  if (found == nullptr || found->archived) return false;
  if (found->available() < line.quantity) return false;
  found->reserved += line.quantity;
  return true;
}

bool Shelf::take(std::string_view product_id, std::int64_t quantity) {
  const ReservedLine line{.product_id = std::string{product_id}, .quantity = quantity};
  if (!reserve(line)) return false;
  commit(line);
  return true;
}

void Shelf::release(const ReservedLine& line) {
  Item* const found = item(line.product_id);
  if (found == nullptr || found->reserved < line.quantity) {
    throw std::logic_error("more of '" + line.product_id + "' is released than is reserved");
  }
  found->reserved -= line.quantity;
}

void Shelf::commit(const ReservedLine& line) {
  release(line);
  item(line.product_id)->committed += line.quantity;
}

void Shelf::take_back(std::string_view product_id, std::int64_t quantity) {
  if (quantity == 0) return;
  Item* const found = item(product_id);
  if (found == nullptr) {
    throw std::logic_error("'" + std::string{product_id} + "' is not on the shelf");
  }
  found->returned += quantity;
}

void Shelf::write_off(std::string_view product_id, std::int64_t quantity) {
  Item* const found = quantity == 0 ? nullptr : item(product_id);
  if (found != nullptr) found->written_off += quantity;
}

void Shelf::save_to(Decision& decision) {
  for (auto& item : moved_) {
    ++item.version;
    decision.saves(std::move(item));
  }
  moved_.clear();
}

namespace {

template <class Line>
std::optional<std::vector<ReservedLine>> add_up(std::span<const Line> lines) {
  std::vector<ReservedLine> sums;
  sums.reserve(lines.size());
  for (const auto& line : lines) {
    ReservedLine* known = nullptr;
    for (auto& sum : sums) {
      if (sum.product_id == line.product_id) known = &sum;
    }
    if (known == nullptr) {
      sums.push_back({.product_id = line.product_id, .quantity = line.quantity});
    } else if (__builtin_add_overflow(known->quantity, line.quantity, &known->quantity)) {
      return std::nullopt;
    }
  }
  return sums;
}

}  // namespace

std::optional<std::vector<ReservedLine>> merged(std::span<const OrderLine> lines) {
  return add_up(lines);
}
std::optional<std::vector<ReservedLine>> merged(std::span<const ProductQuantity> lines) {
  return add_up(lines);
}

}  // namespace oms::stock
