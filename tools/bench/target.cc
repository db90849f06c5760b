#include "tools/bench/target.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "adapters/curl/http_client.h"
#include "process/data_folder.h"
#include "tools/bench/answer.h"

namespace oms::bench {
namespace {

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string{value};
}

}  // namespace

Result<Target> find_running(const Options& options) {
  Target target{.url = options.url, .token = options.token};
  if (target.url.empty()) {
    auto running = process::running_server(options.data);
    if (!running) {
      return fail(ErrorKind::unavailable, fmt::format("no server is running on {} ({})",
                                                      options.data, running.error().detail));
    }
    target.url = std::move(running->url);
    target.pid = running->pid;
  }
  if (target.token.empty() && !options.data.empty()) {
    target.token = first_line(std::filesystem::path{options.data} / "operator.token");
  }
  if (target.token.empty()) target.token = variable("OMS_TOKEN");
  const auto address = Address::of(target.url);
  if (!address) {
    return fail(ErrorKind::invalid,
                target.url + " is not on this machine: only servers on 127.0.0.1 are loaded");
  }
  target.address = *address;
  return target;
}

Result<std::string> ask(const Target& target, std::string_view method, std::string_view path,
                        std::string_view body) {
  OMS_TRY(const auto client, HttpClient::to(target.url));
  HttpClient::Headers headers{{"Authorization", "Bearer " + target.token}};
  if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
  OMS_TRY(auto response, client.send(method, path, headers, body));
  if (response.status / 100 == 2) return std::move(response.body);
  return fail(ErrorKind::unavailable,
              fmt::format("{} {} is answered {}: {}", method, path, response.status,
                          quoted_after(response.body, R"("detail":")")));
}

}  // namespace oms::bench
