#include "edge/paging.h"

#include <algorithm>
#include <charconv>

#include "codec/json_text.h"
#include "edge/query_string.h"
#include "edge/words.h"

namespace oms::edge {
namespace {

constexpr std::string_view digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::size_t word_size = 4;  // of a tag, and of a check

// FNV-1a, folded.
std::uint32_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

void append_word(std::uint32_t word, std::string& out) {
  for (std::size_t i = 0; i < word_size; ++i) out += static_cast<char>(word >> 8 * i & 0xFF);
}

std::string word_text(std::uint32_t word) {
  std::string text;
  append_word(word, text);
  return text;
}

// Base64url without padding. Refuses bits that no text can have left over, so that each text is
// written in one way.
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

std::string encode(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    bits = bits << 8 | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) out += digits[bits >> (held - 6) & 63];
  }
  if (held > 0) out += digits[bits << (6 - held) & 63];
  return out;
}

Result<std::size_t> read_limit(const Parameters& parameters, std::size_t usual) {
  const auto* text = parameters.find("limit");
  if (text == nullptr) return usual;
  std::size_t limit = 0;
  const char* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, limit);
  if (read.ec != std::errc{} || read.ptr != end || limit < 1 || limit > page_max) {
    return fail(ErrorKind::invalid,
                "the parameter 'limit' is a whole number from 1 to " + std::to_string(page_max));
  }
  return limit;
}

std::unexpected<Error> refuse_cursor(std::string_view why) {
  return fail(ErrorKind::invalid, std::string{"the parameter 'cursor' "}.append(why).append(
                                      "; leave it out to begin with the first page"));
}

// The id in a cursor of that list.
Result<std::string> read_cursor(std::string_view cursor, ListTag list) {
  constexpr std::string_view damaged =
      "is not a whole nextCursor of an earlier page: it is cut off or changed";
  auto text = decode(cursor);
  if (!text || text->size() <= 2 * word_size) return refuse_cursor(damaged);
  const auto checked = std::string_view{*text}.substr(0, text->size() - word_size);
  if (!text->ends_with(word_text(hash_of(checked)))) return refuse_cursor(damaged);
  if (!checked.ends_with(word_text(list.value))) {
    return refuse_cursor("belongs to another list, another customer's or of another status");
  }
  text->resize(text->size() - 2 * word_size);
  if (!is_name(*text)) return refuse_cursor(damaged);
  return *std::move(text);
}

}  // namespace

ListTag ListTag::of(std::string_view path, std::string_view choice) {
  return {.value = hash_of(std::string{path}.append(1, '\n').append(choice))};
}

Result<Paging> read_paging(const Parameters& parameters, std::size_t usual, ListTag list) {
  Paging paging{.list = list};
  OMS_TRY(paging.limit, read_limit(parameters, usual));
  if (const auto* cursor = parameters.find("cursor")) {
    OMS_TRY(paging.after, read_cursor(*cursor, list));
  }
  return paging;
}

Result<Paging> read_paging_by_id(const Parameters& parameters, std::size_t usual, ListTag list) {
  auto paging = read_paging(parameters, usual, list);
  if (paging && !paging->after.empty() && !Id::parse(paging->after)) {
    return refuse_cursor("holds no id of this list");
  }
  return paging;
}

std::string cursor_of(std::string_view id, ListTag list) {
  std::string text{id};
  append_word(list.value, text);
  append_word(hash_of(text), text);
  return encode(text);
}

void close_list(const Page& page, ListTag list, std::string& out) {
  if (page.more && !page.records.empty()) {
    out += R"(,"nextCursor":)";
    write_json_string(cursor_of(page.records.back().record.key().id.view(), list), out);
  }
  out += '}';
}

std::size_t look_on(const Page& page, std::size_t taken, std::size_t limit, std::size_t at_most) {
  constexpr std::size_t at_a_time = 25;
  const auto seen = page.records.size();
  return taken >= limit || seen >= at_most ? 0 : std::min(at_a_time, at_most - seen);
}

void link_next(const Page& page, const Paging& paging, std::string_view path,
               HttpResponse& response) {
  if (!page.more || page.records.empty()) return;
  const auto last = page.records.back().record.key();
  std::string link = "<";
  link.append(path).append("?limit=").append(std::to_string(std::min(paging.limit, page_max)));
  link.append("&cursor=").append(cursor_of(last.id.view(), paging.list));
  response.headers.emplace_back("Link", std::move(link.append(">; rel=\"next\"")));
}

Result<std::optional<Time>> time_parameter(const Parameters& parameters, std::string_view name) {
  const auto* text = parameters.find(name);
  if (text == nullptr) return std::nullopt;
  if (const auto time = parse_time(*text)) return time;
  return fail(ErrorKind::invalid, "the parameter '" + std::string{name} +
                                      "' is a time in UTC such as 2026-01-31T12:00:00Z");
}

Id first_id_of(Time time) {
  constexpr std::int64_t seconds_max = 0xFFFFFFFF;
  const auto seconds = std::clamp<std::int64_t>(time.unix_ms / 1000, 0, seconds_max);
  Id::Bytes bytes{};
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[i] = static_cast<std::uint8_t>(seconds >> (24 - 8 * i) & 0xFF);
  }
  return Id{bytes};
}

}  // namespace oms::edge
