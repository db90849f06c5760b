#include "process/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/support/outside.h"
#include "tests/support/server.h"

namespace oms::process {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using State = Examined::State;

class Doctor : public ::testing::Test {
 protected:
  Doctor() { settings_.data = folder_; }
  ~Doctor() override { std::filesystem::remove_all(folder_); }

  Examined seen(std::string_view what) const {
    const auto all = examine(settings_, [](std::string_view) {});
    const auto it = std::ranges::find(all, what, &Examined::what);
    EXPECT_NE(it, all.end()) << what;
    return *it;
  }
  // Where the server is there to be tried.
  bool is_there(const char* variable, std::string& setting) const {
    setting = testing::environment(variable);
    return !setting.empty();
  }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("doctor_test." + std::to_string(::getpid()));
  Settings settings_;
};

TEST_F(Doctor, FindsNothingWrongWithWhatStandsThere) {
  std::vector<std::string> tried;
  const auto all = examine(settings_, [&](std::string_view what) { tried.emplace_back(what); });
  EXPECT_EQ(tried.size(), all.size());
  for (const auto& one : all) {
    EXPECT_NE(one.state, State::fails) << one.what << ": " << one.detail;
    EXPECT_FALSE(one.detail.empty()) << one.what;
  }
}

TEST_F(Doctor, MakesNothing) {
  examine(settings_, [](std::string_view) {});
  EXPECT_FALSE(std::filesystem::exists(folder_));
}

TEST_F(Doctor, AFileThatIsNoStoreFailsWithItsCure) {
  std::filesystem::create_directories(folder_);
  std::ofstream{folder_ / "oms.db"} << std::string(4096, 'x');
  const auto store = seen("store");
  EXPECT_EQ(store.state, State::fails);
  EXPECT_THAT(store.cure, HasSubstr("backup"));
}

TEST_F(Doctor, WhatNobodyAnswersFailsAndNoPasswordIsShown) {
  settings_.store = "postgres://oms:secret@127.0.0.1:1/oms";
  settings_.broker = "amqp://oms:secret@127.0.0.1:1";
  for (const auto* const what : {"store", "broker", "processes"}) {
    const auto one = seen(what);
    EXPECT_EQ(one.state, State::fails) << what;
    EXPECT_FALSE(one.cure.empty()) << what;
    EXPECT_THAT(one.where + one.detail + one.cure, Not(HasSubstr("secret"))) << what;
  }
  EXPECT_THAT(seen("broker").cure, HasSubstr("OMS_BROKER"));
}

TEST_F(Doctor, AMissingSecretIsNamed) {
  settings_.payments = "stripe";
  const auto payments = seen("payments");
  EXPECT_EQ(payments.state, State::fails);
  EXPECT_THAT(payments.cure, HasSubstr("OMS_STRIPE_KEY"));
}

TEST_F(Doctor, ACertificateThatCannotBeReadIsNamed) {
  settings_.tls_cert = "/nowhere.pem";
  EXPECT_THAT(seen("certificates").detail, HasSubstr("/nowhere.pem"));
}

TEST_F(Doctor, EachHomeOfACollectionOfStoresIsTried) {
  settings_.data = folder_ / "{service}";
  std::filesystem::create_directories(folder_ / "kitchen");
  std::ofstream{folder_ / "kitchen" / "oms.db"} << std::string(4096, 'x');
  const auto store = seen("store");
  EXPECT_EQ(store.state, State::fails);
  EXPECT_THAT(store.where, HasSubstr("kitchen"));
}

TEST_F(Doctor, PostgresAndRabbitmqAnswer) {
  const testing::Server postgres{"postgres"};
  const testing::Server rabbitmq{"rabbitmq"};
  if (!is_there("TEST_POSTGRES", settings_.store) || !is_there("TEST_RABBITMQ", settings_.broker)) {
    GTEST_SKIP() << "it needs servers: `scripts/servers env`";
  }
  EXPECT_THAT(seen("store").detail, HasSubstr("PostgreSQL 1"));
  EXPECT_EQ(seen("broker").state, State::works) << seen("broker").detail;
  settings_.store.replace(settings_.store.find("oms-test"), 8, "wrong");
  EXPECT_THAT(seen("store").detail, HasSubstr("password"));
  settings_.broker.replace(settings_.broker.find("oms-test"), 8, "wrong");
  EXPECT_THAT(seen("broker").cure, HasSubstr("password"));
}

TEST_F(Doctor, KafkaAnswers) {
  const testing::Server kafka{"kafka"};
  if (!is_there("TEST_KAFKA", settings_.broker)) GTEST_SKIP() << "it needs a server";
  EXPECT_EQ(seen("broker").detail, "Kafka answers");
}

TEST_F(Doctor, AMailServerTakesTheLoginWithoutAMail) {
  const testing::Server mailpit{"mailpit"};  // nobody makes it fail meanwhile
  if (!is_there("TEST_MAILPIT", settings_.notices)) GTEST_SKIP() << "it needs a server";
  settings_.notices += "?cacert=" + testing::environment("TEST_CA");
  settings_.mail_from = "Shop <shop@example.com>";
  ::setenv("OMS_SMTP_PASSWORD", "oms-test", 1);  // NOLINT(concurrency-mt-unsafe)
  const auto emails = seen("emails");
  EXPECT_EQ(emails.detail, "the login is taken") << emails.cure;
  settings_.notices = "smtp://oms@localhost:1";
  EXPECT_THAT(seen("emails").detail, HasSubstr("cannot connect"));
  ::unsetenv("OMS_SMTP_PASSWORD");  // NOLINT(concurrency-mt-unsafe)
}

}  // namespace
}  // namespace oms::process
