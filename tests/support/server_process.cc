#include "tests/support/server_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace oms::testing {
namespace {

using namespace std::chrono_literals;

std::filesystem::path new_folder() {
  auto name = (std::filesystem::temp_directory_path() / "oms-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder");
  return name;
}

std::string first_line(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::string line;
  std::getline(file, line);
  return line;
}

// Starts the binary; what it writes goes to `output`.
pid_t spawn(const std::vector<std::string>& words, int output) {
  std::vector<std::string> all{OMS_BINARY};
  all.insert(all.end(), words.begin(), words.end());
  std::vector<char*> arguments;
  for (auto& word : all) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_adddup2(&actions, output, 2);
  // A server that a test has in its own process is not to listen in this one, too.
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  pid_t pid = -1;
  const int problem = ::posix_spawn(&pid, OMS_BINARY, &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) throw std::runtime_error("cannot start " OMS_BINARY);
  return pid;
}

int wait_for(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

ServerProcess::ServerProcess(Flags flags,
                             const std::function<void(const std::filesystem::path&)>& fill)
    : flags_(std::move(flags)), data_(new_folder()) {
  if (fill) fill(data_);
  start();
}

ServerProcess::~ServerProcess() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(data_, ignored);
}

void ServerProcess::start() {
  std::filesystem::remove(data_ / "server.json");
  Flags words{"up", "--data", data_.string(), "--listen", "127.0.0.1:0"};
  words.insert(words.end(), flags_.begin(), flags_.end());
  const int log =
      ::open((data_ / "log.txt").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  pid_ = spawn(words, log);
  ::close(log);
  for (const auto end = std::chrono::steady_clock::now() + 30s;
       std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(5ms)) {
    url_ = field(first_line(data_ / "server.json"), "url");
    if (url_.empty()) continue;
    const auto ready = try_send("GET", "/readyz");
    if (!ready || ready->status != 200) continue;
    token_ = first_line(data_ / "operator.token");
    return;
  }
  throw std::runtime_error("the server is not ready after 30 s: see " + data_.string());
}

void ServerProcess::kill() {
  if (pid_ < 0) return;
  ::kill(pid_, SIGKILL);
  wait_for(std::exchange(pid_, -1));
}

int ServerProcess::stop(int signal) {
  this->signal(signal);
  return wait_for(std::exchange(pid_, -1));
}

void ServerProcess::signal(int number) const {
  ::kill(pid_, number);
}

HttpResponse ServerProcess::send(std::string_view method, std::string_view path,
                                 std::string_view body, bool as_operator) const {
  const auto client = HttpClient::to(url_);
  HttpClient::Headers headers;
  if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
  if (as_operator) headers.emplace_back("Authorization", "Bearer " + token_);
  auto answer = client->send(method, path, headers, body);
  if (!answer) throw std::runtime_error(answer.error().detail);
  return *std::move(answer);
}

std::optional<HttpResponse> ServerProcess::try_send(std::string_view method, std::string_view path,
                                                    std::string_view body) const {
  const auto client = HttpClient::to(url_);
  if (!client) return std::nullopt;
  HttpClient::Headers headers;
  if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
  auto answer = client->send(method, path, headers, body);
  if (!answer) return std::nullopt;
  return *std::move(answer);
}

ServerProcess::Ran ServerProcess::run(Flags words) const {
  words.insert(words.end(), {"--data", data_.string()});
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  const pid_t pid = spawn(words, pipe[1]);
  ::close(pipe[1]);
  Ran ran;
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; (count = ::read(pipe[0], buffer.data(), buffer.size())) > 0;) {
    ran.output.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(pipe[0]);
  ran.code = wait_for(pid);
  return ran;
}

std::string ServerProcess::order_url() const {
  std::ifstream log{data_ / "log.txt"};
  for (std::string line; std::getline(log, line);) {
    const auto at = line.find("http://");
    if (line.contains("/order, too") && at != std::string::npos) {
      return line.substr(at, line.rfind("/order") - at);
    }
  }
  throw std::runtime_error("no address of /order alone in the log");
}

std::string link_path(std::string_view order_json) {
  const auto link = field(order_json, "PaymentLink");
  const auto at = link.find("/checkout/");
  return at == std::string::npos ? std::string{} : link.substr(at);
}

std::string place(const ServerProcess& server, const std::string& customer,
                  const std::string& product, int quantity) {
  const auto answer = server.send("POST", "/api/customers/" + customer + "/orders",
                                  R"({"items":[{"productID":")" + product + R"(","quantity":)" +
                                      std::to_string(quantity) + R"(}],"fulfilment":"delivery"})");
  if (answer.status != 201) throw std::runtime_error("not placed: " + answer.body);
  return field(answer.body, "orderID");
}

std::string await_status(const ServerProcess& server, const std::string& customer,
                         const std::string& order, std::string_view status, Duration patience) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (true) {
    auto body = server.send("GET", "/api/customers/" + customer + "/orders/" + order).body;
    if (field(body, "status") == status || std::chrono::steady_clock::now() > end) return body;
    std::this_thread::sleep_for(10ms);
  }
}

}  // namespace oms::testing
