#include "process/settings_file.h"

#include <algorithm>
#include <string_view>

#include "process/settings_table.h"

namespace oms::process {
namespace {

constexpr std::size_t width = 92;

constexpr std::string_view head = R"(# Settings of OMS.
#
# What stands behind a "#" is what holds without it: remove the "#" and write another value. A flag
# (--kitchen-time) beats a variable (OMS_KITCHEN_TIME), which beats this file. `oms config` shows
# what holds, and where each value comes from; `oms doctor` tries it.
#
# Secrets do not belong here: see docs/operations.md for their variables and files.
)";

// Between words, as paragraphs of comments.
void write_comment(std::string_view text, std::string& to) {
  std::size_t column = width;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (column + 1 + word.size() > width) {
      to += to.empty() || to.back() == '\n' ? "#" : "\n#";
      column = 1;
    }
    to.append(" ").append(word);
    column += 1 + word.size();
  }
  to += '\n';
}

// What else may be written.
std::string range_of(const Setting& setting) {
  if (setting.form == Form::yes_no) return " [true, false]";
  if (setting.form == Form::by_hand) return " [auto, manual]";
  std::string words;
  for (const auto choice : setting.choices) {
    words.append(words.empty() ? " [" : ", ").append(choice);
  }
  return words.empty() ? words : words + "]";
}

std::string written_value(const Setting& setting) {
  auto text = write_setting(setting, Settings{});
  if (setting.form == Form::number || setting.form == Form::yes_no) return text;
  return '"' + text + '"';  // no default has a quotation mark or a backslash
}

}  // namespace

std::string commented_settings() {
  std::string file{head};
  std::string_view group;
  for (const auto& setting : all_settings()) {
    if (setting.group != group) {
      group = setting.group;
      file += "\n\n# " + std::string{group} + "\n# " + std::string(group.size(), '-') + "\n";
    }
    file += '\n';
    write_comment(std::string{setting.help} + range_of(setting), file);
    file += "# " + toml_key_of(setting) + " = " + written_value(setting) + "\n";
  }
  return file;
}

}  // namespace oms::process
