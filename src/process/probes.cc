#include "process/probes.h"

#include "edge/problem.h"

namespace oms::process {
namespace {

HttpResponse plain(int status, std::string body) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(body)};
}

}  // namespace

bool Probes::is_probe(const HttpRequest& request) {
  const auto& path = request.path;
  return path == "/livez" || path == "/readyz" || path == "/metrics";
}

std::optional<HttpResponse> Probes::answer(const HttpRequest& request) const {
  if (!is_probe(request)) return std::nullopt;
  if (request.method != "GET") return edge::wrong_method("GET, HEAD");
  if (request.path == "/livez") return plain(200, "ok\n");
  if (request.path == "/readyz") {
    return is_ready() ? plain(200, "ok\n") : plain(503, "not ready\n");
  }
  return HttpResponse{.content_type = "text/plain; version=0.0.4",
                      .body = prometheus_text(metrics_().families)};
}

}  // namespace oms::process
