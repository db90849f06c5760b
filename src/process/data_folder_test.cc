#include "process/data_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <functional>
#include <optional>

namespace oms::process {
namespace {

using testing::HasSubstr;

// Another process, which has done `work` when the constructor returns, and then lives on.
class OtherProcess {
 public:
  explicit OtherProcess(const std::function<void()>& work) {
    std::array<int, 2> ready{};
    EXPECT_EQ(::pipe(ready.data()), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      work();
      EXPECT_EQ(::write(ready[1], "x", 1), 1);
      for (;;) ::pause();
    }
    char byte = 0;
    EXPECT_EQ(::read(ready[0], &byte, 1), 1);
    for (const int end : ready) ::close(end);
  }
  ~OtherProcess() { crash(); }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  void crash() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
};

class DataFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    auto name = (std::filesystem::temp_directory_path() / "oms-folder-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    data_ = std::filesystem::path{name} / "data";
  }
  void TearDown() override { std::filesystem::remove_all(data_.parent_path()); }

  // What a server does from its start on.
  std::function<void()> serving(const std::string& url) {
    return [this, url] {
      folder_.emplace(DataFolder::take(data_).value());
      EXPECT_TRUE(folder_->announce(url));
    };
  }
  std::string why_no_server() const { return running_server(data_).error().detail; }
  std::string pid_text(pid_t pid) const { return "process " + std::to_string(pid); }

  std::filesystem::path data_;
  std::optional<DataFolder> folder_;
};

TEST_F(DataFolderTest, AClientFindsTheServerThatLives) {
  EXPECT_EQ(why_no_server(), "there is no server.lock");
  const OtherProcess server{serving("http://127.0.0.1:8080")};
  const auto found = running_server(data_);
  ASSERT_TRUE(found) << found.error().detail;
  EXPECT_EQ(found->url, "http://127.0.0.1:8080");
  EXPECT_EQ(found->pid, server.pid());
}

// The token went to the process that had taken the port since.
TEST_F(DataFolderTest, AClientDoesNotBelieveWhatACrashHasLeft) {
  OtherProcess server{serving("http://127.0.0.1:8080")};
  server.crash();
  EXPECT_TRUE(std::filesystem::exists(data_ / "server.json"));
  EXPECT_EQ(why_no_server(), "no process holds its lock");
}

TEST_F(DataFolderTest, AClientWaitsForTheAnnouncementOfTheNextServer) {
  OtherProcess crashed{serving("http://127.0.0.1:8080")};
  crashed.crash();
  const auto json = data_ / "server.json";
  std::filesystem::copy_file(json, data_ / "kept");
  const OtherProcess next{[&] {
    folder_.emplace(DataFolder::take(data_).value());
    // Even if the crashed one's file were still there, and named this process.
    std::filesystem::copy_file(data_ / "kept", json);
  }};
  EXPECT_EQ(why_no_server(), pid_text(next.pid()) + " holds it, but does not serve");
}

TEST_F(DataFolderTest, AClientDoesNotBelieveAnAnnouncementOfAnotherProcess) {
  const OtherProcess server{serving("http://127.0.0.1:8080")};
  std::ofstream{data_ / "server.json"} << R"({"url":"http://127.0.0.1:6666","pid":1})" << "\n";
  EXPECT_THAT(why_no_server(), HasSubstr("its server.json is of process 1"));
}

TEST_F(DataFolderTest, AClientDoesNotBelieveAnotherUsersFile) {
  if (::geteuid() != 0) return;  // only root can make one, and see through another user's eyes
  const OtherProcess server{serving("http://127.0.0.1:8080")};
  ::chmod(data_.parent_path().c_str(), 0755);
  ::chmod(data_.c_str(), 0755);
  for (const auto* name : {"server.json", "server.lock"}) {
    ::chmod((data_ / name).c_str(), 0644);
    ASSERT_EQ(::chown((data_ / name).c_str(), 12345, 12345), 0);
  }
  ASSERT_EQ(::seteuid(65534), 0);
  const auto why = why_no_server();
  ASSERT_EQ(::seteuid(0), 0);
  EXPECT_EQ(why, "its server.json belongs to another user");
}

TEST_F(DataFolderTest, ASecondServerIsRefusedAndHarmsNothing) {
  const OtherProcess server{serving("http://127.0.0.1:8080")};
  const auto second = DataFolder::take(data_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(second.error().detail, HasSubstr("in use by " + pid_text(server.pid())));
  EXPECT_EQ(running_server(data_)->pid, server.pid());
}

TEST_F(DataFolderTest, AServerThatStopsTakesItsAnnouncementBack) {
  const OtherProcess server{[&] {
    serving("http://127.0.0.1:8080")();
    folder_->withdraw();
  }};
  EXPECT_FALSE(std::filesystem::exists(data_ / "server.json"));
  EXPECT_EQ(why_no_server(), pid_text(server.pid()) + " holds it, but does not serve");
}

TEST_F(DataFolderTest, TheNextServerRemovesWhatACrashHasLeft) {
  OtherProcess crashed{serving("http://127.0.0.1:8080")};
  crashed.crash();
  ASSERT_TRUE(DataFolder::take(data_));
  EXPECT_FALSE(std::filesystem::exists(data_ / "server.json"));
}

TEST_F(DataFolderTest, TheFolderIsForItsOwnerAlone) {
  ASSERT_TRUE(DataFolder::take(data_));
  struct stat status{};
  ASSERT_EQ(::stat(data_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
}

}  // namespace
}  // namespace oms::process
