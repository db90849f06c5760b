#include "process/probing.h"

#include <array>
#include <chrono>
#include <future>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "adapters/curl/smtp_client.h"
#include "adapters/grpc/server.h"
#include "adapters/kafka/kafka_broker.h"
#include "adapters/postgres/connection.h"
#include "adapters/rabbitmq/rabbitmq_broker.h"
#include "adapters/twilio/notifier.h"
#include "process/notice_settings.h"
#include "process/service_set.h"
#include "process/settings_load.h"
#include "process/system_clock.h"
#include "process/tls_files.h"
#include "process/tracing.h"
#include "process/wiring.h"

namespace oms::process {
namespace {

constexpr std::chrono::seconds patience{8};

ErrorKind kind_of(curl::SmtpOutcome::Kind kind) {
  return kind == curl::SmtpOutcome::Kind::temporary ? ErrorKind::unavailable
                                                    : ErrorKind::unauthorized;
}

}  // namespace

Result<std::string> try_sqlite(const Settings& settings) {
  const ServiceSet services{settings, {}, false};
  const auto opened = open_reader(settings, services.types());
  if (opened) return std::string{"it can be read"};
  if (opened.error().kind == ErrorKind::not_found) return std::string{"the first start makes it"};
  return std::unexpected(opened.error());
}

Result<std::string> try_postgres(const std::string& url) {
  OMS_TRY(auto target, postgres::Target::parse(url));
  postgres::Connection connection{std::move(target), patience};
  const std::array<postgres::Request, 1> version{
      postgres::Request{.sql = "select current_setting('server_version')"}};
  OMS_TRY(const auto rows, connection.ask(version));
  return "PostgreSQL " + std::string{rows.front().text(0, 0)} + " answers";
}

Result<std::string> try_broker(const std::string& url) {
  if (url.starts_with("kafka://")) {
    OMS_CHECK(try_kafka_broker(url));
    return std::string{"Kafka answers"};
  }
  OMS_CHECK(try_rabbitmq_broker(url));
  return std::string{"RabbitMQ takes the login"};
}

Result<std::string> try_stripe(const Settings& settings) {
  SystemClock clock{{}, [](Duration) {}};
  OMS_TRY(const auto open,
          open_provider(settings,
                        {.base_url = "http://localhost", .webhook_secret = {}, .clock = clock}));
  std::promise<Result<EventPage>> answered;
  const auto now = clock.wall();
  open.provider->list_events({.since = now - std::chrono::minutes{1}, .until = now, .limit = 1},
                             [&](Result<EventPage> page) { answered.set_value(std::move(page)); });
  OMS_TRY(const auto page, answered.get_future().get());
  return std::string{"the key is taken"};
}

Result<std::string> try_smtp(const Settings& settings) {
  OMS_TRY(auto smtp, smtp_settings(settings, current_environment()));
  smtp.options.connect_timeout = smtp.options.timeout = patience;
  const auto outcome = curl::SmtpClient::greet(smtp.server, smtp.options);
  if (outcome.kind != curl::SmtpOutcome::Kind::accepted) {
    return fail(kind_of(outcome.kind), outcome.reason);
  }
  return std::string{smtp.server.user.empty() ? "it answers" : "the login is taken"};
}

Result<std::string> try_twilio(const Settings& settings) {
  OMS_TRY(const auto twilio, twilio_settings(settings, current_environment()));
  OMS_CHECK(oms::try_twilio(twilio));
  return std::string{"the account is there"};
}

Result<std::optional<std::string>> try_collector() {
  OMS_TRY(auto settings, otlp_settings(current_environment()));
  if (!settings) return std::nullopt;
  settings->call_timeout = patience;
  OMS_CHECK(otlp::try_collector(*settings));
  return settings->url + " takes spans";
}

Result<std::string> try_certificates(const Settings& settings) {
  OMS_TRY(const auto tls, tls_of(settings));
  OMS_TRY(const auto until, grpc_api::valid_until(tls));
  const auto left = until - SystemClock{{}, [](Duration) {}}.wall();
  const auto days = std::chrono::duration_cast<std::chrono::days>(left).count();
  if (left <= Duration{0}) {
    return fail(ErrorKind::conflict, "the certificate has expired on " + to_text(until));
  }
  return fmt::format("valid for another {} days", days);
}

}  // namespace oms::process
