#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "process/settings.h"

namespace oms::process {

// Where a setting is kept.
using Field =
    std::variant<std::string*, std::filesystem::path*, bool*, std::int32_t*, std::int64_t*,
                 std::uint64_t*, Duration*, std::optional<Duration>*, TimeZone*>;

// How a setting is written.
enum class Form {
  text,
  choice,     // one of `choices`
  yes_no,     // "true" or "false"
  by_hand,    // "auto" or "manual"
  number,     // from `min` to `max`
  duration,   // "3s", "1h30m", "0"; where the field may be empty also "menu": as each item says
  time_zone,  // "Europe/Berlin"
};

// One setting. Its flag is --<name>, its variable OMS_<NAME>, its TOML key <name> with underscores,
// its default what `Settings` has.
struct Setting {
  std::string_view name;   // "kitchen-time"
  std::string_view group;  // the heading that it stands under in --help
  Form form = Form::text;
  std::string_view shown;  // what is to be written: "DURATION"
  Field (*field)(Settings&) = nullptr;
  std::string_view help;
  std::int64_t min = 0;
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  Duration unit{1};  // a duration is kept as a whole number of these
  std::vector<std::string_view> choices = {};
  // Once all are read: what is wrong with it beside the others, or nothing.
  std::string (*check)(const Settings&) = nullptr;
  bool may_hold_password = false;  // a URL, perhaps with one
};

// Everything that can be set, in the order of --help: the one place that lists it. Flags,
// variables, TOML keys and `oms config` all come from here.
std::span<const Setting> all_settings();
const Setting* find_setting(std::string_view name);

std::string variable_of(const Setting& setting);  // "OMS_KITCHEN_TIME"
std::string toml_key_of(const Setting& setting);  // "kitchen_time"

// Reads the text into its field. The error says what is wanted instead.
Result<void> read_setting(const Setting& setting, std::string_view text, Settings& settings);

// As `read_setting` would read it again.
std::string write_setting(const Setting& setting, const Settings& settings);

// The same, for people: without a password.
std::string show_setting(const Setting& setting, const Settings& settings);

// A URL or what was meant to be one, with *** for each password in it.
std::string without_password(std::string_view url);

}  // namespace oms::process
