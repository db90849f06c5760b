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
#include "process/metrics.h"
#include "process/notice_reports.h"
#include "process/probes.h"
#include "process/settings.h"
#include "process/shop_logs.h"
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
    Webhooks* webhooks = nullptr;
    NoticeReports* notice_reports = nullptr;  // null: nobody reports
    Checkout checkout = {};
    Tokenize tokenize = {};
    Reconciler* reconciler = nullptr;
    const Identities* identities = nullptr;
    std::function<void(std::string path, Upkeep::Done)> back_up = {};
    std::function<ProcessMetrics()> metrics;
    std::vector<ServiceName> services = {};  // that live here, beside the gateway
    Metrics* other_metrics = nullptr;        // of the processes beside this; null: there are none
    Tracer* tracer = nullptr;                // null: no spans
    Logs* other_logs = nullptr;              // the same
    std::function<bool()> reaches_others = {};  // see Probes
  };
  // Once, before `start`.
  void open(const Parts& parts);

  const std::string& url() const { return main_.url; }
  const std::string& base_url() const { return base_url_; }    // as customers see it
  const std::string& order_url() const { return order_.url; }  // of /order alone; may be empty

  void start();
  void set_ready(bool is_ready) { probes_->set_ready(is_ready); }
  // Any thread, once it is open.
  const Probes& probes() const { return *probes_; }
  // Ends streams, takes no more requests, and answers those under way.
  void stop();

  // A webhook from within the process takes the way that one from outside takes, but for the
  // socket. Any thread; before `open` it is answered 503.
  void deliver(const HttpRequest& request, std::move_only_function<void(int status)> done);

  std::size_t watchers() const { return streams_.size(); }
  HttpServerStats stats() const;
  const edge::RequestMeter& requests() const { return meter_; }  // of all doors

 private:
  Face(const Settings& settings, Clock& clock, runtime::IdSource& ids);
  // An address, and what is answered there.
  struct Door {
    std::string url;
    std::optional<edge::Gateway> gateway;
    std::optional<edge::Dispatcher> dispatcher;
    std::unique_ptr<HttpServer> http;  // null: this one stays shut
    std::thread io;
  };

  Result<void> bind();
  Result<void> bind(Door& door, const std::string& address);
  edge::GatewaySettings gateway_settings(const Parts& parts) const;
  static void start(Door& door, const char* thread_name);
  static void stop(Door& door);
  void handle(Door& door, HttpRequest request, HttpExchange exchange);

  const Settings settings_;
  const AllowedHosts hosts_;
  const StaticPages pages_;
  Clock& clock_;
  runtime::IdSource& ids_;
  FailureLog failures_;
  std::string base_url_;
  edge::StreamHub streams_;
  edge::RateLimiter limiter_;
  std::optional<Probes> probes_;
  NoticeReports* notice_reports_ = nullptr;
  edge::RequestMeter meter_;
  std::optional<ShopMetrics> metrics_;
  std::optional<ShopLogs> logs_;
  std::atomic<edge::Dispatcher*> receiver_{nullptr};  // of webhooks, once it is there
  Door main_;
  Door order_;  // to /order alone
};

}  // namespace oms::process
