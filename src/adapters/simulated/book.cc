#include "adapters/simulated/book.h"

#include <algorithm>
#include <charconv>

namespace oms::simulated {
namespace {

constexpr std::string_view session_prefix = "cs_test_";
constexpr std::size_t secret_size = 16;

}  // namespace

std::string SessionName::text() const {
  std::string text(session_prefix.size() + Id::text_size + secret_size, '0');
  session_prefix.copy(text.data(), session_prefix.size());
  id.write(text.data() + session_prefix.size());
  auto bits = static_cast<std::uint64_t>(secret);
  for (auto at = text.rbegin(); bits != 0; bits >>= 4) *at++ = "0123456789abcdef"[bits & 15];
  return text;
}

std::optional<SessionName> SessionName::parse(std::string_view text) {
  if (!text.starts_with(session_prefix)) return std::nullopt;
  text.remove_prefix(session_prefix.size());
  const auto id = Id::parse(text.substr(0, Id::text_size));
  if (!id || text.size() != Id::text_size + secret_size) return std::nullopt;
  text.remove_prefix(Id::text_size);
  std::uint64_t secret = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), secret, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return SessionName{*id, static_cast<std::int64_t>(secret)};
}

std::string Session::intent_name() const {
  std::string name{"pi_"};
  if (order_id != id) name.append(order_id.is_nil() ? "other" : order_id.text()).append("_");
  return name.append(id.text());
}

std::optional<Id> Session::id_in(std::string_view name) {
  const bool is_known = name.starts_with("pi_") || name.starts_with("ch_");
  if (!is_known || name.size() < 3 + Id::text_size) return std::nullopt;
  return Id::parse(name.substr(name.size() - Id::text_size));
}

std::string Event::name() const {
  return "evt_" + session.id.text() + "_" + std::to_string(entry.number);
}

void Standing::count(std::int64_t number, EntryKind kind, MinorUnits amount) {
  next_number = std::max(next_number, number + 1);
  switch (kind) {
    case EntryKind::charge:
    case EntryKind::late_charge:
      status = Status::complete;
      captured += amount;
      break;
    case EntryKind::expiry:
      status = Status::expired;
      break;
    case EntryKind::decline:
      ++declines;
      break;
    case EntryKind::refund:
      refunded += amount;
      break;
    case EntryKind::refund_failed:
      refunded -= amount;
      break;
    case EntryKind::dispute:
      disputed += amount;
      break;
    case EntryKind::dispute_won:
      disputed -= amount;
      break;
    case EntryKind::authorization:
      authorized = amount;
      break;
    case EntryKind::refund_pending:
    case EntryKind::refund_succeeded:
    case EntryKind::dispute_lost:
      break;
  }
}

}  // namespace oms::simulated
