#include "process/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace oms::process {
namespace {

// What systemd listens on; a name that begins with @ is an abstract one.
class Supervisor {
 public:
  explicit Supervisor(const std::string& name)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    name.copy(address.sun_path, sizeof address.sun_path - 1);
    if (name.front() == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    ::setenv("NOTIFY_SOCKET", name.c_str(), 1);
  }
  ~Supervisor() {
    ::close(socket_);
    ::unsetenv("NOTIFY_SOCKET");
  }
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;

  std::string told() const {
    std::array<char, 64> text{};
    const auto size = ::recv(socket_, text.data(), text.size(), 0);
    return {text.data(), size > 0 ? static_cast<std::size_t>(size) : 0};
  }

 private:
  int socket_;
};

TEST(ServiceManager, IsToldOnItsSocket) {
  auto folder = (std::filesystem::temp_directory_path() / "oms-notify-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  {
    const Supervisor supervisor{folder + "/notify"};
    ASSERT_TRUE(notify_service_manager("READY=1"));
    EXPECT_EQ(supervisor.told(), "READY=1");
  }
  std::filesystem::remove_all(folder);
}

TEST(ServiceManager, IsToldOnAnAbstractSocket) {
  const Supervisor supervisor{"@oms-notify-" + std::to_string(::getpid())};
  ASSERT_TRUE(notify_service_manager("STOPPING=1"));
  EXPECT_EQ(supervisor.told(), "STOPPING=1");
}

TEST(ServiceManager, IsNotMissed) {
  ::unsetenv("NOTIFY_SOCKET");
  EXPECT_TRUE(notify_service_manager("READY=1"));
}

TEST(ServiceManager, ThatIsGoneIsAnErrorThatNamesIt) {
  ::setenv("NOTIFY_SOCKET", "/nowhere/notify", 1);
  const auto told = notify_service_manager("READY=1");
  ::unsetenv("NOTIFY_SOCKET");
  ASSERT_FALSE(told);
  EXPECT_TRUE(told.error().detail.contains("/nowhere/notify")) << told.error().detail;
}

}  // namespace
}  // namespace oms::process
