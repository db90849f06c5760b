#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "adapters/http/server.h"
#include "adapters/http/static_pages.h"
#include "edge/dispatcher.h"
#include "process/allowed_hosts.h"
#include "process/failure_log.h"
#include "process/first_start.h"
#include "process/probes.h"
#include "process/settings.h"
#include "process/wiring.h"
#include "runtime/id_source.h"

namespace oms::process {

// The side of the process that customers and the operator see: the HTTP server, the edge behind it,
// and the event streams. It knows the services by the edge's ports only.
class Face {
 public:
  // Binds the address of the settings; nothing is answered before `start`.
  static Result<std::unique_ptr<Face>> listen(const Settings& settings, Clock& clock,
                                              runtime::IdSource& ids);

  struct Parts {
    Commands& commands;
    Views& views;
    Changes& changes;
    const Secrets& secrets;
    const PaymentProvider* payments = nullptr;
    Checkout checkout = {};
    std::function<void(std::string path, Upkeep::Done)> back_up = {};
    std::function<std::string()> metrics;
  };
  // Once, before `start`.
  void open(const Parts& parts);

  const std::string& url() const { return url_; }
  const std::string& base_url() const { return base_url_; }  // as customers see it

  void start();
  void set_ready(bool is_ready) { probes_->set_ready(is_ready); }
  // Ends streams, takes no more requests, and answers those under way.
  void stop();

  // A webhook from within the process takes the way that one from outside takes, but for the
  // socket. Any thread; before `open` it is answered 503.
  void deliver(const HttpRequest& request, std::move_only_function<void(int status)> done);

  std::size_t watchers() const { return streams_.size(); }
  HttpServerStats stats() const { return http_->stats(); }

 private:
  Face(const Settings& settings, Clock& clock, runtime::IdSource& ids);
  Result<void> bind();
  void handle(HttpRequest request, HttpExchange exchange);

  const Settings settings_;
  const AllowedHosts hosts_;
  const StaticPages pages_;
  Clock& clock_;
  runtime::IdSource& ids_;
  FailureLog failures_;
  std::string url_;
  std::string base_url_;
  edge::StreamHub streams_;
  std::optional<edge::Gateway> gateway_;
  std::optional<Probes> probes_;
  std::optional<edge::Dispatcher> dispatcher_;
  std::atomic<edge::Dispatcher*> receiver_{nullptr};  // of webhooks, once it is there
  std::unique_ptr<HttpServer> http_;
  std::thread io_;
};

}  // namespace oms::process
