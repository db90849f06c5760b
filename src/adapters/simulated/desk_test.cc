#include "adapters/simulated/desk.h"

#include "adapters/simulated/failing_disk.h"
#include "adapters/simulated/provider_fixture.h"

namespace oms::simulated {
namespace {

class Disk : public ProviderTest {
 public:
  ~Disk() override { provider_.reset(); }  // before its disk

 protected:
  FailingDisk disk_;
};

TEST_F(Disk, ThatIsFullStopsEverythingUntilThereIsRoom) {
  create(1);
  disk_.is_full = true;
  EXPECT_EQ(pay(1).status, 503);
  EXPECT_EQ(create(2).result, Outcome::unknown);
  EXPECT_EQ(merchant_.heard_so_far(), 0U) << "nobody hears of what was not kept";
  disk_.is_full = false;
  EXPECT_EQ(pay(1).status, 200);
  EXPECT_EQ(create(2).result, Outcome::done);
  EXPECT_EQ(audit(1).charges, 1);
  merchant_.heard(1);
}

TEST_F(Disk, ThatIsFullDoesNotStopReaders) {
  create(1);
  disk_.is_full = true;
  EXPECT_EQ(on_page(1, "session").status, 200);
}

TEST_F(Disk, ThatFailedToSyncIsNeverTrustedAgain) {
  create(1);
  disk_.next_sync_fails = true;
  EXPECT_EQ(pay(1).status, 503);
  EXPECT_EQ(pay(1).status, 503);
  EXPECT_EQ(look_up(1).result, Outcome::unknown);
  EXPECT_EQ(merchant_.heard_so_far(), 0U);
  start();
  const auto word = look_up(1).word;
  EXPECT_EQ(audit(1).charges, word == ProviderWord::paid ? 1 : 0);
  EXPECT_EQ(pay(1).status, word == ProviderWord::paid ? 409 : 200);
}

TEST_F(ProviderTest, RefusesWorkWhileItCloses) {
  create(1);
  auto inbox = std::make_shared<Inbox>(8);
  inbox->close();
  CheckoutJob job;
  EXPECT_FALSE(inbox->add(job));
  OperationJob operation;
  EXPECT_FALSE(inbox->add(operation));
  EXPECT_TRUE(inbox->take(std::nullopt).is_last);
}

TEST_F(ProviderTest, RefusesALedgerOfAnotherVersion) {
  create(1);
  provider_.reset();
  ASSERT_TRUE(sqlite::Connection::open(settings_.path, sqlite::Access::read_write)
                  ->run("pragma user_version=3"));
  EXPECT_THROW(start(), std::runtime_error);
}

// As the version before several sessions of an order has left it.
void write_old_ledger(const std::string& path) {
  auto ledger = sqlite::Connection::open(path, sqlite::Access::create);
  ASSERT_TRUE(ledger->run(R"(
    create table session (id blob primary key, secret integer not null, amount integer not null,
      currency text not null, customer_id text not null, created_at integer not null,
      expires_at integer not null, description text not null) strict, without rowid;
    create table entry (session blob not null, number integer not null, kind text not null,
      amount integer not null, at integer not null, key text not null, card text not null,
      primary key (session, number),
      check ((number = 0) = (kind in ('charge', 'expiry')))) strict, without rowid;
    create table open_session (expires_at integer not null, session blob not null,
      primary key (expires_at, session)) strict, without rowid;
    create table webhook (due integer not null, session blob not null, number integer not null,
      attempt integer not null, primary key (due, session, number)) strict, without rowid;
    create view session_state as select id from session;
    insert into session values (x'65a000000102030405000001', 7, 900, 'usd', 'c1', 1699999999000,
      1700000100000, ''), (x'65a000000102030405000002', 7, 900, 'usd', 'c1', 1699999999000,
      1700000100000, '');
    insert into entry values (x'65a000000102030405000001', 0, 'charge', 900, 1699999999500, '',
      'visa 4242');
    insert into webhook values (1699999999500, x'65a000000102030405000001', 0, 0);
    insert into open_session values (1700000100000, x'65a000000102030405000002');
    pragma user_version=1;)"));
}

TEST_F(ProviderTest, OpensALedgerOfTheVersionBefore) {
  write_old_ledger(settings_.path);
  EXPECT_EQ(create(1).word, ProviderWord::paid) << "the session that the order has";
  merchant_.heard(1);
  EXPECT_EQ(refund(1, 900).result, Outcome::done);
  EXPECT_EQ(create(2).session_id, SessionName({order(2), 7}).text());
  EXPECT_EQ(pay(2).status, 200);
  EXPECT_EQ(audit(2).captured, 900);
}

TEST_F(ProviderTest, KeepsItsLogSmall) {
  std::vector<PaymentOperation> operations;
  for (int n = 0; n < 20'000; ++n) {
    operations.push_back(creation(n));
    if (operations.size() < 1000) continue;
    perform(operations);
    operations.clear();
  }
  EXPECT_LT(std::filesystem::file_size(settings_.path + "-wal"), 12U << 20);
}

}  // namespace
}  // namespace oms::simulated
