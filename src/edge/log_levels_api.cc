#include "edge/log_levels_api.h"

#include <utility>

#include "codec/json_names.h"
#include "codec/json_text.h"
#include "edge/requests.h"

namespace oms::edge {

Result<Plan> show_log_levels(const Call&) {
  return HandleLogLevels{};
}

Result<Plan> change_log_levels(const Call& call) {
  OMS_TRY(auto wanted, read_log_levels_body(call.request.body));
  std::string words;
  for (const auto& [service, level] : wanted.levels) {
    words.append(" ").append(service).append("=").append(json::name_of(level));
  }
  NoteAction note{.action = "Set log levels:" + words};
  return HandleLogLevels{.note = call.message(Id{}, std::move(note)), .wanted = std::move(wanted)};
}

HttpResponse log_levels(const GatheredLogLevels& gathered) {
  std::string body = R"({"levels":{)";
  for (bool is_first = true; const auto& [service, level] : gathered.levels.levels) {
    if (!std::exchange(is_first, false)) body += ',';
    write_json_string(service, body);
    body.append(":\"").append(json::name_of(level)).append("\"");
  }
  body += R"(},"unreached":[)";
  for (bool is_first = true; const auto& address : gathered.unreached) {
    if (!std::exchange(is_first, false)) body += ',';
    write_json_string(address, body);
  }
  body += "]}";
  return json_response(std::move(body));
}

}  // namespace oms::edge
