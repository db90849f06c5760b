#include "services/notifications/template.h"

#include <algorithm>
#include <utility>

namespace oms::notifications {
namespace {

constexpr std::string_view open = "{{";
constexpr std::string_view close = "}}";
constexpr std::string_view space = " \t\r";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

bool is_lone_tag(std::string_view line) {
  const auto tag = trimmed(line);
  constexpr std::string_view marks = "#^/!";
  return tag.size() > open.size() + close.size() && tag.starts_with(open) &&
         marks.contains(tag[open.size()]) && tag.find(close) == tag.size() - close.size();
}

void append_html(std::string_view text, std::string& out) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace

class Template::Parser {
 public:
  Parser(std::span<const std::string_view> names, Template& to) : names_(names), to_(to) {}

  Result<void> read(std::string_view text) {
    while (!text.empty()) {
      const auto end = std::min(text.find('\n'), text.size() - 1) + 1;
      ++line_;
      OMS_CHECK(read_line(text.substr(0, end)));
      text.remove_prefix(end);
    }
    if (sections_.empty()) return {};
    const auto& name = names_[to_.parts_[sections_.back()].value];
    return wrong("{{#" + std::string{name} + "}} has no end: write {{/" + std::string{name} + "}}");
  }

 private:
  std::unexpected<Error> wrong(const std::string& what) const {
    return fail(ErrorKind::invalid, "line " + std::to_string(line_) + ": " + what);
  }

  Result<void> read_line(std::string_view line) {
    const auto ended = line.ends_with('\n') ? line.substr(0, line.size() - 1) : line;
    if (is_lone_tag(ended)) line = trimmed(ended);
    while (!line.empty()) {
      const auto begin = line.find(open);
      add_text(line.substr(0, begin));
      if (begin == std::string_view::npos) return {};
      line.remove_prefix(begin + open.size());
      const auto end = line.find(close);
      if (end == std::string_view::npos) return wrong("{{ has no }} in its line");
      OMS_CHECK(read_tag(trimmed(line.substr(0, end))));
      line.remove_prefix(end + close.size());
    }
    return {};
  }

  void add_text(std::string_view text) {
    if (text.empty()) return;
    auto& parts = to_.parts_;
    // One that ends a section must stay apart from what stands before.
    if (parts.empty() || parts.back().kind != Part::Kind::text || is_after_section_) {
      parts.push_back({.kind = Part::Kind::text});
    }
    is_after_section_ = false;
    parts.back().text.append(text);
  }

  Result<void> read_tag(std::string_view tag) {
    using Kind = Part::Kind;
    const char mark = tag.empty() ? '\0' : tag.front();
    if (mark == '!') return {};
    const bool is_marked = mark == '#' || mark == '^' || mark == '/';
    const auto name = is_marked ? trimmed(tag.substr(1)) : tag;
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end()) {
      std::string all;
      for (const auto& known : names_) all.append(all.empty() ? "" : ", ").append(known);
      return wrong("there is no {{" + std::string{name} + "}}; there are: " + all);
    }
    const auto value = static_cast<std::size_t>(found - names_.begin());
    if (mark == '/') return end_section(value);
    if (is_marked) sections_.push_back(to_.parts_.size());
    const auto kind = mark == '#' ? Kind::if_filled : mark == '^' ? Kind::if_empty : Kind::value;
    to_.parts_.push_back({.kind = kind, .text = {}, .value = value});
    return {};
  }

  Result<void> end_section(std::size_t value) {
    const std::string name{names_[value]};
    if (sections_.empty() || to_.parts_[sections_.back()].value != value) {
      return wrong("{{/" + name + "}} ends no section that is open there");
    }
    to_.parts_[sections_.back()].end = to_.parts_.size();
    sections_.pop_back();
    is_after_section_ = true;
    return {};
  }

  const std::span<const std::string_view> names_;
  Template& to_;
  std::vector<std::size_t> sections_;  // that are open
  bool is_after_section_ = false;
  int line_ = 0;
};

Result<Template> Template::parse(std::string_view text, std::span<const std::string_view> names,
                                 Escaping escaping) {
  Template parsed;
  parsed.escaping_ = escaping;
  OMS_CHECK((Parser{names, parsed}.read(text)));
  return parsed;
}

std::string Template::render(std::span<const std::string> values) const {
  using Kind = Part::Kind;
  std::string out;
  for (std::size_t i = 0; i < parts_.size();) {
    const auto& part = parts_[i++];
    if (part.kind == Kind::text) {
      out += part.text;
      continue;
    }
    const auto& filled = values[part.value];
    if (part.kind != Kind::value) {
      if (filled.empty() == (part.kind == Kind::if_filled)) i = part.end;
    } else if (escaping_ == Escaping::html) {
      append_html(filled, out);
    } else {
      out += filled;
    }
  }
  return out;
}

}  // namespace oms::notifications
