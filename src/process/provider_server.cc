#include "process/provider_server.h"

#include <pthread.h>

#include <csignal>
#include <mutex>
#include <optional>
#include <thread>

#include "adapters/curl/client.h"
#include "adapters/http/authority.h"
#include "adapters/http/server.h"
#include "adapters/http/static_pages.h"
#include "adapters/simulated/provider.h"
#include "adapters/stripe/webhook_signature.h"
#include "process/core_dumps.h"
#include "process/data_folder.h"
#include "process/first_start.h"
#include "process/system_clock.h"

namespace oms::process {
namespace {

// Ends when the last endpoint has answered: with 200, or with a status that was not 2xx. All
// answers come on the client's thread.
struct Round {
  std::size_t left;
  int status = 200;
  std::move_only_function<void(int)> done;

  // 0: there was no answer.
  void end(int answered) {
    if (answered < 200 || answered > 299) status = answered;
    if (--left == 0) done(status);
  }
};

class Server final : public ProviderServer {
 public:
  static Result<std::unique_ptr<ProviderServer>> open(const ProviderOptions& options,
                                                      Clock& clock) {
    std::unique_ptr<Server> server{new Server{options}};
    OMS_CHECK(server->open_all(clock));
    return server;
  }
  ~Server() override { stop(); }

  const std::string& url() const override { return url_; }
  const std::string& webhook_secret() const override { return secret_; }

  void tell(std::vector<std::string> webhooks) override {
    const std::scoped_lock lock{mutex_};
    webhooks_ = std::move(webhooks);
  }
  void run() override { http_->run(); }
  void stop() override { http_->stop(); }

 private:
  explicit Server(const ProviderOptions& options)
      : options_(options), webhooks_(options.webhooks) {}

  Result<void> open_all(Clock& clock) {
    OMS_TRY(auto folder, DataFolder::take(options_.data));
    folder_.emplace(std::move(folder));
    OMS_TRY(secret_, webhook_secret_in(options_.data));
    signature_.emplace(std::vector{secret_});
    const auto address = http1::parse_authority(options_.listen);
    if (!address || !address->port) {
      return fail(
          ErrorKind::invalid,
          "'" + options_.listen + "' will not do: write HOST:PORT, such as 127.0.0.1:12111");
    }
    HttpServerOptions http;
    http.host = address->host;
    http.port = *address->port;
    http_ = std::make_unique<HttpServer>(http, [this](HttpRequest request, HttpExchange exchange) {
      handle(std::move(request), std::move(exchange));
    });
    OMS_TRY(const auto port, http_->listen());
    url_ = "http://" + http.host + ":" + std::to_string(port);
    auto settings = options_.provider;
    settings.path = (options_.data / "provider.db").string();
    settings.base_url = options_.base_url.empty() ? url_ : options_.base_url;
    settings.has_api = true;
    provider_ = std::make_unique<SimulatedProvider>(
        settings, clock,
        SimulatedProvider::Webhooks{
            .sign = [this](std::string_view body, Time now) { return signature_->sign(body, now); },
            .read = [](std::string_view, std::string_view, Time) -> Result<Message> {
              return fail(ErrorKind::invalid, "the provider hears of no webhooks");
            },
            .deliver =
                [this](HttpRequest request, std::move_only_function<void(int)> done) {
                  deliver(request, std::move(done));
                }});
    return {};
  }

  void handle(HttpRequest request, HttpExchange exchange) {
    auto shared = std::make_shared<HttpExchange>(std::move(exchange));
    const auto answer = [shared](HttpResponse response) { shared->answer(std::move(response)); };
    if (request.path.starts_with("/v1/")) {
      return provider_->handle_api(std::move(request), [this, answer](HttpResponse response) {
        if (options_.latency == Duration{0}) return answer(std::move(response));
        client_.after(options_.latency, [answer, response = std::move(response)]() mutable {
          answer(std::move(response));
        });
      });
    }
    constexpr std::string_view checkout = "/checkout/";
    if (request.path.starts_with(checkout)) {
      const bool is_page = request.path.find('/', checkout.size()) == std::string::npos;
      if (!is_page) return provider_->handle(std::move(request), answer);
      request.path = "/checkout.html";
    }
    if (request.path == "/livez") {
      return answer({.content_type = "text/plain", .body = "ok\n"});
    }
    auto page = pages_.answer(request);
    if (!page) page = pages_.not_found(request);
    answer(page ? *std::move(page)
                : HttpResponse{.status = 404, .content_type = "text/plain", .body = "Not Found\n"});
  }

  void deliver(const HttpRequest& request, std::move_only_function<void(int)> done) {
    const auto webhooks = [this] {
      const std::scoped_lock lock{mutex_};
      return webhooks_;
    }();
    if (webhooks.empty()) return done(200);  // nobody wants to know
    auto round = std::make_shared<Round>(Round{.left = webhooks.size(), .done = std::move(done)});
    for (const auto& url : webhooks) {
      client_.send(
          {.method = "POST", .url = url, .headers = request.headers, .body = request.body},
          [round](Result<HttpResponse> answer) { round->end(answer ? answer->status : 0); });
    }
  }

  const ProviderOptions options_;
  std::optional<DataFolder> folder_;
  std::string secret_;
  std::string url_;
  std::mutex mutex_;
  std::vector<std::string> webhooks_;
  std::optional<stripe::WebhookSignature> signature_;
  const StaticPages pages_;
  curl::Client client_;
  std::unique_ptr<SimulatedProvider> provider_;
  std::unique_ptr<HttpServer> http_;
};

}  // namespace

Result<std::unique_ptr<ProviderServer>> ProviderServer::open(const ProviderOptions& options,
                                                             Clock& clock) {
  return Server::open(options, clock);
}

Result<void> run_provider(const ProviderOptions& options,
                          const std::function<void(const ProviderStarted&)>& on_started) {
  forbid_core_dumps();
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  SystemClock clock;
  OMS_TRY(const auto server, ProviderServer::open(options, clock));
  std::thread io{[&server] { server->run(); }};
  on_started({.url = server->url(), .secret_path = (options.data / "webhook.secret").string()});
  int signal = 0;
  ::sigwait(&signals, &signal);
  server->stop();
  io.join();
  return {};
}

}  // namespace oms::process
