#include "edge/log_levels_api.h"

#include <boost/describe.hpp>
#include <boost/mp11/algorithm.hpp>
#include <optional>
#include <utility>

#include "codec/json_names.h"
#include "codec/json_text.h"
#include "edge/body.h"

namespace oms::edge {
namespace {

struct LogLevelsBody {
  std::optional<LogLevel> process;
  std::optional<LogLevel> gateway;
  std::optional<LogLevel> orders;
  std::optional<LogLevel> stock;
  std::optional<LogLevel> payments;
  std::optional<LogLevel> kitchen;
  std::optional<LogLevel> delivery;
  std::optional<LogLevel> notifications;
  std::optional<LogLevel> coordinator;
};
BOOST_DESCRIBE_STRUCT(LogLevelsBody, (),
                      (process, gateway, orders, stock, payments, kitchen, delivery, notifications,
                       coordinator))

}  // namespace

Result<Plan> show_log_levels(const Call&) {
  return HandleLogLevels{};
}

Result<Plan> change_log_levels(const Call& call) {
  OMS_TRY(const auto body, read_body<LogLevelsBody>(call.request.body));
  OMS_CHECK(refuse_nulls(call.request.body));
  LogLevels wanted;
  std::string words;
  using Members = boost::describe::describe_members<LogLevelsBody, boost::describe::mod_public>;
  boost::mp11::mp_for_each<Members>([&](auto member) {
    const auto& level = body.*member.pointer;
    if (!level) return;
    wanted.levels.push_back({.service = member.name, .level = *level});
    words.append(" ").append(member.name).append("=").append(json::name_of(*level));
  });
  if (wanted.levels.empty()) {
    return fail(ErrorKind::invalid,
                "name a service and its level, such as {\"payments\":\"debug\"}");
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
