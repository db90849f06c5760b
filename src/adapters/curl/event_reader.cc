#include "adapters/curl/event_reader.h"

#include <utility>

namespace oms {

bool EventReader::feed(std::string_view bytes, const HttpClient::OnEvent& on_event) {
  for (const char c : bytes) {
    const bool second_half = c == '\n' && after_cr_;  // of a CRLF, whose line has ended already
    after_cr_ = c == '\r';
    if (second_half) continue;
    if (c != '\n' && c != '\r') {
      line_.push_back(c);
    } else if (!end_line(on_event)) {
      return false;
    }
  }
  return true;
}

bool EventReader::end_line(const HttpClient::OnEvent& on_event) {
  const std::string line = std::exchange(line_, {});
  if (line.empty()) {
    if (!std::exchange(has_data_, false)) {
      event_.event = "message";
      return true;
    }
    const auto event = std::exchange(event_, ServerEvent{event_.id, "message", ""});
    return on_event(event);
  }
  const auto colon = line.find(':');
  const std::string_view name = std::string_view(line).substr(0, colon);
  std::string_view value =
      colon == std::string::npos ? std::string_view{} : std::string_view(line).substr(colon + 1);
  if (value.starts_with(' ')) value.remove_prefix(1);
  if (name == "data") {
    if (std::exchange(has_data_, true)) event_.data.push_back('\n');
    event_.data.append(value);
  } else if (name == "event") {
    event_.event = value.empty() ? "message" : value;
  } else if (name == "id") {
    event_.id = value;
  }
  return true;
}

}  // namespace oms
