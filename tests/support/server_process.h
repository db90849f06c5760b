#pragma once

#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "adapters/curl/http_client.h"
#include "tests/support/json_field.h"

namespace oms::testing {

// The real binary in a data folder of its own, on a free port. Ends with the object.
class ServerProcess {
 public:
  using Flags = std::vector<std::string>;

  // `fill` puts something into the folder before the first start.
  explicit ServerProcess(Flags flags = {},
                         const std::function<void(const std::filesystem::path&)>& fill = {});
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  void start();                    // and waits until it is ready; throws after 30 s
  void kill();                     // SIGKILL, as if the power were cut for the process
  int stop(int signal = SIGTERM);  // the exit code
  void signal(int number) const;

  // An answer, or a test failure by exception.
  HttpResponse send(std::string_view method, std::string_view path, std::string_view body = {},
                    bool as_operator = false) const;
  // Nothing where the server cannot be reached.
  std::optional<HttpResponse> try_send(std::string_view method, std::string_view path,
                                       std::string_view body = {}) const;

  // A command of the same binary, with --data set: its exit code and output.
  struct Ran {
    int code = -1;
    std::string output;
  };
  Ran run(Flags words) const;

  const std::string& url() const { return url_; }
  const std::string& token() const { return token_; }  // the operator's
  const std::filesystem::path& data() const { return data_; }
  // Where /order alone is answered, too (--listen-order).
  std::string order_url() const;
  pid_t pid() const { return pid_; }

 private:
  Flags flags_;
  std::filesystem::path data_;
  std::string url_;
  std::string token_;
  pid_t pid_ = -1;
};

// The path of the payment page that an order's JSON shows; empty while there is none.
std::string link_path(std::string_view order_json);

// Orders one line of a product; the order's id.
std::string place(const ServerProcess& server, const std::string& customer,
                  const std::string& product, int quantity = 1);

// Waits until the order is in that status (or `patience` is over), and gives its JSON.
std::string await_status(const ServerProcess& server, const std::string& customer,
                         const std::string& order, std::string_view status,
                         Duration patience = std::chrono::seconds{20});

}  // namespace oms::testing
