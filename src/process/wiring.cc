#include "process/wiring.h"

#include <utility>
#include <vector>

#include "adapters/files/notifier.h"
#include "adapters/kafka/kafka_broker.h"
#include "adapters/postgres/postgres_reader.h"
#include "adapters/postgres/postgres_store.h"
#include "adapters/rabbitmq/rabbitmq_broker.h"
#include "adapters/simulated/cards.h"
#include "adapters/simulated/provider.h"
#include "adapters/smtp/notifier.h"
#include "adapters/sqlite/file_lock.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/sqlite_reader.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/static/registry.h"
#include "adapters/stripe/provider.h"
#include "adapters/stripe/webhook_event.h"
#include "adapters/stripe/webhook_signature.h"
#include "adapters/twilio/notifier.h"
#include "adapters/twilio/status_callback.h"
#include "codec/json_names.h"
#include "process/international_sms.h"
#include "process/log.h"
#include "process/notice_log.h"
#include "process/notice_settings.h"
#include "process/settings_load.h"
#include "process/stripe_settings.h"

namespace oms::process {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

std::unexpected<Error> fail_unknown(std::string_view setting, const std::string& value) {
  return fail(ErrorKind::invalid, std::string{"there is no "}.append(setting) + " '" + value + "'");
}

SqliteOptions sqlite_options(const Settings& settings) {
  SqliteOptions options;
  options.path = store_path(settings);
  options.cache_bytes = settings.cache_mb << 20U;
  options.page_cache_bytes = settings.page_cache_mb << 20U;
  options.checkpoint_bytes = settings.checkpoint_mb << 20U;
  return options;
}

StartBackup backups_of(SqliteStore& store) {
  return [&store](const std::string& path) -> Result<BackupStep> {
    OMS_TRY(auto backup, store.start_backup(path));
    return BackupStep{[backup = std::move(backup)] { return backup->step(); }};
  };
}

Result<OpenStore> open_postgres(const Settings& settings,
                                std::span<const RecordType* const> types) {
  const PostgresOptions options{.url = settings.store};
  OMS_TRY(auto store, PostgresStore::open(options, types));
  OMS_TRY(auto reader, PostgresReader::open(options, types));
  return OpenStore{.store = std::move(store),
                   .reader = std::move(reader),
                   .start_backup = [](const std::string&) -> Result<BackupStep> {
                     return fail(ErrorKind::conflict,
                                 "the store is a PostgreSQL database: back it up by its own means, "
                                 "such as pg_dump");
                   }};
}

SimulatedProvider::Webhooks webhooks_of(ProviderSurroundings& surroundings) {
  const auto signature = std::make_shared<const stripe::WebhookSignature>(
      std::vector<std::string>{surroundings.webhook_secret});
  return {
      .sign = [signature](std::string_view body, Time now) { return signature->sign(body, now); },
      .read = [signature](std::string_view signed_as, std::string_view body,
                          Time now) -> Result<Message> {
        OMS_CHECK(signature->check(signed_as, body, now));
        return stripe::read_event(body);
      },
      .deliver = std::move(surroundings.deliver)};
}

// The simulated provider looks at the number alone. That of the requests which people copy from old
// examples is no card's, and is charged.
Result<std::string> tokenize(const CardDetails& card) {
  constexpr std::string_view example = "1234";
  if (card.number == example) return simulated::tokenize("4242424242424242");
  return simulated::tokenize(card.number);
}

ReportTry report_to(std::string what) {
  auto log = std::make_shared<NoticeLog>(std::move(what),
                                         warns_of(json::name_of(ServiceName::notifications)));
  return [log](NoticeResult result, const std::string& trouble) { log->note(result, trouble); };
}

}  // namespace

bool is_shared_store(const Settings& settings) {
  return !settings.store.empty() && !settings.store.starts_with(sqlite_scheme);
}

std::string store_path(const Settings& settings) {
  if (settings.store.empty()) return (settings.data / "oms.db").string();
  return is_shared_store(settings) ? std::string{} : settings.store.substr(sqlite_scheme.size());
}

Result<OpenStore> open_store(const Settings& settings, std::span<const RecordType* const> types,
                             const std::function<void(std::string_view)>& tell_upgrade) {
  if (is_shared_store(settings)) return open_postgres(settings, types);
  auto options = sqlite_options(settings);
  options.tell_upgrade = tell_upgrade;
  OMS_TRY(auto store, SqliteStore::open(options, types));
  OMS_TRY(auto reader, SqliteReader::open(options, types, store.get()));
  auto start_backup = backups_of(*store);
  return OpenStore{.store = std::move(store),
                   .reader = std::move(reader),
                   .start_backup = std::move(start_backup)};
}

