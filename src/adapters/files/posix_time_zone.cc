#include "adapters/files/posix_time_zone.h"

#include <algorithm>
#include <charconv>

namespace oms::files {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<int> take_number(std::string_view& text) {
  unsigned value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || value > 999) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return static_cast<int>(value);
}

bool take_name(std::string_view& text) {
  const bool is_quoted = text.starts_with('<');
  const auto end = is_quoted ? text.find('>') : text.find_first_of("+-0123456789,");
  if (is_quoted && end == std::string_view::npos) return false;
  text.remove_prefix(is_quoted ? end + 1 : std::min(end, text.size()));
  return end > 0;
}

// "[+-]hh[:mm[:ss]]"
std::optional<Duration> take_time(std::string_view& text) {
  const bool is_negative = take(text, '-');
  if (!is_negative) take(text, '+');
  Duration time{0};
  for (const Duration unit : {Duration{hours{1}}, Duration{minutes{1}}, Duration{seconds{1}}}) {
    const auto count = take_number(text);
    if (!count) return std::nullopt;
    time += *count * unit;
    if (!take(text, ':')) break;
  }
  return is_negative ? -time : time;
}

// POSIX counts offsets westwards.
std::optional<Duration> take_offset(std::string_view& text) {
  const auto west = take_time(text);
  return west ? std::optional{-*west} : std::nullopt;
}

// ",Mm.w.d[/time]"
std::optional<PosixTimeZone::Date> take_date(std::string_view& text) {
  if (!take(text, ',') || !take(text, 'M')) return std::nullopt;
  const auto month = take_number(text);
  if (!month || !take(text, '.')) return std::nullopt;
  const auto week = take_number(text);
  if (!week || !take(text, '.')) return std::nullopt;
  const auto weekday = take_number(text);
  const bool is_legal =
      weekday && *month >= 1 && *month <= 12 && *week >= 1 && *week <= 5 && *weekday <= 6;
  if (!is_legal) return std::nullopt;
  PosixTimeZone::Date date{.month = static_cast<unsigned>(*month),
                           .week = static_cast<unsigned>(*week),
                           .weekday = static_cast<unsigned>(*weekday)};
  if (!take(text, '/')) return date;
  const auto time = take_time(text);
  if (!time) return std::nullopt;
  date.time = *time;
  return date;
}

Time moment(const PosixTimeZone::Date& date, int year, Duration offset) {
  using namespace std::chrono;
  const auto month_of_year = std::chrono::year{year} / static_cast<int>(date.month);
  const std::chrono::weekday weekday{date.weekday};
  const sys_days day = date.week == 5 ? sys_days{month_of_year / weekday[last]}
                                      : sys_days{month_of_year / weekday[date.week]};
  return Time{duration_cast<milliseconds>(day.time_since_epoch()).count()} + date.time - offset;
}

}  // namespace

std::optional<PosixTimeZone> PosixTimeZone::parse(std::string_view text) {
  if (!take_name(text)) return std::nullopt;
  const auto standard = take_offset(text);
  if (!standard) return std::nullopt;
  PosixTimeZone zone{.standard = *standard, .summer = *standard};
  if (text.empty()) return zone;
  if (!take_name(text)) return std::nullopt;
  zone.summer = zone.standard + hours{1};
  if (!text.starts_with(',')) {
    const auto summer = take_offset(text);
    if (!summer) return std::nullopt;
    zone.summer = *summer;
  }
  const auto begin = take_date(text);
  const auto end = begin ? take_date(text) : std::nullopt;
  if (!end || !text.empty()) return std::nullopt;
  zone.summer_lasts.emplace(*begin, *end);
  return zone;
}

std::vector<TimeZone::Transition> PosixTimeZone::transitions(int first_year, int last_year) const {
  std::vector<TimeZone::Transition> all;
  if (!summer_lasts) return all;
  for (int year = first_year; year <= last_year; ++year) {
    all.push_back({moment(summer_lasts->first, year, standard), summer});
    all.push_back({moment(summer_lasts->second, year, summer), standard});
  }
  std::ranges::sort(all, {}, &TimeZone::Transition::at);
  return all;
}

}  // namespace oms::files
