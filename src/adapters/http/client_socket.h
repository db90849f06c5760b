#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace oms {

// A blocking TCP connection whose every step ends by a deadline.
class ClientSocket {
 public:
  using Clock = std::chrono::steady_clock;

  // Tries each address of the host in turn.
  static Result<ClientSocket> connect(const std::string& host, const std::string& port,
                                      Clock::time_point deadline);

  ClientSocket(ClientSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ClientSocket& operator=(ClientSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~ClientSocket();

  Result<void> write(std::string_view bytes, Clock::time_point deadline);
  // Appends what has come. 0: the peer has closed.
  Result<std::size_t> read(std::string& into, Clock::time_point deadline);

 private:
  explicit ClientSocket(int fd) : fd_(fd) {}

  int fd_ = -1;
};

}  // namespace oms
