#include "process/face.h"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "adapters/crypto/crypto.h"
#include "adapters/http/authority.h"
#include "adapters/http/http1.h"
#include "base/wipe.h"
#include "edge/caller.h"
#include "process/log.h"

namespace oms::process {
namespace {

constexpr std::size_t order_connections_max = 128;

// How many connections there can be: each is an open file, and the rest of the process needs some.
std::size_t allow_connections(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  const rlim_t others = std::min<rlim_t>(256, limit.rlim_max / 2);
  limit.rlim_cur = std::max(limit.rlim_cur, std::min<rlim_t>(limit.rlim_max, wanted + others));
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);  // as it is now, whatever came of that
  const std::size_t allowed = limit.rlim_cur - std::min(others, limit.rlim_cur / 2);
  if (allowed >= wanted) return wanted;
  tell(LogLevel::warn, gateway_log,
       fmt::format("only {} connections: the limit of open files is {} (ulimit -Hn, LimitNOFILE=)",
                   allowed, limit.rlim_cur));
  return allowed;
}

HttpResponse misdirected(const std::string& host, const AllowedHosts& hosts) {
  return edge::problem(edge::misdirected,
                       "this server does not answer for the host " + host +
                           ", only for: " + hosts.text() +
                           ". If it is reached by that name, start it with --allow-host " + host +
                           " (OMS_ALLOW_HOST)");
}

// What browsers say of a page's own requests is the gateway's to judge, if they say it; older ones
// tell the page's origin only, and programs neither.
bool is_from_another_site(const HttpRequest& request, const AllowedHosts& hosts) {
  const auto& method = request.method;
  if (method == "GET" || method == "HEAD" || method == "OPTIONS") return false;
  const auto origin = request.header("origin");
  return !origin.empty() && request.header("sec-fetch-site").empty() &&
         !hosts.allows_origin(origin, request.host);
}

// Whether customers reach the shop by another name than this machine's own.
bool is_published(const std::string& base_url) {
  constexpr std::string_view separator = "://";
  const auto at = base_url.find(separator);
  const auto authority =
      http1::parse_authority(std::string_view{base_url}.substr(at + separator.size()));
  return !authority || !http1::is_loopback(authority->host);
}

HttpResponse backed_up(const Result<void>& done) {
  return done ? HttpResponse{.body = R"({"status":"complete"})"} : edge::problem(done.error());
}

}  // namespace

Face::Face(const Settings& settings, Clock& clock, runtime::IdSource& ids)
    : settings_(settings),
      hosts_(settings),
      clock_(clock),
      ids_(ids),
      failures_(FailureLog::to_log(clock, ids, gateway_log)),
      limiter_(settings.rate_limit) {}

Result<std::unique_ptr<Face>> Face::listen(const Settings& settings, Clock& clock,
                                           runtime::IdSource& ids) {
  auto face = std::unique_ptr<Face>(new Face{settings, clock, ids});
  OMS_CHECK(face->bind());
  return face;
}

Result<void> Face::bind() {
  OMS_CHECK(bind(main_, settings_.listen));
  base_url_ = settings_.base_url.empty() ? main_.url : settings_.base_url;
  if (settings_.listen_order.empty()) return {};
  return bind(order_, settings_.listen_order);
}

Result<void> Face::bind(Door& door, const std::string& address) {
  const auto colon = address.rfind(':');
  HttpServerOptions options;
  options.host = address.substr(0, colon);
  options.port = static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1)));
  options.max_connections =
      &door == &main_ ? allow_connections(settings_.connections_max) : order_connections_max;
  options.idle_timeout = settings_.idle_timeout;
  if (&door == &main_) options.is_probe = Probes::is_probe;
  options.on_failure = [this](HttpResponse& answer, std::string_view method,
                              std::string_view path) { failures_.note(answer, method, path); };
  options.report = [](std::string_view text) { tell(LogLevel::error, gateway_log, text); };
  door.http = std::make_unique<HttpServer>(
      options, [this, &door](HttpRequest request, HttpExchange exchange) {
        handle(door, std::move(request), std::move(exchange));
      });
  OMS_TRY(const auto port, door.http->listen());
  door.url = "http://" + options.host + ":" + std::to_string(port);
  return {};
}

edge::GatewaySettings Face::gateway_settings(const Parts& parts) const {
  return {.base_url = base_url_,
          .operator_token = parts.secrets.operator_token,
          .digest = [](std::string_view text) { return to_hex(sha256(text)); },
          .zone = settings_.orders.zone,
          .currency = settings_.stock.currency,
          .phone_country = settings_.phone_country,
          .coordinator_prefix = settings_.coordinator_prefix,
          .is_published = is_published(base_url_),
          .tokenize = parts.tokenize,
          .identities = parts.identities};
}