Result<OpenReader> open_reader(const Settings& settings, std::span<const RecordType* const> types) {
  if (is_shared_store(settings)) {
    OMS_TRY(auto reader, PostgresReader::open({.url = settings.store}, types));
    return OpenReader{.reader = std::move(reader), .hold = {}};
  }
  std::error_code problem;
  const auto path = std::filesystem::canonical(store_path(settings), problem).string();
  if (problem) return fail(ErrorKind::not_found, "there is no " + store_path(settings));
  OMS_TRY(auto lock, sqlite::FileLock::take(path));
  OMS_CHECK(sqlite::check_header(path));
  auto options = sqlite_options(settings);
  options.path = path;
  OMS_TRY(auto reader, SqliteReader::open(options, types));
  return OpenReader{.reader = std::move(reader),
                    .hold = std::make_shared<const sqlite::FileLock>(std::move(lock))};
}

Result<std::unique_ptr<Broker>> open_broker(const Settings& settings,
                                            std::function<void(const std::string&)> warn) {
  if (settings.broker.empty()) {
    return fail(ErrorKind::invalid,
                "processes apart need a broker between them: give --broker (OMS_BROKER), such as "
                "amqp://127.0.0.1 or kafka://127.0.0.1:9092");
  }
  OMS_TRY(auto event_names, read_event_names(settings.event_topics));
  if (settings.broker.starts_with("kafka://")) {
    return open_kafka_broker(settings.broker, std::move(warn), std::move(event_names));
  }
  return open_rabbitmq_broker(settings.broker, std::move(warn), std::move(event_names));
}

Result<std::unique_ptr<Registry>> open_registry(const std::string& registry) {
  using namespace fixed;
  const bool is_dns = registry.starts_with(dns_prefix);
  if (!is_dns && !registry.starts_with(static_prefix)) return fail_unknown("registry", registry);
  OMS_TRY(auto addresses,
          read_addresses(registry.substr((is_dns ? dns_prefix : static_prefix).size())));
  return is_dns ? dns_registry(addresses) : fixed::registry(std::move(addresses));
}

Result<OpenProvider> open_provider(const Settings& settings, ProviderSurroundings surroundings) {
  if (settings.payments == "stripe") {
    OMS_TRY(auto stripe, stripe_settings(settings, current_environment(), surroundings.base_url));
    stripe.warn = warns_of(json::name_of(ServiceName::payments));
    return OpenProvider{
        .provider = std::make_unique<StripeProvider>(std::move(stripe), surroundings.clock)};
  }
  if (settings.payments != "simulated") return fail_unknown("provider", settings.payments);
  auto options = settings.provider;
  options.path = (settings.data / "provider.db").string();
  options.base_url = surroundings.base_url;
  auto provider =
      std::make_unique<SimulatedProvider>(options, surroundings.clock, webhooks_of(surroundings));
  auto* const pages = provider.get();
  return OpenProvider{
      .provider = std::move(provider),
      .checkout =
          [pages](HttpRequest request, std::move_only_function<void(HttpResponse)> answer) {
            pages->handle(std::move(request), std::move(answer));
          },
      .tokenize = tokenize};
}

Result<OpenNotifiers> open_notifiers(const Settings& settings, Clock& clock) {
  const auto environment = current_environment();
  OpenNotifiers open{.files = std::make_unique<FileNotifier>(settings.data, clock)};
  if (settings.notices != kept_in_files) {
    OMS_TRY(auto smtp, smtp_settings(settings, environment));
    open.smtp = std::make_unique<SmtpNotifier>(std::move(smtp), clock, report_to("emails"));
  }
  if (settings.sms != kept_in_files) {
    OMS_TRY(auto twilio, twilio_settings(settings, environment));
    if (!twilio.status_url.empty()) {
      open.read_report = [twilio](const HttpRequest& request) {
        return twilio::read_status_callback(twilio, request.header("x-twilio-signature"),
                                            request.query, request.body);
      };
    }
    open.twilio = std::make_unique<TwilioNotifier>(std::move(twilio), report_to("SMS"));
  }
  auto& next = open.twilio ? *open.twilio : *open.files;
  open.sms = std::make_unique<InternationalSms>(next, settings.phone_country);
  return open;
}

}  // namespace oms::process
