#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "adapters/files/time_zone_file.h"
#include "process/duration_text.h"
#include "process/settings_table.h"

// How each form of setting is read and written: `read_setting` and `write_setting`.
namespace oms::process {
namespace {

std::unexpected<Error> refuse(std::string detail) {
  return fail(ErrorKind::invalid, std::move(detail));
}

// Puts a number where the setting is kept, whatever kind of number that is.
void put(Field field, std::int64_t number) {
  std::visit(
      [&]<class T>(T* kept) {
        if constexpr (std::is_same_v<T, Duration> || std::is_same_v<T, std::optional<Duration>>) {
          *kept = Duration{number};
        } else if constexpr (std::is_integral_v<T>) {
          *kept = static_cast<T>(number);
        }
      },
      field);
}

std::int64_t number_in(Field field) {
  return std::visit(
      []<class T>(const T* kept) -> std::int64_t {
        if constexpr (std::is_same_v<T, Duration>) {
          return kept->count();
        } else if constexpr (std::is_same_v<T, std::optional<Duration>>) {
          return kept->value_or(Duration{0}).count();
        } else if constexpr (std::is_integral_v<T>) {
          return static_cast<std::int64_t>(*kept);
        } else {
          return 0;
        }
      },
      field);
}

Result<void> read_number(const Setting& setting, std::string_view text, Field field) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  if (is_whole && number >= setting.min && number <= setting.max) {
    put(field, number);
    return {};
  }
  if (setting.max == std::numeric_limits<std::int64_t>::max()) {
    return refuse(fmt::format("write a whole number, {} or more", setting.min));
  }
  return refuse(fmt::format("write a whole number from {} to {}", setting.min, setting.max));
}

Result<void> read_duration(const Setting& setting, std::string_view text, Field field) {
  auto* const* optional = std::get_if<std::optional<Duration>*>(&field);
  if (optional != nullptr && text == "menu") {
    (*optional)->reset();
    return {};
  }
  const auto unit = setting.unit;
  const auto duration = parse_duration(text);
  if (!duration) return refuse("write a duration such as 500ms, 3s, 30m, 1h30m, 30d or 0");
  if (*duration % unit != Duration{0}) {
    return refuse(fmt::format("write a multiple of {}", to_text(unit)));
  }
  const auto count = *duration / unit;
  if (count < setting.min) {
    return refuse(fmt::format("write at least {}", to_text(unit * setting.min)));
  }
  if (count > setting.max) {
    return refuse(fmt::format("write at most {}", to_text(unit * setting.max)));
  }
  put(field, count);
  return {};
}

Result<void> read_either(std::string_view text, std::string_view no, std::string_view yes,
                         Field field) {
  if (text != no && text != yes) return refuse(fmt::format("write {} or {}", no, yes));
  *std::get<bool*>(field) = text == yes;
  return {};
}

Result<void> read_text(std::string_view text, Field field) {
  if (auto* const* path = std::get_if<std::filesystem::path*>(&field)) {
    if (text.empty()) return refuse("write a path");
    **path = text;
  } else {
    *std::get<std::string*>(field) = text;
  }
  return {};
}

std::string text_in(Field field) {
  if (auto* const* path = std::get_if<std::filesystem::path*>(&field)) return (*path)->string();
  return *std::get<std::string*>(field);
}

bool is_empty(Field field) {
  auto* const* optional = std::get_if<std::optional<Duration>*>(&field);
  return optional != nullptr && !**optional;
}

Result<void> read_zone(std::string_view text, Field field) {
  OMS_TRY(*std::get<TimeZone*>(field), files::read_time_zone(text));
  return {};
}

}  // namespace

Result<void> read_setting(const Setting& setting, std::string_view text, Settings& settings) {
  const Field field = setting.field(settings);
  switch (setting.form) {
    case Form::text:
      return read_text(text, field);
    case Form::choice:
      if (std::ranges::count(setting.choices, text) > 0) return read_text(text, field);
      return refuse(fmt::format("write one of: {}", fmt::join(setting.choices, ", ")));
    case Form::yes_no:
      return read_either(text, "false", "true", field);
    case Form::by_hand:
      return read_either(text, "auto", "manual", field);
    case Form::number:
      return read_number(setting, text, field);
    case Form::duration:
      return read_duration(setting, text, field);
    case Form::time_zone:
      return read_zone(text, field);
  }
  return refuse("this setting has no form");
}

std::string write_setting(const Setting& setting, const Settings& settings) {
  Settings copy = settings;  // a field is a place to write to
  const Field field = setting.field(copy);
  switch (setting.form) {
    case Form::text:
    case Form::choice:
      return text_in(field);
    case Form::yes_no:
      return *std::get<bool*>(field) ? "true" : "false";
    case Form::by_hand:
      return *std::get<bool*>(field) ? "manual" : "auto";
    case Form::number:
      return std::to_string(number_in(field));
    case Form::duration:
      if (is_empty(field)) return "menu";
      return to_text(setting.unit * number_in(field));
    case Form::time_zone:
      return std::get<TimeZone*>(field)->name;
  }
  return {};
}

std::string show_setting(const Setting& setting, const Settings& settings) {
  auto text = write_setting(setting, settings);
  return setting.may_hold_password ? without_password(text) : text;
}

std::string without_password(std::string_view url) {
  constexpr std::string_view hidden = "***";
  std::string out{url};
  if (out.starts_with("sqlite:")) return out;  // a path
  const auto slashes = out.find("://");
  const auto begin = slashes == std::string::npos ? 0 : slashes + 3;
  // A password may hold anything, if it was not encoded as it should be.
  const auto at = out.rfind('@');
  const auto colon = out.find(':', begin);
  if (at != std::string::npos && colon < at) out.replace(colon + 1, at - colon - 1, hidden);
  constexpr std::string_view parameter = "password=";
  for (auto found = out.find(parameter); found != std::string::npos;
       found = out.find(parameter, found)) {
    found += parameter.size();
    const auto end = std::min(out.find('&', found), out.size());
    out.replace(found, end - found, hidden);
  }
  return out;
}

}  // namespace oms::process
