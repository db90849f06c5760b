#include "process/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace oms::process {

Result<void> notify_service_manager(std::string_view state) {
  const char* variable = std::getenv("NOTIFY_SOCKET");
  const std::string_view path = variable == nullptr ? "" : variable;
  if (path.empty()) return {};
  const auto cannot = [&](const char* why) {
    return fail(ErrorKind::unavailable, "cannot tell " + std::string{path} +
                                            " (NOTIFY_SOCKET) of " + std::string{state} + ": " +
                                            why);
  };
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return cannot("the path is too long");
  path.copy(address.sun_path, path.size());
  if (path.front() == '@') address.sun_path[0] = '\0';  // an abstract one
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return cannot(std::strerror(errno));
  const auto sent = ::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                             reinterpret_cast<const sockaddr*>(&address), size);
  const int problem = errno;
  ::close(socket);
  if (sent == static_cast<ssize_t>(state.size())) return {};
  return cannot(std::strerror(problem));
}

}  // namespace oms::process