void Face::open(const Parts& parts) {
  auto settings = gateway_settings(parts);
  main_.gateway.emplace(settings);
  settings.only = oms::Face::event_chain;
  settings.is_published = false;  // that is the other door
  order_.gateway.emplace(std::move(settings));
  notice_reports_ = parts.notice_reports;
  probes_.emplace(parts.metrics, parts.reaches_others);
  metrics_.emplace(parts.metrics, parts.other_metrics);
  auto services = log_names(parts.services);
  services.emplace_back(gateway_log);
  logs_.emplace(std::move(services), parts.other_logs);
  parts.changes.follow(streams_);
  const auto make_id = [this] { return ids_.make(clock_.now()); };
  auto* const limiter = limiter_.is_on() ? &limiter_ : nullptr;
  order_.dispatcher.emplace(edge::Dispatcher::Parts{.gateway = *order_.gateway,
                                                    .commands = parts.commands,
                                                    .views = parts.views,
                                                    .streams = streams_,
                                                    .clock = clock_,
                                                    .make_id = make_id,
                                                    .limiter = limiter,
                                                    .tracer = parts.tracer,
                                                    .meter = &meter_});
  main_.dispatcher.emplace(edge::Dispatcher::Parts{
      .gateway = *main_.gateway,
      .commands = parts.commands,
      .views = parts.views,
      .streams = streams_,
      .clock = clock_,
      .make_id = make_id,
      .limiter = limiter,
      .webhooks = parts.webhooks,
      .reconciler = parts.reconciler,
      .metrics = &*metrics_,
      .logs = &*logs_,
      .tracer = parts.tracer,
      .meter = &meter_,
      .page = [this](const HttpRequest& request) { return pages_.answer(request); },
      .missing_page = [this](const HttpRequest& request) { return pages_.not_found(request); },
      .checkout = parts.checkout,
      .back_up =
          [back_up = parts.back_up](std::string path, edge::Dispatcher::Answer answer) {
            back_up(std::move(path),
                    [answer = std::move(answer)](const Result<void>& done) mutable {
                      answer(backed_up(done));
                    });
          }});
  receiver_.store(&*main_.dispatcher);
}

void Face::start() {
  start(main_, "oms-http-0");
  start(order_, "oms-http-1");
}

void Face::start(Door& door, const char* thread_name) {
  if (!door.http) return;
  door.io = std::thread{[&door, thread_name] {
    ::pthread_setname_np(::pthread_self(), thread_name);
    door.http->run();
  }};
}

void Face::stop() {
  set_ready(false);
  streams_.close_all();
  stop(order_);
  stop(main_);
}

void Face::stop(Door& door) {
  if (door.http) door.http->stop();
  if (door.io.joinable()) door.io.join();
}

HttpServerStats Face::stats() const {
  auto sum = main_.http->stats();
  if (!order_.http) return sum;
  const auto more = order_.http->stats();
  for (const auto count :
       {&HttpServerStats::connections, &HttpServerStats::streams, &HttpServerStats::accepted,
        &HttpServerStats::turned_away, &HttpServerStats::timed_out, &HttpServerStats::answers_2xx,
        &HttpServerStats::answers_3xx, &HttpServerStats::answers_4xx,
        &HttpServerStats::answers_5xx}) {
    sum.*count += more.*count;
  }
  return sum;
}

void Face::handle(Door& door, HttpRequest request, HttpExchange exchange) {
  const WipedAtEnd body{request.body};  // where it goes no further
  if (!hosts_.allows(request.host)) return exchange.answer(misdirected(request.host, hosts_));
  if (is_from_another_site(request, hosts_)) {
    return exchange.answer(
        edge::problem(edge::from_another_site, "a page of another site may not do this"));
  }
  if (&door == &main_) {
    if (auto answer = probes_->answer(request)) return exchange.answer(*std::move(answer));
    if (notice_reports_ != nullptr && request.path == notice_report_path) {
      return notice_reports_->take(
          request, [exchange = std::make_unique<HttpExchange>(std::move(exchange))](
                       HttpResponse answer) mutable { exchange->answer(std::move(answer)); });
    }
  }
  door.dispatcher->handle(std::move(request), std::make_unique<HttpExchange>(std::move(exchange)));
}

void Face::deliver(const HttpRequest& request, std::move_only_function<void(int status)> done) {
  auto* const dispatcher = receiver_.load();
  if (dispatcher == nullptr) return done(503);  // not yet up: it is told again
  auto plan = main_.gateway->plan(request, edge::Caller{}, Id{}, clock_.wall());
  const auto* webhook = std::get_if<edge::Webhook>(&plan);
  if (webhook == nullptr) return done(404);
  dispatcher->receive(*webhook, [this, done = std::move(done)](HttpResponse answer) mutable {
    if (answer.failure) failures_.note(answer, "POST", "/webhook");
    done(answer.status);
  });
}

}  // namespace oms::process
