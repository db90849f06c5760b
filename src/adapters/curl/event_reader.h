#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "adapters/curl/http_client.h"

namespace oms {

// Reads the lines of a `text/event-stream` that arrives in pieces.
class EventReader {
 public:
  // Calls `on_event` for each event that `bytes` completes. False once `on_event` said so.
  bool feed(std::string_view bytes, const HttpClient::OnEvent& on_event);
  // What an event that is not complete takes up so far.
  std::size_t held_bytes() const { return line_.size() + event_.data.size(); }

 private:
  bool end_line(const HttpClient::OnEvent& on_event);

  std::string line_;
  bool after_cr_ = false;
  bool has_data_ = false;
  ServerEvent event_;
};

}  // namespace oms
