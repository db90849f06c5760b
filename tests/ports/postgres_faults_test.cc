// Connections that are cut, a server that dies, and what is told about it.
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/ports/postgres_test.h"
#include "tests/support/tcp_proxy.h"

namespace oms::sample {
namespace {

using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

std::uint16_t port_of(const std::string& url) {
  std::uint16_t port = 0;
  const auto* begin = url.data() + url.rfind(':') + 1;
  std::from_chars(begin, url.data() + url.size(), port);
  return port;
}

class PostgresFaultsTest : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped()) return;
    const auto server = TemporarySchema::server();
    proxy_ = std::make_unique<TcpProxy>(port_of(server));
    auto proxied = server;
    const auto at = proxied.rfind(':') + 1;
    proxied.replace(at, proxied.find('/', at) - at, std::to_string(proxy_->port()));
    options_.url = schema_->url(proxied);
  }
  std::string text(Store& store, std::string_view id) {
    const auto* label = load<Label>(store, id).record.as<Label>();
    return label ? label->text : "(none)";
  }

  std::unique_ptr<TcpProxy> proxy_;
};

TEST_F(PostgresFaultsTest, ACommitWhoseAnswerIsLostIsFoundToHaveHappened) {
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"l", "one"})}));
  proxy_->harm(TcpProxy::Harm::lose_answer);
  const auto done = commit(*store, {put(Label{"l", "two"}, 1), put(Label{"m", "two"})});
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(load<Label>(*store, "l").version, 2U);
  EXPECT_EQ(text(*store, "m"), "two");
  EXPECT_TRUE(commit(*store, {put(Label{"l", "three"}, 2)}));
}

TEST_F(PostgresFaultsTest, ACommitThatNeverArrivedIsSentAgain) {
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"l", "one"})}));
  proxy_->harm(TcpProxy::Harm::lose_request);
  const auto done = commit(*store, {put(Label{"l", "two"}, 1)});
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(load<Label>(*store, "l").version, 2U);
}

TEST_F(PostgresFaultsTest, ACommitThatWouldHaveBeenRefusedIsRefusedAlsoAfterALostAnswer) {
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"l", "one"})}));
  for (const auto harm : {TcpProxy::Harm::lose_answer, TcpProxy::Harm::lose_request}) {
    proxy_->harm(harm);
    EXPECT_EQ(commit(*store, {put(Label{"l", "two"}, 7)}).error().kind, ErrorKind::conflict);
  }
  EXPECT_EQ(text(*store, "l"), "one");
}

TEST_F(PostgresFaultsTest, AHeldCommitWhoseConnectionIsCutIsWrittenIfNobodyElseWasFaster) {
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"l", "one"})}));
  for (const auto harm : {TcpProxy::Harm::lose_answer, TcpProxy::Harm::lose_request}) {
    const auto version = load<Label>(*store, "l", Hold::yes).version;
    proxy_->harm(harm);
    ASSERT_TRUE(commit(*store, {put(Label{"l", "more"}, version)}));
    EXPECT_EQ(load<Label>(*store, "l").version, version + 1);
  }
}

TEST_F(PostgresFaultsTest, ReadsAreRepeatedOnANewConnection) {
  const auto store = open();
  const auto reader = value(PostgresReader::open(options_, all_types()));
  ASSERT_TRUE(commit(*store, {put(Label{"l", "one"})}));
  for (const auto harm : {TcpProxy::Harm::lose_answer, TcpProxy::Harm::lose_request}) {
    proxy_->harm(harm);
    EXPECT_EQ(text(*store, "l"), "one");
    EXPECT_TRUE(value(reader->get(key_of<Label>("l"))).record);
    proxy_->harm(harm);
    EXPECT_EQ(load<Label>(*store, "l", Hold::yes).version, 1U);
  }
}

TEST_F(PostgresFaultsTest, AConnectionThatGoesSilentIsGivenUp) {
  options_.answer_timeout = 300ms;
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"l", "one"})}));
  proxy_->harm(TcpProxy::Harm::silence);
  const Key key = key_of<Label>("l");
  const auto silent = store->load({&key, 1});
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(silent.error().detail, HasSubstr("has not answered in 300 ms"));
  EXPECT_EQ(text(*store, "l"), "one");
  EXPECT_TRUE(commit(*store, {put(Label{"l", "two"}, 1)}));
}

TEST_F(PostgresFaultsTest, ATransactionThatIsHeldForTooLongIsWrittenAnew) {
  options_.url += "%20-cidle_in_transaction_session_timeout%3D100";
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"l", "one"})}));
  load<Label>(*store, "l", Hold::yes);
  std::this_thread::sleep_for(300ms);
  ASSERT_TRUE(commit(*open(), {put(Label{"m", "other"})}));
  EXPECT_TRUE(commit(*store, {put(Label{"l", "two"}, 1)}));
}

TEST_F(PostgresFaultsTest, AWriterWhoseRowHasGoneMakesAnother) {
  const auto store = open();
  schema_->run("delete from runtime_writer");
  EXPECT_TRUE(commit(*store, {put(Label{"l", "one"})}));
}

TEST_F(PostgresFaultsTest, AStoreThatClosesLeavesNoWriterBehind) {
  open();
  EXPECT_NO_THROW(schema_->run("select 1 / (count(*) = 0)::int from runtime_writer"));
}

