#include "edge/query_string.h"

#include <algorithm>

namespace oms::edge {
namespace {

constexpr bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string_view take_until(std::string_view& text, char separator) {
  const auto size = std::min(text.find(separator), text.size());
  const auto part = text.substr(0, size);
  text.remove_prefix(std::min(size + 1, text.size()));
  return part;
}

std::unexpected<Error> refuse(std::string_view name, std::string_view why) {
  return fail(ErrorKind::invalid,
              std::string{"the parameter '"}.append(name).append("' ") + std::string{why});
}

// A name is told back only where it is sure to be short and harmless.
std::unexpected<Error> refuse_unknown(const std::optional<std::string>& name,
                                      std::initializer_list<std::string_view> known) {
  constexpr std::size_t told_max = 40;
  std::string names;
  for (const auto& other : known) {
    if (!names.empty()) names += ", ";
    names += other;
  }
  const bool is_told =
      name && name->size() <= told_max && std::ranges::all_of(*name, is_unreserved);
  const std::string told = is_told && !name->empty() ? " '" + *name + "'" : std::string{};
  return fail(ErrorKind::invalid, names.empty()
                                      ? "this address takes no parameters: leave out" +
                                            (told.empty() ? std::string{" the query"} : told)
                                      : "this list has no parameter" + told + ", only " + names);
}

}  // namespace

void percent_encode(std::string_view text, std::string_view also_plain, std::string& out) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c) || also_plain.contains(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i] == '+' ? ' ' : text[i];
    if (c == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) return std::nullopt;
    out += c;
  }
  return out;
}

Result<Parameters> read_parameters(std::string_view query,
                                   std::initializer_list<std::string_view> known) {
  Parameters parameters;
  while (!query.empty()) {
    auto value = take_until(query, '&');
    if (value.empty()) continue;
    const auto name = percent_decode(take_until(value, '='));
    if (!name || std::ranges::find(known, *name) == known.end()) return refuse_unknown(name, known);
    if (parameters.find(*name) != nullptr) return refuse(*name, "is given twice; give it once");
    auto decoded = percent_decode(value);
    if (!decoded) return refuse(*name, "is not properly percent-encoded");
    parameters.add(*name, *std::move(decoded));
  }
  return parameters;
}

}  // namespace oms::edge
