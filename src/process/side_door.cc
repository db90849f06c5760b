#include "process/side_door.h"

#include <pthread.h>

#include <memory>
#include <utility>

#include "adapters/http/authority.h"
#include "edge/problem.h"
#include "process/allowed_hosts.h"
#include "process/log.h"

namespace oms::process {
namespace {

constexpr std::size_t connections_max = 128;

}  // namespace

Result<std::unique_ptr<SideDoor>> SideDoor::open(const std::string& address,
                                                 FailureLog::Parts failures, Handle handle) {
  auto door = std::unique_ptr<SideDoor>(new SideDoor{std::move(failures)});
  const auto authority = http1::parse_authority(address);
  if (!authority || !authority->port) {
    return fail(ErrorKind::invalid, "'" + address + "' will not do: write HOST:PORT");
  }
  HttpServerOptions options;
  options.host = authority->host;
  options.port = *authority->port;
  options.max_connections = connections_max;
  options.is_probe = Probes::is_probe;
  options.on_failure = [log = &door->failures_](HttpResponse& answer, std::string_view method,
                                                std::string_view path) {
    log->note(answer, method, path);
  };
  options.report = [](std::string_view text) { tell(LogLevel::error, process_log, text); };
  door->http_ = std::make_unique<HttpServer>(
      options, [handle = std::move(handle)](HttpRequest request, HttpExchange exchange) {
        handle(std::move(request),
               [exchange = std::make_unique<HttpExchange>(std::move(exchange))](
                   HttpResponse answer) mutable { exchange->answer(std::move(answer)); });
      });
  OMS_TRY(const auto port, door->http_->listen());
  door->url_ = "http://" + options.host + ":" + std::to_string(port);
  return door;
}

void SideDoor::start() {
  io_ = std::thread{[this] {
    ::pthread_setname_np(::pthread_self(), "oms-side-door");
    http_->run();
  }};
}

void SideDoor::stop() {
  if (!io_.joinable()) return;
  http_->stop();
  io_.join();
}

SideDoor::Handle admin_of(const std::string& address, const Probes& probes) {
  Settings settings;
  settings.listen = address;
  settings.base_url.clear();
  return [hosts = std::make_shared<const AllowedHosts>(settings), &probes](
             const HttpRequest& request, SideDoor::Answer answer) {
    if (!hosts->allows(request.host)) {
      return answer(
          edge::problem(edge::misdirected, "this address answers only for: " + hosts->text()));
    }
    auto found = probes.answer(request);
    answer(found ? *std::move(found)
                 : edge::problem(
                       Error{ErrorKind::not_found, "there are /livez, /readyz and /metrics here"}));
  };
}

SideDoor::Handle webhooks_to(Webhooks* webhooks, NoticeReports* reports) {
  return [webhooks, reports](HttpRequest request, SideDoor::Answer answer) {
    if (reports != nullptr && request.path == notice_report_path) {
      return reports->take(request, std::move(answer));
    }
    if (webhooks == nullptr || request.path != "/webhook") {
      return answer(edge::problem(
          Error{ErrorKind::not_found, "there are only the webhooks of this process here"}));
    }
    if (request.method != "POST") return answer(edge::wrong_method("POST"));
    std::string signature{request.header("stripe-signature")};
    webhooks->take(std::move(signature), std::move(request.body),
                   [answer = std::move(answer)](const Result<void>& taken) mutable {
                     answer(taken ? HttpResponse{.body = "{}"} : edge::problem(taken.error()));
                   });
  };
}

}  // namespace oms::process