TEST_F(PostgresFaultsTest, ADatabaseThatTakesNoWritesIsUnavailableForAWhile) {
  const auto store = open();
  schema_->run(
      "create function refuse() returns trigger language plpgsql as $$ begin "
      "raise sqlstate '53100' using message = 'no space left'; end $$;"
      "create trigger refuse before insert on sample_label for each row execute function "
      "refuse()");
  const auto full = commit(*store, {put(Label{"l", "one"})});
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(full.error().detail, HasSubstr("free space on the database's disk"));
  schema_->run("drop trigger refuse on sample_label");
  EXPECT_TRUE(commit(*store, {put(Label{"l", "one"})}));

  options_.url += "%20-cdefault_transaction_read_only%3Don";
  EXPECT_THAT(refusal(), HasSubstr("session is read-only"));
}

TEST_F(PostgresFaultsTest, ErrorsTellNoPassword) {
  for (const std::string& url :
       {std::string{"postgres://oms:secret-word@127.0.0.1:1/oms"},
        "postgres://oms:secret-word@127.0.0.1:" + std::to_string(proxy_->port()) + "/oms",
        std::string{"postgres://oms:secret-word%zz@127.0.0.1/oms"},
        std::string{"postgres://127.0.0.1/oms?passwort=secret-word"}}) {
    options_.url = url;
    EXPECT_THAT(refusal(), Not(HasSubstr("secret-word")));
    EXPECT_THAT(refusal(), HasSubstr("PostgreSQL"));
  }
}

TEST_F(PostgresFaultsTest, TheServersCertificateIsChecked) {
  const char* authority = std::getenv("TEST_CA");
  if (!authority) GTEST_SKIP() << "TEST_CA names no file";
  const auto url = schema_->url();
  options_.url = url + "&sslmode=verify-full&sslrootcert=" + authority;
  EXPECT_TRUE(commit(*open(), {put(Label{"l", "one"})}));
  options_.url = url + "&sslmode=verify-full&sslrootcert=/nowhere";
  EXPECT_THAT(refusal(), HasSubstr("cannot be reached"));
}

// A server of its own, since it is killed.
class PostgresRestartTest : public PostgresTest {
 protected:
  void SetUp() override {
    if (const auto why = InPostgres::why_skipped(); !why.empty()) GTEST_SKIP() << why;
    const auto port = 26'000 + getpid() % 800 * 8;
    ::chmod(folder_.file(".").c_str(), 0755);  // for the user postgres
    servers_ = "SERVERS_FOLDER=" + folder_.file("servers") +
               " SERVERS_PORT=" + std::to_string(port) + " " OMS_SOURCE_DIR "/scripts/servers ";
    ASSERT_EQ(run("up postgres"), 0);
    options_.url = "postgres://oms:oms-test@127.0.0.1:" + std::to_string(port + 20) + "/oms";
  }
  void TearDown() override {
    if (!servers_.empty()) run("wipe postgres");
  }
  int run(const std::string& what) const {
    return std::system((servers_ + what + " >/dev/null 2>&1").c_str());
  }
  // With its processes for connections, which would answer for a moment longer.
  void kill_server() const {
    std::ifstream pids{folder_.file("servers/postgres/pids")};
    std::string tag;
    pid_t server = 0;
    pids >> tag >> server;
    ASSERT_GT(server, 1);
    ASSERT_EQ(::kill(server, SIGSTOP), 0);  // it must not start another one meanwhile
    std::ifstream children{fmt::format("/proc/{0}/task/{0}/children", server)};
    const std::vector<pid_t> workers{std::istream_iterator<pid_t>{children}, {}};
    ASSERT_EQ(::kill(server, SIGKILL), 0);
    for (const auto worker : workers) ::kill(worker, SIGKILL);
    // A new server refuses to start beside what still runs of an old one.
    for (const auto worker : workers) await_end(worker);
    await_end(server);
  }
  static void await_end(pid_t process) {
    const auto is_running = [process] {
      std::ifstream file{fmt::format("/proc/{}/stat", process)};
      std::string stat{std::istreambuf_iterator<char>{file}, {}};
      const auto state = stat.rfind(')') + 2;  // "12 (postgres) S"
      return state < stat.size() && stat[state] != 'Z' && stat[state] != 'X';
    };
    for (int i = 0; i < 1000 && is_running(); ++i) std::this_thread::sleep_for(10ms);
  }

  TemporaryFolder folder_;
  std::string servers_;
};

TEST_F(PostgresRestartTest, TheStoreGoesOnWhenAKilledServerIsBack) {
  options_.resolves_in = 1s;
  const auto store = open();
  const auto reader = value(PostgresReader::open(options_, all_types()));
  ASSERT_TRUE(commit(*store, {put(Label{"l", "one"})}));
  ASSERT_TRUE(reader->get(key_of<Label>("l")));
  kill_server();
  for (int twice = 0; twice < 2; ++twice) {
    const auto away = commit(*store, {put(Label{"l", "two"}, 1)});
    ASSERT_FALSE(away);
    EXPECT_EQ(away.error().kind, ErrorKind::unavailable) << away.error().detail;
    const Key key = key_of<Label>("l");
    EXPECT_EQ(store->load({&key, 1}).error().kind, ErrorKind::unavailable);
    EXPECT_EQ(reader->get(key).error().kind, ErrorKind::unavailable);
  }
  ASSERT_EQ(run("up postgres"), 0);
  Result<void> done = fail(ErrorKind::unavailable, "");
  for (int tries = 0; tries < 100 && !done; ++tries) {
    std::this_thread::sleep_for(100ms);
    done = commit(*store, {put(Label{"l", "two"}, 1)});
  }
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(value(reader->get(key_of<Label>("l"))).version, 2U);
}

}  // namespace
}  // namespace oms::sample
