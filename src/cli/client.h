#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "adapters/curl/http_client.h"
#include "cli/command.h"
#include "process/settings_load.h"

namespace oms::cli {

// Which server to talk to, as far as the command line says.
struct ServerFlags {
  process::Sources sources;
  std::string url;
  std::string token;
  bool as_json = false;
};

// --url, --token, --json, and the flags that tell where the data folder is.
std::shared_ptr<ServerFlags> add_server_flags(const Command& command);

// Why a command has ended early: what to say, and its exit code.
struct Failure {
  Exit exit = Exit::failed;
  std::string words;
  int status = 0;  // of the server's answer, if there was one
};
template <class T>
using Outcome = std::expected<T, Failure>;

// Tells the failure, and gives its exit code.
Exit tell(const Failure& failure);

// A running server, as a customer or the operator speaks to it. What it refuses becomes a Failure
// with the server's own words.
class Server {
 public:
  // By --url or OMS_URL, else the one that runs on the data folder. The token is that of --token,
  // OMS_TOKEN or <data>/operator.token; without one only the customers' side answers.
  static Outcome<Server> find(const ServerFlags& flags);

  // The body of an answer with 2xx.
  Outcome<std::string> get(std::string_view path) const;
  Outcome<std::string> send(std::string_view method, std::string_view path, std::string_view body,
                            HttpClient::Headers headers = {}) const;

  // False from `on_event` ends it. The answer to it is whether the server ended the stream (true)
  // or the connection was lost (false).
  Outcome<bool> follow(std::string_view path, const std::string& last_event_id,
                       const HttpClient::OnEvent& on_event) const;

  const std::string& url() const { return url_; }

 private:
  Server(std::string url, std::string token, std::filesystem::path announced_in, HttpClient client)
      : url_(std::move(url)),
        token_(std::move(token)),
        announced_in_(std::move(announced_in)),
        client_(std::move(client)) {}

  // With the token. Looks again whether the server that was found still lives: another process may
  // have its port by now.
  Outcome<HttpClient::Headers> signed_in(HttpClient::Headers headers) const;

  std::string url_;
  std::string token_;
  std::filesystem::path announced_in_;  // the data folder that has led to it; empty: it was named
  HttpClient client_;
};

// The Idempotency-Key of --key, where there is one. Misused if it is empty or not all printable
// ASCII.
Outcome<HttpClient::Headers> key_header(const std::optional<std::string>& key);

// --reason: what stands in the audit log beside what is done.
std::shared_ptr<std::string> add_reason(const Command& command);
HttpClient::Headers reason_header(const std::string& reason);

// A part of a path, percent-encoded.
std::string encoded(std::string_view text);

}  // namespace oms::cli
