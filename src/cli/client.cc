#include "cli/client.h"

#include <algorithm>
#include <boost/describe.hpp>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cli/setting_flags.h"
#include "cli/terminal.h"
#include "codec/json_read.h"
#include "process/data_folder.h"

namespace oms::cli {
namespace {

struct ProblemPart {
  std::string detail;
  std::string pointer;
};
BOOST_DESCRIBE_STRUCT(ProblemPart, (), (detail, pointer))

// RFC 9457, with the errors in the body as OMS tells them.
struct ProblemBody {
  std::string title;
  std::string detail;
  std::vector<ProblemPart> errors;
};
BOOST_DESCRIBE_STRUCT(ProblemBody, (), (title, detail, errors))

// A backup of a large file takes its time.
constexpr HttpClient::Options patient{.timeout = std::chrono::minutes{10},
                                      .silence = std::chrono::minutes{2}};

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

std::optional<std::string> first_line(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return line;
}

Outcome<std::string> url_in(const std::filesystem::path& data) {
  auto running = process::running_server(data);
  if (running) return std::move(running->url);
  return std::unexpected(Failure{
      Exit::unreachable,
      fmt::format(
          "no server is running on this data folder: {} ({}). Start one with `oms up --data "
          "{}`, or name one by --url.",
          data.string(), running.error().detail, data.string())});
}

Failure failure_of(const HttpResponse& response) {
  Failure failure{.exit = response.status == 404 || response.status == 410 ? Exit::not_found
                          : response.status >= 500                         ? Exit::failed
                                                                           : Exit::refused};
  failure.status = response.status;
  failure.words = fmt::format("the server answers {}", response.status);
  const auto problem = read_json<ProblemBody>(response.body, Reading::lenient);
  if (problem && !problem->title.empty()) {
    failure.words = problem->detail.empty() ? problem->title : problem->detail;
    for (const auto& part : problem->errors) {
      if (!part.pointer.empty()) failure.words += fmt::format(" (at {})", part.pointer);
    }
  }
  if (response.status == 401) {
    failure.words += ". Give the operator's token by --token, OMS_TOKEN, or --data.";
  }
  return failure;
}

std::unexpected<Failure> unreachable(const std::string& url, const Error& error) {
  return std::unexpected(
      Failure{Exit::unreachable, fmt::format("cannot reach {}: {}", url, error.detail)});
}

}  // namespace

std::shared_ptr<ServerFlags> add_server_flags(const Command& command) {
  auto flags = std::make_shared<ServerFlags>();
  command.flag("--json", &flags->as_json, "for machines: what the server answered");
  command.option("--url", &flags->url, "the server [as in <data>/server.json]",
                 {.shown = "URL", .group = "The server"});
  command.option("--token", &flags->token, "the operator's token [<data>/operator.token]",
                 {.shown = "TOKEN", .group = "The server"});
  add_place_flags(command, flags->sources);
  return flags;
}

Exit tell(const Failure& failure) {
  complain("{}", printable(failure.words));
  return failure.exit;
}

Outcome<Server> Server::find(const ServerFlags& flags) {
  auto sources = flags.sources;
  sources.environment = process::current_environment();
  const auto loaded = process::load_settings(sources);
  const bool is_named = !flags.url.empty() || !variable("OMS_URL").empty();
  if (!loaded && !is_named) {
    warn(printable_lines(process::to_text(loaded.error())));
    return std::unexpected(Failure{Exit::usage, "the settings are not right"});
  }
  const auto data = loaded ? loaded->settings.data : process::Settings{}.data;
  auto url = flags.url.empty() ? variable("OMS_URL") : flags.url;
  std::filesystem::path announced_in;
  if (url.empty()) {
    auto announced = url_in(data);
    if (!announced) return std::unexpected(announced.error());
    url = *announced;
    announced_in = data;
  }
  auto token = flags.token.empty() ? variable("OMS_TOKEN") : flags.token;
  // A server that was named is sent the secret of a folder only where the line names that, too.
  const bool is_its_folder = !is_named || flags.sources.flags.contains("data");
  if (token.empty() && is_its_folder) token = first_line(data / "operator.token").value_or("");
  auto client = HttpClient::to(url, patient);
  if (!client) {
    const auto origin = flags.url.empty() ? "OMS_URL" : "--url";
    return std::unexpected(
        Failure{Exit::usage, fmt::format("{}: {}", origin, client.error().detail)});
  }
  return Server{std::move(url), std::move(token), std::move(announced_in), *std::move(client)};
}

Outcome<HttpClient::Headers> Server::signed_in(HttpClient::Headers headers) const {
  if (token_.empty()) return headers;
  if (!announced_in_.empty()) {
    const auto url = url_in(announced_in_);
    if (!url) return std::unexpected(url.error());
    if (*url != url_) {
      return std::unexpected(Failure{
          Exit::unreachable,
          fmt::format("the server has moved from {} to {}: run the command again", url_, *url)});
    }
  }
  headers.emplace_back("Authorization", "Bearer " + token_);
  return headers;
}

Outcome<std::string> Server::get(std::string_view path) const {
  return send("GET", path, "");
}

Outcome<std::string> Server::send(std::string_view method, std::string_view path,
                                  std::string_view body, HttpClient::Headers headers) const {
  if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
  const auto all = signed_in(std::move(headers));
  if (!all) return std::unexpected(all.error());
  auto response = client_.send(method, path, *all, body);
  if (!response) return unreachable(url_, response.error());
  if (response->status / 100 != 2) return std::unexpected(failure_of(*response));
  return std::move(response->body);
}

Outcome<bool> Server::follow(std::string_view path, const std::string& last_event_id,
                             const HttpClient::OnEvent& on_event) const {
  HttpClient::Headers headers;
  if (!last_event_id.empty()) headers.emplace_back("Last-Event-ID", last_event_id);
  const auto all = signed_in(std::move(headers));
  if (!all) return false;  // as if it could not be reached: it may come back
  const auto response = client_.follow_events(path, *all, on_event);
  if (!response) return false;
  if (response->status / 100 != 2) return std::unexpected(failure_of(*response));
  return true;
}

Outcome<HttpClient::Headers> key_header(const std::optional<std::string>& key) {
  if (!key) return HttpClient::Headers{};
  const auto is_printable = [](char c) { return c >= ' ' && c <= '~'; };
  if (key->empty() || !std::ranges::all_of(*key, is_printable)) {
    return std::unexpected(Failure{Exit::usage,
                                   "--key: it is empty or not plain: write 1 to 255 characters of "
                                   "ASCII, such as 2026-01-01-lunch"});
  }
  return HttpClient::Headers{{"Idempotency-Key", *key}};
}

std::shared_ptr<std::string> add_reason(const Command& command) {
  auto reason = std::make_shared<std::string>();
  command.option("--reason", reason.get(), "why, for the audit log", {.shown = "TEXT"});
  return reason;
}

HttpClient::Headers reason_header(const std::string& reason) {
  if (reason.empty()) return {};
  return {{"Audit-Reason", reason}};
}

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    if (is_plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace oms::cli
