#include "services/gateway/paging.h"

#include <charconv>
#include <optional>

#include "base/id.h"
#include "codec/json_text.h"
#include "services/gateway/query_string.h"
#include "services/gateway/words.h"

namespace oms::gateway {
namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Base64url without padding. Refuses bits that no id can have left over, so that each id has one
// cursor.
std::optional<std::string> decode(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const auto digit = digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>(bits >> held & 0xFF);
  }
  const bool is_exact = held < 6 && (bits & ((1U << held) - 1)) == 0;
  return is_exact ? std::optional{std::move(out)} : std::nullopt;
}

Result<std::size_t> read_limit(std::string_view query, std::size_t usual) {
  OMS_TRY(const auto text, parameter(query, "limit"));
  if (!text) return usual;
  std::size_t limit = 0;
  const char* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, limit);
  if (read.ec != std::errc{} || read.ptr != end || limit < 1 || limit > page_max) {
    return fail(ErrorKind::invalid,
                "the limit is a whole number from 1 to " + std::to_string(page_max));
  }
  return limit;
}

}  // namespace

Result<Paging> read_paging(std::string_view query, std::size_t usual) {
  Paging paging;
  OMS_TRY(paging.limit, read_limit(query, usual));
  OMS_TRY(const auto cursor, parameter(query, "cursor"));
  if (!cursor) return paging;
  auto after = decode(*cursor);
  if (!after || !is_name(*after)) {
    return fail(ErrorKind::invalid, "this cursor is not one of ours; leave it out to begin anew");
  }
  paging.after = *std::move(after);
  return paging;
}

Result<Paging> read_paging_by_id(std::string_view query, std::size_t usual) {
  auto paging = read_paging(query, usual);
  if (paging && !paging->after.empty() && !Id::parse(paging->after)) {
    return fail(ErrorKind::invalid, "this cursor belongs to another list");
  }
  return paging;
}

std::string cursor_of(std::string_view id) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : id) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) out += digits[bits >> (held - 6) & 63];
  }
  if (held > 0) out += digits[bits << (6 - held) & 63];
  return out;
}

void close_list(const Page& page, std::string& out) {
  if (page.more && !page.records.empty()) {
    out += R"(,"nextCursor":)";
    write_json_string(cursor_of(page.records.back().record.key().id.view()), out);
  }
  out += '}';
}

}  // namespace oms::gateway
