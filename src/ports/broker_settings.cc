#include "ports/broker_settings.h"

#include <algorithm>
#include <bit>

#include "codec/json_names.h"
#include "messages/events.h"

namespace oms {
namespace {

bool is_event_type(std::string_view type) {
  return std::ranges::any_of(json::enumerators<EventType>,
                             [&](const auto& each) { return public_name(each.value) == type; });
}

bool is_topic_name(std::string_view name) {
  constexpr std::size_t size_max = 249;
  constexpr std::string_view marks = "._-";
  return !name.empty() && name.size() <= size_max && std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           marks.contains(c);
  });
}

}  // namespace

Result<EventNames> read_event_names(std::string_view text) {
  EventNames names;
  while (!text.empty()) {
    const auto pair = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto type = pair.substr(0, equals);
    const auto name = pair.substr(std::min(equals + 1, pair.size()));
    if (!is_event_type(type)) {
      return fail(ErrorKind::invalid,
                  "there is no event \"" + std::string{type} +
                      "\"; api/asyncapi.yaml lists them, such as order.created");
    }
    if (!is_topic_name(name)) {
      return fail(ErrorKind::invalid, "\"" + std::string{name} + "\" cannot be the name of " +
                                          std::string{type} +
                                          ": it has 1 to 249 letters, digits, dots, - and _");
    }
    names.insert_or_assign(std::string{type}, std::string{name});
  }
  return names;
}

Result<BrokerSettings> read_broker_settings(const Url& url) {
  OMS_TRY(const auto number, url.number("partitions", 1, 1, 64));
  const auto partitions = static_cast<std::size_t>(number);
  if (!std::has_single_bit(partitions)) {
    return fail(ErrorKind::invalid, "the URL's parameter \"partitions\" is " +
                                        std::to_string(partitions) + "; it must be a power of two");
  }
  BrokerSettings settings{.ca_file = url.text("cacert", ""),
                          .certificate_file = url.text("cert", ""),
                          .key_file = url.text("key", ""),
                          .partitions = partitions,
                          .prefix = url.text("prefix", "oms"),
                          .shown = url.without_password()};
  if (settings.prefix.empty()) {
    return fail(ErrorKind::invalid, "the URL's parameter \"prefix\" is empty");
  }
  if (settings.certificate_file.empty() != settings.key_file.empty()) {
    return fail(ErrorKind::invalid, "the URL has \"cert\" or \"key\"; it needs both or neither");
  }
  return settings;
}

}  // namespace oms
