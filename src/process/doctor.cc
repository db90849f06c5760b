#include "process/doctor.h"

#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "adapters/grpc/client.h"
#include "process/authentication.h"
#include "process/data_folder.h"
#include "process/first_start.h"
#include "process/probing.h"
#include "process/roles.h"
#include "process/settings_load.h"
#include "process/settings_table.h"
#include "process/tls_files.h"
#include "process/wiring.h"

namespace oms::process {
namespace {

using State = Examined::State;

// What was seen where it works.
using Seen = Result<std::string>;

Examined unused(std::string detail) {
  return {.what = {}, .where = {}, .state = State::unused, .detail = std::move(detail), .cure = {}};
}

Examined outcome(std::string where, Seen seen, std::string cure) {
  if (seen) return {.what = {}, .where = std::move(where), .detail = *std::move(seen), .cure = {}};
  return {.what = {},
          .where = std::move(where),
          .state = State::fails,
          .detail = std::move(seen).error().detail,
          .cure = std::move(cure)};
}

// By the kind of what went wrong.
std::string cure_of(const Seen& seen, std::string_view unreachable, std::string_view refused) {
  if (seen) return {};
  const auto kind = seen.error().kind;
  return std::string{kind == ErrorKind::unavailable ? unreachable : refused};
}

Seen room_in(const std::filesystem::path& folder) {
  std::error_code problem;
  auto there = std::filesystem::absolute(folder, problem);
  while (!there.empty() && !std::filesystem::exists(there, problem) &&
         there != there.parent_path()) {
    there = there.parent_path();
  }
  if (::access(there.c_str(), W_OK | X_OK) != 0) {
    return fail(ErrorKind::invalid, there.string() + " cannot be written to");
  }
  struct ::statvfs system{};
  if (::statvfs(there.c_str(), &system) != 0) return std::string{"it can be written to"};
  const auto free_mb = system.f_bavail * system.f_frsize / (1024 * 1024);
  constexpr std::uint64_t least_mb = 100;
  if (free_mb < least_mb) {
    return fail(ErrorKind::unavailable, fmt::format("only {} MB are free", free_mb));
  }
  return fmt::format("it can be written to, {} MB are free", free_mb);
}

Examined examine_folder(const Settings& settings) {
  auto seen = room_in(settings.data);
  auto cure = cure_of(seen, "free some space, or give another folder with --data",
                      "let the user of the server write there, or give another folder with --data");
  return outcome(settings.data.string(), std::move(seen), std::move(cure));
}

Examined examine_one_store(const Settings& settings) {
  if (is_shared_store(settings)) {
    auto seen = try_postgres(settings.store);
    auto cure = cure_of(seen, "start PostgreSQL, or correct host and port in --store (OMS_STORE)",
                        "correct user, password or database in --store (OMS_STORE)");
    return outcome(without_password(settings.store), std::move(seen), std::move(cure));
  }
  const auto path = store_path(settings);
  if (const auto running = running_server(settings.data)) {
    return outcome(path, fmt::format("in use by the server at {}", running->url), {});
  }
  auto seen = try_sqlite(settings);
  return outcome(path, std::move(seen),
                 "a file of a newer version needs that version; a broken one a restore of the last "
                 "backup: see docs/operations.md");
}

// {service} stands for each home in turn: the first that fails is shown, or else the last.
Examined examine_store(const Settings& settings) {
  constexpr std::string_view place = "{service}";
  const bool is_apart = settings.store.contains(place) || settings.data.string().contains(place);
  if (!is_apart) return examine_one_store(settings);
  const auto groups = groups_apart();
  Examined last;
  for (const auto& group : groups) {
    const auto own = settings_of(group, groups.size(), settings);
    if (!own) return outcome(settings.store, std::unexpected(own.error()), {});
    last = examine_one_store(*own);
    if (last.state == State::fails) break;
  }
  return last;
}

Examined examine_broker(const Settings& settings) {
  if (settings.broker.empty()) return unused("all services live in one process");
  auto seen = try_broker(settings.broker);
  auto cure = cure_of(seen, "start the broker, or correct host and port in --broker (OMS_BROKER)",
                      "correct user, password or parameters in --broker (OMS_BROKER)");
  return outcome(without_password(settings.broker), std::move(seen), std::move(cure));
}

struct Asking {
  std::unique_ptr<Registry> registry;
  std::unique_ptr<grpc_api::GrpcClient> client;  // ends first
};

// The clients of a process share a queue for their callbacks, and gRPC 1.51 aborts now and then
// where one opens just as the last one has gone. So the first stays until the process ends.
void keep_first(Asking asking) {
  static const auto* const first = new Asking{std::move(asking)};
  static_cast<void>(first);
}

Seen seen_processes(const Settings& settings, const std::string& registry_text) {
  OMS_TRY(auto registry, open_registry(registry_text));
  OMS_TRY(const auto tls, tls_of(settings));
  OMS_TRY(const auto token, given_operator_token(settings, current_environment()));
  auto client = grpc_api::GrpcClient::open(*registry, {.tls = tls,
                                                       .token = token,
                                                       .home_of =
                                                           [](ServiceName service) {
                                                             static const auto groups =
                                                                 groups_apart();
                                                             return home_of(service, groups);
                                                           },
                                                       .warn = [](const std::string&) {}});
  const auto gathered = client->metrics().gather();
  keep_first({.registry = std::move(registry), .client = std::move(client)});
  if (!gathered.unreached.empty()) {
    return fail(ErrorKind::unavailable,
                fmt::format("{} do not answer: {}", gathered.unreached.size(),
                            fmt::join(gathered.unreached, ", ")));
  }
  return fmt::format("{} processes answer", gathered.processes.size());
}

Examined examine_processes(const Settings& settings) {
  if (settings.broker.empty()) return unused("all services live in one process");
  const auto registry = settings.registry.empty() ? default_registry() : settings.registry;
  const auto where =
      settings.registry.empty() ? "the usual ports of this machine" : settings.registry;
  return outcome(where, seen_processes(settings, registry),
                 "start them with `oms serve`; the operator's token or the certificates must be "
                 "the same for all, and --registry must name where they are");
}

Examined examine_payments(const Settings& settings) {
  if (settings.payments != "stripe") {
    return outcome(settings.payments, std::string{"in this process: no real money"}, {});
  }
  auto seen = try_stripe(settings);
  auto cure =
      cure_of(seen,
              "see whether this machine reaches it, and that the key is that of the "
              "account (OMS_STRIPE_KEY)",
              "set OMS_STRIPE_KEY and OMS_STRIPE_WEBHOOK_SECRET, or the files that hold them");
  return outcome(settings.stripe_url, std::move(seen), std::move(cure));
}

Examined examine_emails(const Settings& settings) {
  if (settings.notices == "files") return unused("emails go to notices/ in the data folder");
  auto seen = try_smtp(settings);
  auto cure = cure_of(seen, "see whether this machine reaches it, and the port (587 or 465)",
                      "correct the login (OMS_SMTP_PASSWORD), or the certificate");
  return outcome(without_password(settings.notices), std::move(seen), std::move(cure));
}

Examined examine_sms(const Settings& settings) {
  if (settings.sms == "files") return unused("SMS go to notices/ in the data folder");
  auto seen = try_twilio(settings);
  auto cure = cure_of(seen, "see whether this machine reaches it",
                      "correct the account in --sms, or its token (OMS_TWILIO_AUTH_TOKEN)");
  return outcome(settings.twilio_url, std::move(seen), std::move(cure));
}

Examined examine_keys(const Settings& settings) {
  if (settings.auth == "off") return unused("callers need not prove who they are");
  const auto began = Authentication::begin(settings, [](const std::string&) {});
  Seen seen = std::string{"the keys can be read"};
  if (!began) seen = std::unexpected(began.error());
  return outcome(settings.auth_keys, std::move(seen),
                 "correct --auth-keys: a file or URL with a JSON Web Key Set");
}

Examined examine_collector(const Settings&) {
  auto seen = try_collector();
  if (seen && !*seen) return unused("OTEL_EXPORTER_OTLP_ENDPOINT names no collector of traces");
  auto text = seen ? Seen{**seen} : Seen{std::unexpected(seen.error())};
  return outcome({}, std::move(text),
                 "start the collector, or correct OTEL_EXPORTER_OTLP_ENDPOINT and the other OTEL_* "
                 "variables");
}

Examined examine_tls(const Settings& settings) {
  if (settings.tls_cert.empty() && settings.tls_ca.empty()) {
    return unused("no certificate is set");
  }
  auto seen = try_certificates(settings);
  return outcome(settings.tls_cert.empty() ? settings.tls_ca : settings.tls_cert, std::move(seen),
                 "correct --tls-cert, --tls-key and --tls-ca, or renew the certificate");
}

struct Examination {
  const char* what;
  Examined (*examine)(const Settings& settings);
};
constexpr std::array examinations{Examination{"data folder", examine_folder},
                                  Examination{"store", examine_store},
                                  Examination{"broker", examine_broker},
                                  Examination{"processes", examine_processes},
                                  Examination{"payments", examine_payments},
                                  Examination{"emails", examine_emails},
                                  Examination{"SMS", examine_sms},
                                  Examination{"login keys", examine_keys},
                                  Examination{"collector", examine_collector},
                                  Examination{"certificates", examine_tls}};

}  // namespace

std::vector<Examined> examine(const Settings& settings,
                              const std::function<void(std::string_view what)>& on_begin) {
  std::vector<Examined> all;
  for (const auto& [what, examine_it] : examinations) {
    on_begin(what);
    all.push_back(examine_it(settings));
    all.back().what = what;
  }
  return all;
}

}  // namespace oms::process
