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
  Database{settings_.path, Database::Access::write}.execute("pragma user_version=2");
  EXPECT_THROW(start(), std::runtime_error);
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
