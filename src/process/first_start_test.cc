#include "process/first_start.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace oms::process {
namespace {

class CheckWritable : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("oms-start-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    for (const auto* name : {"oms.db", "provider.db"}) {
      std::ofstream{folder_ / name} << "a database";
      ::chmod((folder_ / name).c_str(), 0666);
    }
    ::chmod(folder_.c_str(), 0777);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // As a user who may not do everything: ends the process with what it has found.
  [[noreturn]] void look() const {
    constexpr ::uid_t nobody = 65534;
    if (::geteuid() == 0 && ::setresuid(nobody, nobody, nobody) != 0) std::exit(2);
    const auto checked = check_writable(folder_ / "oms.db", folder_);
    if (!checked) std::fputs(checked.error().detail.c_str(), stderr);
    std::exit(checked ? 0 : 1);
  }

  std::filesystem::path folder_;
};

using testing::ExitedWithCode;

TEST_F(CheckWritable, FindsNothingWrongWithWhatIsWritableOrNotThere) {
  EXPECT_EXIT(look(), ExitedWithCode(0), "");
}

TEST_F(CheckWritable, NamesTheFileThatIsNot) {
  ::chmod((folder_ / "oms.db").c_str(), 0444);
  EXPECT_EXIT(look(), ExitedWithCode(1), "cannot write to .*/oms.db: Permission denied");
  ::chmod((folder_ / "oms.db").c_str(), 0666);
  ::chmod((folder_ / "provider.db").c_str(), 0444);
  EXPECT_EXIT(look(), ExitedWithCode(1), "cannot write to .*/provider.db: Permission denied");
}

TEST_F(CheckWritable, NamesTheFolderThatIsNot) {
  ::chmod(folder_.c_str(), 0555);
  EXPECT_EXIT(look(), ExitedWithCode(1), "cannot write to [^:]*: Permission denied; everything");
}

class SecretsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto name = (std::filesystem::temp_directory_path() / "oms-secrets-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path folder_;
};

TEST_F(SecretsTest, AreMadeOnceAndForTheirOwnerAlone) {
  const auto first = secrets_in(folder_);
  ASSERT_TRUE(first) << first.error().detail;
  EXPECT_TRUE(first->are_private);
  struct stat status{};
  ASSERT_EQ(::stat((folder_ / "operator.token").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(secrets_in(folder_)->operator_token, first->operator_token);
}

TEST_F(SecretsTest, ThatOthersCanReadAreRefused) {
  ASSERT_TRUE(secrets_in(folder_));
  ::chmod((folder_ / "operator.token").c_str(), 0644);
  EXPECT_NE(secrets_in(folder_).error().detail.find("run: chmod 600"), std::string::npos);
}

// exFAT shows every file as 0755, and chmod changes nothing: the second start was refused.
TEST_F(SecretsTest, AreKeptWhereTheFileSystemHasNoPermissions) {
  const auto no_modes = [](const std::filesystem::path&) { return false; };
  const auto first = secrets_in(folder_, no_modes);
  ASSERT_TRUE(first) << first.error().detail;
  ::chmod((folder_ / "operator.token").c_str(), 0755);
  const auto second = secrets_in(folder_, no_modes);
  ASSERT_TRUE(second) << second.error().detail;
  EXPECT_EQ(second->operator_token, first->operator_token);
  EXPECT_FALSE(second->are_private);
}

// A token that was given: it is never made.
class GivenToken : public SecretsTest {
 protected:
  void write(const std::string& name, const std::string& text, ::mode_t mode = 0600) {
    std::ofstream{folder_ / name} << text;
    ::chmod((folder_ / name).c_str(), mode);
  }
  Result<std::string> given(const std::vector<std::string>& environment = {}) {
    settings_.data = folder_;
    return given_operator_token(settings_, environment);
  }
  Settings settings_;
};

TEST_F(GivenToken, ComesFromAVariableAFileOrTheDataFolder) {
  EXPECT_EQ(given(), "");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "operator.token"));
  write("operator.token", "oms_of_the_folder_1\n");
  EXPECT_EQ(given(), "oms_of_the_folder_1");
  write("named", "oms_of_the_named_file\n");
  settings_.operator_token_file = (folder_ / "named").string();
  EXPECT_EQ(given(), "oms_of_the_named_file");
  EXPECT_EQ(given({"OMS_OPERATOR_TOKEN=oms_of_a_variable"}), "oms_of_a_variable");
}

TEST_F(GivenToken, IsRefusedWhereItIsNoSecret) {
  EXPECT_EQ(given({"OMS_OPERATOR_TOKEN=short"}).error().kind, ErrorKind::invalid);
  write("operator.token", "oms_of_the_folder_1\n", 0644);
  EXPECT_NE(given().error().detail.find("chmod 600"), std::string::npos);
  settings_.operator_token_file = (folder_ / "nowhere").string();
  EXPECT_NE(given().error().detail.find("nowhere"), std::string::npos);
}

}  // namespace
}  // namespace oms::process
