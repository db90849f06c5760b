#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "adapters/simulated/settings.h"
#include "process/reconciliation_settings.h"
#include "sagas/saga.h"
#include "services/delivery/service.h"
#include "services/kitchen/service.h"
#include "services/notifications/service.h"
#include "services/orders/service.h"
#include "services/payments/service.h"
#include "services/stock/service.h"

namespace oms::process {

// Everything that can be set. A flag beats an OMS_* variable, which beats the TOML file, which
// beats what stands here; `oms config` prints what holds and where it comes from.
struct Settings {
  std::filesystem::path data = "./data";  // where everything is kept
  std::string store = "";  // "sqlite:PATH", "postgres://…"; empty: oms.db in the data folder
  std::string listen = "127.0.0.1:8080";
  std::string listen_order = "";  // where /order alone is answered, too; empty: nowhere else
  bool allow_remote = false;      // whether `listen` may be other than loopback
  std::string base_url = "";      // as customers see it; empty: http://<listen>
  std::string allow_host = "";    // further hosts that requests may name, with commas in between
  std::string coordinator_prefix = "";  // before /orders, /customers and /products
  std::string phone_country = "";       // of phone numbers without one, at /order: "+49"
  std::string auth = "off";             // or "jwt": callers prove who they are by a token
  std::string auth_keys = "";           // a file or URL with the keys that sign tokens
  std::string auth_audience = "";       // that tokens must be for; with "jwt" never empty
  std::string auth_issuer = "";         // that must have made them; empty: any
  std::int64_t rate_limit = 0;          // requests a minute of one client; 0: no limit
  std::string payments = "simulated";
  std::string stripe_url = "https://api.stripe.com";  // or a server that speaks its API
  std::string stripe_prices = "inline";  // or "catalogue": lines name the items' price ids

  std::string log = "text";        // or "json"
  std::string log_level = "info";  // "warn,payments=debug"

  // Telling customers.
  std::string notices = "files";  // of emails: "smtp://…"
  std::string mail_from = "";     // "The Shop <shop@example.com>"; empty: the login of `notices`
  std::string sms = "files";      // "twilio://…"
  std::string twilio_url = "https://api.twilio.com";  // or a server that speaks its API
  std::string email_kinds = "all";                    // "paid,ready"; "none"
  std::string sms_kinds = "all";
  std::string language = "en";  // of what customers are told
  std::string templates = "";   // a folder with some in place of the built-in ones; empty: none

  // Of processes apart.
  std::string event_topics = "";  // "order.created=orderCreatedEvent": names of public events
  std::string broker = "";        // "amqp://…", "kafka://…"; empty: all live in one process
  std::string registry = "";      // "static:…", "dns:…"; empty: the usual ports of this machine
  std::string grpc_listen = "";   // empty: the service's usual port
  std::string admin_listen = "";  // empty: 1000 above that
  std::string webhook_listen = "";
  std::string advertise = "";  // empty: as grpc_listen
  std::string tls_cert = "";   // PEM files
  std::string tls_key = "";
  std::string tls_ca = "";
  std::string grpc_peers = "";  // names in the certificates of our own processes
  std::string operator_token_file = "";

  orders::OrdersSettings orders;
  sagas::Limits limits;
  stock::StockSettings stock;
  payments::PaymentSettings payment;
  kitchen::KitchenSettings kitchen;
  delivery::DeliverySettings delivery;
  notifications::NotificationsSettings notification;  // follows from those above
  ReconciliationSettings reconciliation;
  simulated::Settings provider;  // the simulated one: its faults on demand

  std::int64_t retention_hours = 24 * 30;       // inbox entries and the records of finished orders
  std::int64_t refund_window_hours = 24 * 180;  // what a late refund needs is kept as long
  std::int64_t archive_days = 0;                // finished orders go to a file; 0: never
  std::int64_t books_days = 3650;               // stock movements and the audit log; 0: for ever
  std::size_t cache_mb = 48;                    // records kept ready
  std::size_t page_cache_mb = 16;               // of the database
  std::size_t checkpoint_mb = 64;               // of write-ahead log
  std::size_t batch_max = 256;
  std::size_t queue_max = 4096;
  std::size_t connections_max = 2048;
  Duration idle_timeout{60'000};  // of a connection, between two requests
};

}  // namespace oms::process
