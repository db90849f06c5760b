#include "process/settings_table.h"

#include <algorithm>
#include <array>

namespace oms::process {
namespace {

constexpr std::string_view place = "Where things are";
constexpr std::string_view shop = "The shop";
constexpr std::string_view keeping = "What is kept";
constexpr std::string_view size = "Size and bounds";
constexpr std::string_view trials = "Faults of the simulated payment provider";

constexpr std::int64_t mb_max = 1 << 20;
constexpr std::int64_t count_max = 1'000'000'000;

// Takes `settings.path.to.member` to where a setting is kept.
#define OMS_FIELD(member) [](Settings& settings) -> Field { return &settings.member; }

const std::vector<Setting> table{
    {"data", place, "DIR", "where everything is kept", Form::text, OMS_FIELD(data)},
    {"store", place, "sqlite:PATH", "the database; empty: oms.db in the data folder", Form::text,
     OMS_FIELD(store)},
    {"listen", place, "HOST:PORT", "where to answer HTTP", Form::text, OMS_FIELD(listen)},
    {"allow-remote", place, "BOOL", "answer other machines too, though customers need no password",
     Form::yes_no, OMS_FIELD(allow_remote)},
    {"base-url", place, "URL", "how customers reach the server; empty: http://<listen>", Form::text,
     OMS_FIELD(base_url)},
    {"allow-host", place, "HOST,...",
     "further names by which requests may call the server, besides loopback, listen and base-url",
     Form::text, OMS_FIELD(allow_host)},
    {.name = "payments",
     .group = place,
     .shown = "PROVIDER",
     .help = "who takes the customers' money: simulated, or stripe (its key: OMS_STRIPE_KEY)",
     .form = Form::choice,
     .field = OMS_FIELD(payments),
     .choices = {"simulated", "stripe"}},
    {"stripe-url", place, "URL", "where Stripe's API is; http://127.0.0.1:12111 of `oms provider`",
     Form::text, OMS_FIELD(stripe_url)},
    {.name = "notices",
     .group = place,
     .shown = "NOTIFIER",
     .help = "who tells the customers: files (in the data folder)",
     .form = Form::choice,
     .field = OMS_FIELD(notices),
     .choices = {"files"}},

    {"kitchen", shop, "auto|manual", "whether the kitchen cooks by itself or an operator does",
     Form::by_hand, OMS_FIELD(kitchen.by_hand)},
    {.name = "cooks",
     .group = shop,
     .shown = "N",
     .help = "meals cooked at the same time",
     .form = Form::number,
     .field = OMS_FIELD(kitchen.cooks),
     .least = 1,
     .most = 100'000},
    {"kitchen-time", shop, "DURATION",
     "how long each meal takes; menu: as its items say, by hand 15 minutes at least",
     Form::duration_or_menu, OMS_FIELD(kitchen.preparation)},
    {.name = "kitchen-queue",
     .group = shop,
     .shown = "N",
     .help = "meals that may wait for a cook; past it they are rejected",
     .form = Form::number,
     .field = OMS_FIELD(kitchen.queue_max),
     .most = 1'000'000},
    {"delivery", shop, "auto|manual",
     "whether meals are delivered, or collected, by themselves or as an operator says",
     Form::by_hand, OMS_FIELD(delivery.by_hand)},
    {"delivery-time", shop, "DURATION", "how long each delivery takes", Form::duration,
     OMS_FIELD(delivery.travel)},
    {"pickup-time", shop, "DURATION",
     "how long a meal waits for the customer who comes for it, until it counts as collected",
     Form::duration, OMS_FIELD(delivery.pickup)},
    {.name = "payment-window",
     .group = shop,
     .shown = "DURATION",
     .help = "how long a customer has to pay",
     .form = Form::duration,
     .field = OMS_FIELD(limits.payment_window),
     .least = 1'000},
    {.name = "reservation-cap",
     .group = shop,
     .shown = "N",
     .help = "units that one customer may hold without having paid; 0: no cap",
     .form = Form::number,
     .field = OMS_FIELD(stock.held_units_max),
     .most = count_max},

    {"time-zone", shop, "ZONE",
     "where the shop is (Europe/Berlin): order numbers begin again each day there", Form::time_zone,
     OMS_FIELD(orders.zone)},

    {.name = "retention",
     .group = keeping,
     .shown = "DURATION",
     .help = "how long to keep idempotency keys and the details of finished orders",
     .form = Form::hours,
     .field = OMS_FIELD(retention_hours),
     .least = 24,
     .most = 24 * 3650},
    {.name = "refund-window",
     .group = keeping,
     .shown = "DURATION",
     .help = "how long after an order its refunds and disputes can come",
     .form = Form::hours,
     .field = OMS_FIELD(refund_window_hours),
     .least = 24,
     .most = 24 * 3650},
    {.name = "archive-after",
     .group = keeping,
     .shown = "DURATION",
     .help = "when finished orders move to archive.jsonl; 0: never",
     .form = Form::days,
     .field = OMS_FIELD(archive_days),
     .most = 36'500},

    {.name = "cache-mb",
     .group = size,
     .shown = "MB",
     .help = "memory for records",
     .form = Form::number,
     .field = OMS_FIELD(cache_mb),
     .least = 1,
     .most = mb_max},
    {.name = "page-cache-mb",
     .group = size,
     .shown = "MB",
     .help = "memory for the database's pages",
     .form = Form::number,
     .field = OMS_FIELD(page_cache_mb),
     .least = 1,
     .most = mb_max},
    {.name = "checkpoint-mb",
     .group = size,
     .shown = "MB",
     .help = "size of the write-ahead log before it is written back",
     .form = Form::number,
     .field = OMS_FIELD(checkpoint_mb),
     .least = 1,
     .most = mb_max},
    {.name = "batch-max",
     .group = size,
     .shown = "N",
     .help = "messages in one commit",
     .form = Form::number,
     .field = OMS_FIELD(batch_max),
     .least = 1,
     .most = 100'000},
    {.name = "queue-max",
     .group = size,
     .shown = "N",
     .help = "requests that may wait for a batch; past it the answer is 503",
     .form = Form::number,
     .field = OMS_FIELD(queue_max),
     .least = 1,
     .most = 10'000'000},
    {.name = "connections-max",
     .group = size,
     .shown = "N",
     .help = "open connections",
     .form = Form::number,
     .field = OMS_FIELD(connections_max),
     .least = 1,
     .most = 1'000'000},
    {.name = "idle-timeout",
     .group = size,
     .shown = "DURATION",
     .help = "how long a connection may be idle between two requests",
     .form = Form::duration,
     .field = OMS_FIELD(idle_timeout),
     .least = 1'000,
     .most = 24LL * 3'600'000},

    {.name = "simulated-duplicates",
     .group = trials,
     .shown = "PERCENT",
     .help = "webhooks that are sent twice",
     .form = Form::number,
     .field = OMS_FIELD(provider.duplicate_percent),
     .most = 100},
    {"simulated-delay", trials, "DURATION", "delay of every webhook", Form::duration,
     OMS_FIELD(provider.delay)},
    {.name = "simulated-timeouts",
     .group = trials,
     .shown = "PERCENT",
     .help = "operations whose answer is lost",
     .form = Form::number,
     .field = OMS_FIELD(provider.time_out_percent),
     .most = 100},
    {.name = "simulated-seed",
     .group = trials,
     .shown = "N",
     .help = "the same faults in every run with the same seed",
     .form = Form::number,
     .field = OMS_FIELD(provider.seed)},
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
