#include "adapters/files/time_zone_file.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>

#include "adapters/files/posix_time_zone.h"

namespace oms::files {
namespace {

constexpr std::size_t bytes_max = 1 << 20;
constexpr std::size_t name_max = 60;
constexpr int last_year = 2100;

bool is_zone_name(std::string_view name) {
  const auto is_usual = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '+' || c == '-';
  };
  return !name.empty() && name.size() <= name_max && !name.starts_with('/') &&
         std::ranges::all_of(name, is_usual);
}

// Reads the file's numbers, which are big-endian, from front to back. Behind the end all are 0.
class Bytes {
 public:
  explicit Bytes(std::string_view rest) : rest_(rest) {}

  std::string_view take(std::size_t count) {
    is_short_ = is_short_ || count > rest_.size();
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  template <class Int>
  Int number() {
    std::uint64_t value = 0;
    for (const char c : take(sizeof(Int))) value = value << 8U | static_cast<std::uint8_t>(c);
    return static_cast<Int>(value);
  }
  std::string_view rest() const { return rest_; }
  bool is_short() const { return is_short_; }

 private:
  std::string_view rest_;
  bool is_short_ = false;
};

struct Header {
  char version = 0;
  std::size_t utc_flags, standard_flags, leap_seconds, times, types, letters;
};

std::optional<Header> take_header(Bytes& bytes) {
  if (bytes.take(4) != "TZif") return std::nullopt;
  Header header{};
  header.version = bytes.number<char>();
  bytes.take(15);
  for (auto* count : {&header.utc_flags, &header.standard_flags, &header.leap_seconds,
                      &header.times, &header.types, &header.letters}) {
    *count = bytes.number<std::uint32_t>();
    if (*count > bytes_max) return std::nullopt;
  }
  return header;
}

// How many bytes follow a header whose times have so many bytes.
std::size_t body_size(const Header& header, std::size_t time_bytes) {
  return header.times * (time_bytes + 1) + header.types * 6 + header.letters +
         header.leap_seconds * (time_bytes + 4) + header.standard_flags + header.utc_flags;
}

// The table of transitions of the second part, and the first offset.
std::optional<TimeZone> take_table(Bytes& bytes, const Header& header) {
  if (header.types == 0 || body_size(header, 8) > bytes.rest().size()) return std::nullopt;
  TimeZone zone;
  for (std::size_t i = 0; i < header.times; ++i) {
    const auto at = std::clamp<std::int64_t>(bytes.number<std::int64_t>(), -(1LL << 40), 1LL << 40);
    zone.transitions.push_back({.at = Time{at * 1000}});
  }
  const auto kinds = bytes.take(header.times);
  std::vector<Duration> offsets;
  for (std::size_t i = 0; i < header.types; ++i) {
    offsets.emplace_back(std::chrono::seconds{bytes.number<std::int32_t>()});
    bytes.take(2);  // whether it is summer time, and what it is called
  }
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto kind = static_cast<std::uint8_t>(kinds[i]);
    if (kind >= offsets.size()) return std::nullopt;
    zone.transitions[i].offset = offsets[kind];
  }
  zone.first_offset = offsets.front();
  bytes.take(header.letters + header.leap_seconds * 12 + header.standard_flags + header.utc_flags);
  const auto is_later = [](const auto& a, const auto& b) { return a.at >= b.at; };
  if (std::ranges::adjacent_find(zone.transitions, is_later) != zone.transitions.end()) {
    return std::nullopt;
  }
  return zone;
}

int year_of(Time time) {
  using namespace std::chrono;
  const sys_time<milliseconds> point{milliseconds{time.unix_ms}};
  return static_cast<int>(year_month_day{floor<days>(point)}.year());
}

// What comes after the table, by the rule that the file ends with.
bool add_rule(std::string_view text, TimeZone& zone) {
  if (text.empty()) return true;
  const auto rule = PosixTimeZone::parse(text);
  if (!rule) return false;
  auto& table = zone.transitions;
  const auto last = table.empty() ? std::nullopt : std::optional{table.back().at};
  if (!last) zone.first_offset = rule->standard;
  for (const auto& transition : rule->transitions(last ? year_of(*last) : 1970, last_year)) {
    if (!last || transition.at > *last) table.push_back(transition);
  }
  return true;
}

std::optional<TimeZone> parse(std::string_view text) {
  Bytes bytes{text};
  const auto first = take_header(bytes);
  if (!first || first->version < '2') return std::nullopt;
  bytes.take(body_size(*first, 4));  // the same again, as older programs read it
  const auto second = take_header(bytes);
  if (!second) return std::nullopt;
  auto zone = take_table(bytes, *second);
  if (!zone || bytes.take(1) != "\n") return std::nullopt;
  const auto end = bytes.rest().find('\n');
  if (bytes.is_short() || end == std::string_view::npos) return std::nullopt;
  return add_rule(bytes.rest().substr(0, end), *zone) ? zone : std::nullopt;
}

}  // namespace

Result<TimeZone> read_time_zone(std::string_view name, const std::filesystem::path& database) {
  if (name == "UTC") return TimeZone{};
  const auto path = database / name;
  std::error_code ignored;
  if (!is_zone_name(name) || !std::filesystem::is_regular_file(path, ignored)) {
    return fail(ErrorKind::invalid, "write a zone of " + database.string() +
                                        ", such as UTC or Europe/Berlin (Debian's package tzdata "
                                        "has them)");
  }
  std::ifstream file{path, std::ios::binary};
  std::string text(bytes_max, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  auto zone = parse(text);
  if (!zone) return fail(ErrorKind::invalid, path.string() + " is not a readable TZif file");
  zone->name = name;
  return *std::move(zone);
}

}  // namespace oms::files
