#include "base/url.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>

namespace oms {
namespace {

// Splits at the first `mark`; without one, all is before it.
std::pair<std::string_view, std::string_view> cut(std::string_view text, char mark) {
  const auto at = text.find(mark);
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

template <class N>
bool read_whole(std::string_view text, N& value, int base = 10) {
  const auto* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value, base);
  return read.ec == std::errc{} && read.ptr == end;
}

std::string list(std::initializer_list<std::string_view> names) {
  std::string out;
  for (const auto name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

Result<Url::Host> read_host(std::string_view text, int default_port) {
  const auto [name, port] = cut(text, ':');
  Url::Host host{std::string{name}, default_port};
  const bool has_port = text.size() > name.size();
  const bool good = !name.empty() && (!has_port || read_whole(port, host.port));
  if (!good || host.port < 1 || host.port > 65535) {
    return fail(
        ErrorKind::invalid,
        "\"" + host.name + "\" is no host with a port: write name:port, the port from 1 to 65535");
  }
  return host;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned byte = 0;
    const auto digits = text.substr(i + 1, 2);
    if (digits.size() != 2 || !read_whole(digits, byte, 16) || byte < ' ') return std::nullopt;
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

Result<Url> Url::parse(std::string_view text, int default_port) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos) {
    return fail(ErrorKind::invalid, "a URL begins with its scheme, such as amqp://");
  }
  Url url;
  url.scheme = text.substr(0, colon);
  const auto [place, query] = cut(text.substr(colon + 3), '?');
  const auto [authority, path] = cut(place, '/');
  const auto at = authority.rfind('@');
  const bool has_user = at != std::string_view::npos;
  const auto [user, password] = cut(has_user ? authority.substr(0, at) : "", ':');
  for (const auto& [part, what, value] :
       {std::tuple{user, "user", &url.user}, std::tuple{password, "password", &url.password},
        std::tuple{path, "path", &url.path}}) {
    auto decoded = percent_decoded(part);
    if (!decoded) {
      return fail(ErrorKind::invalid, std::string{"the "} + what +
                                          " of the URL is not percent-encoded: write % as %25");
    }
    *value = *std::move(decoded);
  }
  auto rest = has_user ? authority.substr(at + 1) : authority;
  for (bool more = true; more;) {
    more = rest.contains(',');
    const auto [first, others] = cut(rest, ',');
    OMS_TRY(auto host, read_host(first, default_port));
    url.hosts.push_back(std::move(host));
    rest = others;
  }
  for (auto left = query; !left.empty();) {
    const auto [first, others] = cut(left, '&');
    const auto [name, value] = cut(first, '=');
    auto decoded = percent_decoded(value);
    if (!decoded) {
      return fail(ErrorKind::invalid, "the URL's parameter \"" + std::string{name} +
                                          "\" is not percent-encoded: write % as %25");
    }
    const auto is_same = [&](const auto& known) { return known.first == name; };
    if (std::ranges::any_of(url.parameters_, is_same)) {
      return fail(ErrorKind::invalid, "the URL has \"" + std::string{name} + "\" twice");
    }
    url.parameters_.emplace_back(name, *std::move(decoded));
    left = others;
  }
  return url;
}

std::string Url::without_password() const {
  std::string out = scheme + "://";
  for (bool is_first = true; const auto& host : hosts) {
    if (!is_first) out += ",";
    is_first = false;
    out += host.name + ":" + std::to_string(host.port);
  }
  return path.empty() ? out : out + "/" + path;
}

Result<void> Url::allow_only(std::initializer_list<std::string_view> known) const {
  for (const auto& [name, value] : parameters_) {
    if (std::ranges::find(known, name) == known.end()) {
      return fail(ErrorKind::invalid,
                  "the URL's parameter \"" + name + "\" is unknown; there are " + list(known));
    }
  }
  return {};
}

std::string Url::text(std::string_view name, std::string_view otherwise) const {
  for (const auto& [known, value] : parameters_) {
    if (known == name) return value;
  }
  return std::string{otherwise};
}

Result<std::int64_t> Url::number(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                 std::int64_t most) const {
  const auto given = text(name, std::to_string(otherwise));
  std::int64_t value = 0;
  if (read_whole(std::string_view{given}, value) && value >= least && value <= most) return value;
  return fail(ErrorKind::invalid, "the URL's parameter \"" + std::string{name} + "\" is \"" +
                                      given + "\"; it must be a whole number from " +
                                      std::to_string(least) + " to " + std::to_string(most));
}

}  // namespace oms
