#include "adapters/http/server.h"

#include <utility>

#include "adapters/http/server_core.h"

namespace oms {

HttpServer::HttpServer(HttpServerOptions options, HttpHandler handler)
    : core_(std::make_unique<Core>(std::move(options), std::move(handler))) {}

HttpServer::~HttpServer() = default;

Result<std::uint16_t> HttpServer::listen() {
  return core_->listen();
}
void HttpServer::run() {
  core_->run();
}
void HttpServer::stop() {
  core_->stop();
}
HttpServerStats HttpServer::stats() const {
  return core_->stats();
}

}  // namespace oms
