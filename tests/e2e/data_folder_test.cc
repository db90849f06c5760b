// One data folder, one process: what clients and a second server do about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include <fstream>
#include <string>

#include "tests/support/server_process.h"

namespace oms::testing {
namespace {

using ::testing::HasSubstr;

// Listens on the port that a server has had, and takes whatever comes.
class Impostor {
 public:
  explicit Impostor(const std::string& url)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    const int yes = 1;
    ::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1))));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 16), 0);
  }
  ~Impostor() { ::close(socket_); }
  Impostor(const Impostor&) = delete;
  Impostor& operator=(const Impostor&) = delete;

  bool was_called() const {
    const int connection = ::accept(socket_, nullptr, nullptr);
    if (connection >= 0) ::close(connection);
    return connection >= 0;
  }

 private:
  int socket_;
};

TEST(DataFolder, NoCommandCallsWhoeverHasThePortOfACrashedServer) {
  ServerProcess server;
  server.kill();
  ASSERT_TRUE(std::filesystem::exists(server.data() / "server.json"));
  const Impostor impostor{server.url()};
  for (const auto& words :
       {ServerProcess::Flags{"order", "list"}, ServerProcess::Flags{"stock", "list"},
        ServerProcess::Flags{"order", "list", "--customer", "c1"}}) {
    const auto ran = server.run(words);
    EXPECT_EQ(ran.code, 5) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("no server is running on this data folder: " +
                                      server.data().string() + " (no process holds its lock)"));
  }
  const auto bench = server.run({"bench", "livez", "--duration", "0.1", "--warm-up", "0"});
  EXPECT_NE(bench.code, 0);
  EXPECT_THAT(bench.output, HasSubstr("no server is running on"));
  EXPECT_FALSE(impostor.was_called());
}

TEST(DataFolder, ASecondServerIsRefusedEvenWithAnotherStore) {
  const ServerProcess server;
  const auto announced = server.data() / "server.json";
  const auto pid = [&] {
    std::string line;
    std::getline(std::ifstream{announced}, line);
    return field(line, "pid");
  };
  const auto first = pid();
  const auto store = "sqlite:" + (server.data() / "other.db").string();
  const auto second = server.run({"up", "--listen", "127.0.0.1:0", "--store", store});
  EXPECT_EQ(second.code, 1) << second.output;
  EXPECT_THAT(second.output, HasSubstr("is in use by process " + first));
  EXPECT_FALSE(std::filesystem::exists(server.data() / "other.db"));
  EXPECT_EQ(pid(), first) << "the first one can still be found";
  EXPECT_EQ(server.run({"order", "list"}).code, 0);
}

// The ledger in the folder is the running server's, whichever database is looked at.
TEST(DataFolder, CheckAndBackupKeepOffAnotherServersLedger) {
  ServerProcess server;
  server.stop();
  std::filesystem::copy_file(server.data() / "oms.db", server.data() / "other.db");
  server.start();
  const auto store = "sqlite:" + (server.data() / "other.db").string();
  for (const auto& words :
       {ServerProcess::Flags{"check", "--store", store},
        ServerProcess::Flags{"backup", (server.data() / "copy.db").string(), "--store", store}}) {
    const auto ran = server.run(words);
    EXPECT_EQ(ran.code, 1) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("is in use by process"));
  }
  EXPECT_TRUE(std::filesystem::exists(server.data() / "provider.db-wal"));
}

TEST(DataFolder, AnEndedServerLeavesNoAnnouncement) {
  ServerProcess server;
  EXPECT_EQ(server.stop(), 0);
  EXPECT_FALSE(std::filesystem::exists(server.data() / "server.json"));
  EXPECT_THAT(server.run({"stock", "list"}).output, HasSubstr("no process holds its lock"));
}

// A variable tells where the own shop is; it does not mean that its secret is for any host.
TEST(DataFolder, ANamedServerIsNotSentTheSecretOfAFolderThatAVariableNames) {
  const ServerProcess shop;
  ::setenv("OMS_DATA", shop.data().c_str(), 1);
  const auto command = std::string{OMS_BINARY} + " stock list --url " + shop.url() + " 2>&1";
  const auto run = [&] { return WEXITSTATUS(std::system(command.c_str())); };  // NOLINT
  EXPECT_EQ(run(), 3) << "401: no token was sent";
  ::unsetenv("OMS_DATA");
  EXPECT_EQ(shop.run({"stock", "list", "--url", shop.url()}).code, 0) << "--data names it";
}

}  // namespace
}  // namespace oms::testing
