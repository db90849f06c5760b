#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "messages/http.h"
#include "ports/broker.h"
#include "ports/card_details.h"
#include "ports/clock.h"
#include "ports/notifier.h"
#include "ports/payment_provider.h"
#include "ports/registry.h"
#include "ports/store.h"
#include "process/settings.h"
#include "process/upkeep.h"

// What stands behind each URL of the settings. Here, and at the HTTP server in `face.cc`, adapters
// are named, and nowhere else.
namespace oms::process {

struct OpenStore {
  std::unique_ptr<Store> store;
  std::unique_ptr<Reader> reader;
  StartBackup start_backup;
};

// Whether other processes may use the same store at the same time.
bool is_shared_store(const Settings& settings);

// Where the settings put the store, if it is one file; else empty.
std::string store_path(const Settings& settings);

// "sqlite:PATH", "postgres://…". `tell_upgrade` hears each second how far a file of an older
// version has come.
Result<OpenStore> open_store(const Settings& settings, std::span<const RecordType* const> types,
                             const std::function<void(std::string_view)>& tell_upgrade);

// For who only reads what a process has left; it is never changed.
struct OpenReader {
  std::unique_ptr<Reader> reader;
  std::shared_ptr<const void> hold;  // keeps others from a SQLite file; released after the reader
};

// Errors: unavailable, where a process has the SQLite file open; not_found.
Result<OpenReader> open_reader(const Settings& settings, std::span<const RecordType* const> types);

// Answers what a payment page asks below /checkout/.
using Checkout = std::function<void(HttpRequest, std::move_only_function<void(HttpResponse)>)>;

struct OpenProvider {
  std::unique_ptr<PaymentProvider> provider;
  Checkout checkout;  // empty for a provider whose pages are elsewhere
  Tokenize tokenize;  // empty for one that takes card numbers from its own forms only
};

struct ProviderSurroundings {
  std::string base_url;  // as customers see this server
  std::string webhook_secret;
  Clock& clock;
  // Takes a webhook that comes from within the process; `done` gets the status of the answer.
  std::function<void(HttpRequest, std::move_only_function<void(int)> done)> deliver;
};

// "simulated", "stripe".
Result<OpenProvider> open_provider(const Settings& settings, ProviderSurroundings surroundings);

// "amqp://…", "amqps://…", "kafka://…". `warn` is called from any thread.
Result<std::unique_ptr<Broker>> open_broker(const Settings& settings,
                                            std::function<void(const std::string&)> warn);

// "static:…", "dns:…".
Result<std::unique_ptr<Registry>> open_registry(const std::string& registry);

// Reads what a carrier reports of a notice, by POST /sms/status. None: it changes nothing. Errors:
// unauthorized (it is not the carrier's), invalid.
using ReadNoticeReport = std::function<Result<std::optional<Message>>(const HttpRequest& request)>;

struct OpenNotifiers {
  std::unique_ptr<Notifier> files;   // always there: it erases what it kept in its time, too
  std::unique_ptr<Notifier> smtp;    // null: emails go to the files
  std::unique_ptr<Notifier> twilio;  // null: SMS go to the files
  std::unique_ptr<Notifier> sms;     // dials the country, and goes to one of these
  ReadNoticeReport read_report;      // empty where nobody reports

  Notifier* email() const { return smtp ? smtp.get() : files.get(); }
};

// "files", "smtp://…" and "smtps://…" for emails, "files" and "twilio://…" for SMS.
Result<OpenNotifiers> open_notifiers(const Settings& settings, Clock& clock);

}  // namespace oms::process
