#include "adapters/simulated/form.h"

#include <algorithm>
#include <charconv>

namespace oms::simulated {
namespace {

constexpr std::size_t parameters_max = 1000;
constexpr std::size_t metadata_max = 50;
constexpr std::size_t metadata_name_max = 40;
constexpr std::size_t metadata_value_max = 500;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

bool is_below(std::string_view name, std::string_view prefix) {
  return name.size() > prefix.size() && name.starts_with(prefix) && name[prefix.size()] == '[';
}

}  // namespace

Result<Form> Form::parse(std::string_view text) {
  Form form;
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    auto name = decoded(pair.substr(0, equals));
    auto value = decoded(pair.substr(std::min(equals + 1, pair.size())));
    if (!name || !value) return fail(ErrorKind::invalid, "the form is not properly encoded");
    form.values_.emplace_back(*std::move(name), *std::move(value));
    if (form.values_.size() > parameters_max) {
      return fail(ErrorKind::invalid, "there are more than 1000 parameters");
    }
  }
  return form;
}

std::optional<std::string> Form::take(std::string_view name) {
  const auto found = std::ranges::find(values_, name, [](const auto& each) { return each.first; });
  if (found == values_.end()) return std::nullopt;
  auto value = std::move(found->second);
  values_.erase(found);
  return value;
}

Result<std::optional<std::int64_t>> Form::take_number(std::string_view name) {
  const auto text = take(name);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto* const last = text->data() + text->size();
  const auto [end, error] = std::from_chars(text->data(), last, number);
  if (error != std::errc{} || end != last) {
    return fail(ErrorKind::invalid, "Invalid integer: " + *text, std::string{name});
  }
  return number;
}

Result<Metadata> Form::take_metadata(std::string_view name) {
  Metadata metadata;
  for (const auto& [key, value] : values_) {
    if (!is_below(key, name)) continue;
    auto inner = std::string_view{key}.substr(name.size() + 1);
    const bool is_flat = inner.ends_with(']') && inner.find('[') == std::string_view::npos;
    if (!is_flat) continue;
    inner.remove_suffix(1);
    if (inner.size() > metadata_name_max || value.size() > metadata_value_max) {
      return fail(ErrorKind::invalid,
                  "Metadata keys have at most 40 characters, and values at most 500.", key);
    }
    if (!value.empty()) metadata.push_back({std::string{inner}, value});
  }
  if (metadata.size() > metadata_max) {
    return fail(ErrorKind::invalid, "Metadata has at most 50 keys.", std::string{name});
  }
  ignore(name);
  return metadata;
}

std::vector<std::string> Form::take_list(std::string_view name) {
  std::vector<std::string> list;
  for (const auto& [key, value] : values_) {
    if (is_below(key, name)) list.push_back(value);
  }
  ignore(name);
  return list;
}

void Form::ignore(std::string_view name) {
  std::erase_if(values_,
                [&](const auto& each) { return each.first == name || is_below(each.first, name); });
}

bool Form::has_below(std::string_view prefix) const {
  return std::ranges::any_of(values_,
                             [&](const auto& each) { return is_below(each.first, prefix); });
}

std::optional<std::string> Form::unknown() const {
  if (values_.empty()) return std::nullopt;
  return values_.front().first;
}

}  // namespace oms::simulated
