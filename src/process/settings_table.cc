#include "process/settings_table.h"

#include <algorithm>

#include "process/settings_checks.h"

namespace oms::process {
namespace {

constexpr std::string_view place = "Where things are";
constexpr std::string_view shop = "The shop";
constexpr std::string_view telling = "Telling customers";
constexpr std::string_view apart = "Processes apart (oms serve)";
constexpr std::string_view keeping = "What is kept";
constexpr std::string_view watching = "Watching it";
constexpr std::string_view size = "Size and bounds";
constexpr std::string_view trials = "Faults of the simulated payment provider";

constexpr Duration hour = std::chrono::hours{1};
constexpr Duration day = std::chrono::hours{24};
constexpr std::int64_t second = 1'000;  // durations are bounded in their units
constexpr std::int64_t mb_max = 1 << 20;
constexpr std::int64_t count_max = 1'000'000'000;

// Takes `settings.path.to.member` to where a setting is kept.
#define OMS_FIELD(member) [](Settings& settings) -> Field { return &settings.member; }

using enum Form;

const std::vector<Setting> table{
    {"data", place, text, "DIR", OMS_FIELD(data), "where everything is kept"},
    {.name = "store",
     .group = place,
     .shown = "URL",
     .field = OMS_FIELD(store),
     .help = "the database, sqlite:PATH or postgres://...; empty: oms.db in the data folder",
     .check = check_store,
     .may_hold_password = true},
    {.name = "listen",
     .group = place,
     .shown = "HOST:PORT",
     .field = OMS_FIELD(listen),
     .help = "where to answer HTTP",
     .check = check_listen},
    {.name = "listen-order",
     .group = place,
     .shown = "HOST:PORT",
     .field = OMS_FIELD(listen_order),
     .help = "where to answer /order alone, too, for clients that expect it there; 127.0.0.1:9090",
     .check = check_listen_order},
    {"allow-remote", place, yes_no, "BOOL", OMS_FIELD(allow_remote),
     "answer other machines too, though customers need no password"},
    {.name = "base-url",
     .group = place,
     .shown = "URL",
     .field = OMS_FIELD(base_url),
     .help = "how customers reach the server; empty: http://<listen>",
     .check = check_base_url},
    {.name = "allow-host",
     .group = place,
     .shown = "HOST,...",
     .field = OMS_FIELD(allow_host),
     .help = "further names by which requests may call the server, besides loopback, listen and "
             "base-url",
     .check = check_allow_host},
    {.name = "coordinator-prefix",
     .group = place,
     .shown = "/PATH",
     .field = OMS_FIELD(coordinator_prefix),
     .help = "goes before /orders, /customers and /products, where these clash with others",
     .check = check_coordinator_prefix},
    {.name = "auth",
     .group = place,
     .form = choice,
     .shown = "KIND",
     .field = OMS_FIELD(auth),
     .help = "how callers prove who they are: off, or jwt (a bearer token, whose sub is the "
             "customer)",
     .choices = {"off", "jwt"}},
    {.name = "auth-keys",
     .group = place,
     .shown = "FILE|URL",
     .field = OMS_FIELD(auth_keys),
     .help = "the JSON Web Key Set that signs tokens, for RS256 or HS256",
     .check = check_auth_keys},
    {.name = "auth-audience",
     .group = place,
     .shown = "NAME",
     .field = OMS_FIELD(auth_audience),
     .help = "whom tokens must be for (aud): this shop, by the name that their maker gives it",
     .check = check_auth_audience},
    {"auth-issuer", place, text, "NAME", OMS_FIELD(auth_issuer),
     "who must have made tokens (iss); empty: anybody"},
    {"rate-limit", place, number, "N", OMS_FIELD(rate_limit),
     "requests a minute that one client may send; 0: no limit", 0, 1'000'000},
    {.name = "payments",
     .group = place,
     .form = choice,
     .shown = "PROVIDER",
     .field = OMS_FIELD(payments),
     .help = "who takes the customers' money: simulated, or stripe (its key: OMS_STRIPE_KEY)",
     .choices = {"simulated", "stripe"}},
    {.name = "stripe-url",
     .group = place,
     .shown = "URL",
     .field = OMS_FIELD(stripe_url),
     .help = "where Stripe's API is; http://127.0.0.1:12111 of `oms provider`",
     .check = check_stripe_url},
    {.name = "stripe-prices",
     .group = place,
     .form = choice,
     .shown = "PRICES",
     .field = OMS_FIELD(stripe_prices),
     .help = "what a payment link's lines carry: inline (the item's name, price and currency), or "
             "catalogue (its price id, which must be one of Stripe's over the same amount)",
     .choices = {"inline", "catalogue"}},

    {.name = "notices",
     .group = telling,
     .shown = "URL",
     .field = OMS_FIELD(notices),
     .help = "who takes emails: files (in the data folder), smtp://USER@HOST:587 or "
             "smtps://USER@HOST (its password: OMS_SMTP_PASSWORD)",
     .check = check_notices,
     .may_hold_password = true},
    {"mail-from", telling, text, "SENDER", OMS_FIELD(mail_from),
     "who writes emails: \"The Shop <shop@example.com>\"; empty: the user of --notices"},
    {.name = "sms",
     .group = telling,
     .shown = "URL",
     .field = OMS_FIELD(sms),
     .help = "who takes SMS: files, or twilio://ACCOUNT?from=+15551234567 (its token: "
             "OMS_TWILIO_AUTH_TOKEN)",
     .check = check_sms,
     .may_hold_password = true},
    {.name = "twilio-url",
     .group = telling,
     .shown = "URL",
     .field = OMS_FIELD(twilio_url),
     .help = "where Twilio's API is",
     .check = check_twilio_url},
    {.name = "email-kinds",
     .group = telling,
     .shown = "KIND,...",
     .field = OMS_FIELD(email_kinds),
     .help = "what is told by email: all, none, or some of paid, ready, completed, cancelled",
     .check = check_email_kinds},
    {.name = "sms-kinds",
     .group = telling,
     .shown = "KIND,...",
     .field = OMS_FIELD(sms_kinds),
     .help = "what is told by SMS, in the same way",
     .check = check_sms_kinds},
    {"language", telling, text, "LANGUAGE", OMS_FIELD(language),
     "of emails and SMS: en, de, or a folder of --templates"},
    {"templates", telling, text, "DIR", OMS_FIELD(templates),
     "a folder with LANGUAGE/KIND.txt and .html in place of the built-in ones; empty: none"},

    {.name = "broker",
     .group = apart,
     .shown = "URL",
     .field = OMS_FIELD(broker),
     .help = "carries messages between processes: amqp://, amqps:// or kafka://...",
     .check = check_broker,
     .may_hold_password = true},
    {.name = "event-topics",
     .group = apart,
     .shown = "TYPE=NAME,...",
     .field = OMS_FIELD(event_topics),
     .help = "what kinds of public events are called at the broker, where that is not their own "
             "name: order.created=orderCreatedEvent",
     .check = check_event_topics},
    {.name = "registry",
     .group = apart,
     .shown = "REGISTRY",
     .field = OMS_FIELD(registry),
     .help = "where the processes are: static:orders=HOST:PORT+HOST:PORT,stock=..., or "
             "dns:oms-{service}:PORT; empty: the usual ports of this machine",
     .check = check_registry},
    {.name = "grpc-listen",
     .group = apart,
     .shown = "HOST:PORT",
     .field = OMS_FIELD(grpc_listen),
     .help = "where to answer gRPC; empty: the service's usual port on 127.0.0.1",
     .check = check_grpc_listen},
    {.name = "admin-listen",
     .group = apart,
     .shown = "HOST:PORT",
     .field = OMS_FIELD(admin_listen),
     .help = "where to answer /livez, /readyz and /metrics; empty: 1000 above the gRPC port, 9080 "
             "for the gateway",
     .check = check_admin_listen},
    {.name = "webhook-listen",
     .group = apart,
     .shown = "HOST:PORT",
     .field = OMS_FIELD(webhook_listen),
     .help = "where payments takes the provider's POST /webhook, and notifications POST "
             "/sms/status; empty: 127.0.0.1:8081 and 8082, and in `oms up` only where everything "
             "else is",
     .check = check_webhook_listen},
    {.name = "advertise",
     .group = apart,
     .shown = "HOST:PORT",
     .field = OMS_FIELD(advertise),
     .help = "where others reach this process; empty: <grpc-listen>",
     .check = check_advertise},
    {.name = "tls-cert",
     .group = apart,
     .shown = "FILE",
     .field = OMS_FIELD(tls_cert),
     .help = "the certificate of this process, PEM, for gRPC; empty: it is not encrypted",
     .check = check_tls_cert},
    {"tls-key", apart, text, "FILE", OMS_FIELD(tls_key), "its key, PEM"},
    {.name = "tls-ca",
     .group = apart,
     .shown = "FILE",
     .field = OMS_FIELD(tls_ca),
     .help = "who must vouch for the certificates of others, PEM",
     .check = check_tls_ca},
    {.name = "grpc-peers",
     .group = apart,
     .shown = "NAME,...",
     .field = OMS_FIELD(grpc_peers),
     .help = "whose certificates are our own processes', which may call everything",
     .check = check_grpc_peers},
    {"operator-token-file", apart, text, "FILE", OMS_FIELD(operator_token_file),
     "holds the operator's token, unless OMS_OPERATOR_TOKEN does; empty: operator.token in the "
     "data folder"},

    {"kitchen", shop, by_hand, "auto|manual", OMS_FIELD(kitchen.by_hand),
     "whether the kitchen cooks by itself or an operator does"},
    {"cooks", shop, number, "N", OMS_FIELD(kitchen.cooks), "meals cooked at the same time", 1,
     100'000},
    {"kitchen-time", shop, duration, "DURATION", OMS_FIELD(kitchen.preparation),
     "how long each meal takes; menu: as its items say, by hand 15 minutes at least"},
    {"kitchen-queue", shop, number, "N", OMS_FIELD(kitchen.queue_max),
     "meals that may wait for a cook; past it they are rejected", 0, 1'000'000},
    {"delivery", shop, by_hand, "auto|manual", OMS_FIELD(delivery.by_hand),
     "whether meals are delivered, or collected, by themselves or as an operator says"},
    {"delivery-time", shop, duration, "DURATION", OMS_FIELD(delivery.travel),
     "how long each delivery takes"},
    {"pickup-time", shop, duration, "DURATION", OMS_FIELD(delivery.pickup),
     "how long a meal waits for the customer who comes for it, until it counts as collected"},
    {.name = "payment-window",
     .group = shop,
     .form = duration,
     .shown = "DURATION",
     .field = OMS_FIELD(limits.payment_window),
     .help = "how long a customer has to pay; with Stripe 23 h at most",
     .min = second,
     .check = check_payment_window},
    {"reservation-cap", shop, number, "N", OMS_FIELD(stock.held_units_max),
     "units that one customer may hold without having paid; 0: no cap", 0, count_max},
    {.name = "phone-country",
     .group = shop,
     .shown = "+N",
     .field = OMS_FIELD(phone_country),
     .help = "goes before phone numbers without a + (+49), in place of a 0; SMS to numbers without "
             "a country fail",
     .check = check_phone_country},
    {"time-zone", shop, time_zone, "ZONE", OMS_FIELD(orders.zone),
     "where the shop is (Europe/Berlin): order numbers begin again each day there"},

    {"retention", keeping, duration, "DURATION", OMS_FIELD(retention_hours),
     "how long to keep idempotency keys and the details of finished orders", 24, 24 * 3650, hour},
    {"refund-window", keeping, duration, "DURATION", OMS_FIELD(refund_window_hours),
     "how long after an order its refunds and disputes can come", 24, 24 * 3650, hour},
    {"archive-after", keeping, duration, "DURATION", OMS_FIELD(archive_days),
     "when finished orders move to archive.jsonl; 0: never", 0, 36'500, day},
    {"books-retention", keeping, duration, "DURATION", OMS_FIELD(books_days),
     "how long to keep stock movements and the audit log; 0: for ever", 0, 36'500, day},

    {"reconcile-every", keeping, duration, "DURATION", OMS_FIELD(reconciliation.every),
     "how often orders, stock and payments are compared with the provider's books; 0: only when "
     "asked"},
    {"events-every", keeping, duration, "DURATION", OMS_FIELD(reconciliation.events_every),
     "how often Stripe is asked for events whose webhook was lost; 0: never, and each open link is "
     "looked at every 5 minutes instead"},
    {"reconcile-grace", keeping, duration, "DURATION", OMS_FIELD(reconciliation.grace),
     "how long after an order's last change it is not compared yet"},

    {.name = "log",
     .group = watching,
     .form = choice,
     .shown = "FORM",
     .field = OMS_FIELD(log),
     .help = "how the log is written, on standard error: text, or json (an object a line)",
     .choices = {"text", "json"}},
    {.name = "log-level",
     .group = watching,
     .shown = "LEVEL,...",
     .field = OMS_FIELD(log_level),
     .help = "how much it tells: debug, info, warn, error or off, and of single services "
             "(warn,payments=debug)",
     .check = check_log_level},

    {"cache-mb", size, number, "MB", OMS_FIELD(cache_mb), "memory for records", 1, mb_max},
    {"page-cache-mb", size, number, "MB", OMS_FIELD(page_cache_mb),
     "memory for the database's pages", 1, mb_max},
    {"checkpoint-mb", size, number, "MB", OMS_FIELD(checkpoint_mb),
     "size of the write-ahead log before it is written back", 1, mb_max},
    {"batch-max", size, number, "N", OMS_FIELD(batch_max), "messages in one commit", 1, 100'000},
    {"queue-max", size, number, "N", OMS_FIELD(queue_max),
     "requests that may wait for a batch; past it the answer is 503", 1, 10'000'000},
    {"connections-max", size, number, "N", OMS_FIELD(connections_max), "open connections", 1,
     1'000'000},
    {"idle-timeout", size, duration, "DURATION", OMS_FIELD(idle_timeout),
     "how long a connection may be idle between two requests", second, 24 * 3'600 * second},

    {"simulated-duplicates", trials, number, "PERCENT", OMS_FIELD(provider.duplicate_percent),
     "webhooks that are sent twice", 0, 100},
    {"simulated-delay", trials, duration, "DURATION", OMS_FIELD(provider.delay),
     "delay of every webhook"},
    {"simulated-timeouts", trials, number, "PERCENT", OMS_FIELD(provider.time_out_percent),
     "operations whose answer is lost", 0, 100},
    {"simulated-seed", trials, number, "N", OMS_FIELD(provider.seed),
     "the same faults in every run with the same seed"},
};

#undef OMS_FIELD

std::string renamed(std::string_view name, std::string_view prefix, bool in_capitals) {
  std::string out{prefix};
  for (const char c : name) {
    const bool is_letter = c >= 'a' && c <= 'z';
    out += c == '-' ? '_' : is_letter && in_capitals ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

}  // namespace

std::span<const Setting> all_settings() {
  return table;
}

const Setting* find_setting(std::string_view name) {
  const auto found = std::ranges::find(table, name, &Setting::name);
  return found == table.end() ? nullptr : &*found;
}

std::string variable_of(const Setting& setting) {
  return renamed(setting.name, "OMS_", true);
}

std::string toml_key_of(const Setting& setting) {
  return renamed(setting.name, "", false);
}

}  // namespace oms::process
