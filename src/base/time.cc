#include "base/time.h"

#include <charconv>

namespace oms {
namespace {

template <int width>
char* put_digits(char* at, unsigned value) {
  for (int i = width - 1; i >= 0; --i, value /= 10) at[i] = static_cast<char>('0' + value % 10);
  return at + width;
}

char* put(char* at, char c) {
  *at = c;
  return at + 1;
}

bool take_digits(std::string_view& text, std::size_t width, int& value) {
  if (text.size() < width) return false;
  const auto* end = text.data() + width;
  if (std::from_chars(text.data(), end, value).ptr != end) return false;
  text.remove_prefix(width);
  return true;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

void write_text(Time time, char* out) {
  using namespace std::chrono;
  const sys_time<milliseconds> point{milliseconds{time.unix_ms}};
  const auto day = floor<days>(point);
  const year_month_day date{day};
  const hh_mm_ss clock{point - day};
  const auto number = [](auto count) { return static_cast<unsigned>(count); };
  out = put(put_digits<4>(out, number(static_cast<int>(date.year()))), '-');
  out = put(put_digits<2>(out, number(date.month())), '-');
  out = put(put_digits<2>(out, number(date.day())), 'T');
  out = put(put_digits<2>(out, number(clock.hours().count())), ':');
  out = put(put_digits<2>(out, number(clock.minutes().count())), ':');
  out = put(put_digits<2>(out, number(clock.seconds().count())), '.');
  put(put_digits<3>(out, number(clock.subseconds().count())), 'Z');
}

std::string to_text(Time time) {
  std::string text(time_text_size, ' ');
  write_text(time, text.data());
  return text;
}

std::optional<Time> parse_time(std::string_view text) {
  using namespace std::chrono;
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0, ms = 0;
  if (!take_digits(text, 4, y) || !take(text, '-') || !take_digits(text, 2, mo) ||
      !take(text, '-') || !take_digits(text, 2, d) || !take(text, 'T') ||
      !take_digits(text, 2, h) || !take(text, ':') || !take_digits(text, 2, mi) ||
      !take(text, ':') || !take_digits(text, 2, s)) {
    return std::nullopt;
  }
  if (take(text, '.')) {
    int scale = 100;
    bool any = false;
    while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
      ms += (text.front() - '0') * scale;
      scale /= 10;
      any = true;
      text.remove_prefix(1);
    }
    if (!any) return std::nullopt;
  }
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)},
                            day{static_cast<unsigned>(d)}};
  if (text != "Z" || !date.ok() || h > 23 || mi > 59 || s > 59) return std::nullopt;
  const auto point = sys_days{date} + hours{h} + minutes{mi} + seconds{s} + milliseconds{ms};
  return Time{duration_cast<milliseconds>(point.time_since_epoch()).count()};
}

}  // namespace oms
