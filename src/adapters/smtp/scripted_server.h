#pragma once

// For the tests of this folder: a mail server that answers as it is told, without TLS.

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

namespace oms::smtp {

class ScriptedServer {
 public:
  // What it answers to a command, by its first word; "GREETING" stands for the first line, and "."
  // for the end of a mail. "close" closes, "silence" answers nothing.
  using Script = std::map<std::string, std::string, std::less<>>;

  explicit ScriptedServer(Script script = {}) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const general = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, general, size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, general, &size) != 0) {
      throw std::system_error{errno, std::generic_category(), "listen"};
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { run(); }};
  }
  ~ScriptedServer() {
    {
      const std::scoped_lock lock{mutex_};
      is_closed_ = true;
    }
    thread_.join();
    ::close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  int port() const { return port_; }
  void answer(const std::string& command, std::string with) {
    const std::scoped_lock lock{mutex_};
    script_[command] = std::move(with);
  }
  // All lines that came.
  std::vector<std::string> lines() const {
    const std::scoped_lock lock{mutex_};
    return lines_;
  }
  int connections() const {
    const std::scoped_lock lock{mutex_};
    return connections_;
  }

 private:
  bool is_closed() const {
    const std::scoped_lock lock{mutex_};
    return is_closed_;
  }
  bool is_readable(int file) const {
    while (!is_closed()) {
      pollfd wanted{.fd = file, .events = POLLIN, .revents = 0};
      if (::poll(&wanted, 1, 20) > 0) return true;
    }
    return false;
  }

  std::string answer_to(const std::string& command) const {
    static const Script usual{{"GREETING", "220 test ESMTP"},
                              {"EHLO", "250-test\r\n250-SMTPUTF8\r\n250 8BITMIME"},
                              {"DATA", "354 go ahead"},
                              {"QUIT", "221 bye"}};
    const std::scoped_lock lock{mutex_};
    if (const auto own = script_.find(command); own != script_.end()) return own->second;
    const auto found = usual.find(command);
    return found != usual.end() ? found->second : "250 ok";
  }

  void run() {
    std::vector<std::thread> clients;  // a client may keep one connection and open another
    while (is_readable(listener_)) {
      const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      {
        const std::scoped_lock lock{mutex_};
        ++connections_;
      }
      clients.emplace_back([this, client] {
        serve(client);
        ::close(client);
      });
    }
    for (auto& thread : clients) thread.join();
  }

  // False: the connection is to be closed.
  bool say(int client, const std::string& command) const {
    const auto answer = answer_to(command);
    if (answer == "close") return false;
    if (answer == "silence") return true;
    const auto line = answer + "\r\n";
    return ::send(client, line.data(), line.size(), MSG_NOSIGNAL) > 0 && command != "QUIT";
  }

  void serve(int client) {
    if (!say(client, "GREETING")) return;
    std::string received;
    bool is_in_mail = false;
    while (is_readable(client)) {
      std::array<char, 4096> block{};
      const auto count = ::recv(client, block.data(), block.size(), 0);
      if (count <= 0) return;
      received.append(block.data(), static_cast<std::size_t>(count));
      for (auto end = received.find("\r\n"); end != received.npos; end = received.find("\r\n")) {
        const auto line = received.substr(0, end);
        received.erase(0, end + 2);
        {
          const std::scoped_lock lock{mutex_};
          lines_.push_back(line);
        }
        if (is_in_mail && line != ".") continue;
        const auto command = line.substr(0, line.find_first_of(" :"));
        is_in_mail = command == "DATA" && answer_to("DATA").starts_with("354");
        if (!say(client, command)) return;
      }
    }
  }

  mutable std::mutex mutex_;
  Script script_;
  std::vector<std::string> lines_;
  int connections_ = 0;
  bool is_closed_ = false;
  int listener_ = -1;
  int port_ = 0;
  std::thread thread_;
};

}  // namespace oms::smtp
