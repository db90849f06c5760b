#include "adapters/files/notifier.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <future>
#include <sstream>

#include "adapters/files/export.h"

namespace oms {
namespace {

namespace fs = std::filesystem;

struct FixedClock : Clock {
  Time now() override { return at; }
  Time wall() override { return at; }
  Time at = *parse_time("2026-11-21T23:59:59.000Z");
};

std::string read(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream{path, std::ios::binary}.rdbuf();
  return text.str();
}

NoticeToSend mail(std::string key) {
  return {.order_id = *Id::parse("65a000000102030405000001"),
          .key = std::move(key),
          .kind = NoticeKind::paid,
          .channel = Channel::email,
          .address = "ada@example.com",
          .name = "Ada",
          .subject = "Your order is paid",
          .text = "Thank you.\nIt is 4,50 €."};
}

NoticeToSend sms(std::string key) {
  auto notice = mail(std::move(key));
  notice.channel = Channel::sms;
  notice.address = "+4912345";
  return notice;
}

NoticeResult outcome(Notifier& notifier, const NoticeToSend& notice) {
  std::promise<NoticeResult> done;
  auto result = done.get_future();
  notifier.start(notice, [&done](NoticeResult given) { done.set_value(given); });
  return result.get();
}

class Notices : public testing::Test {
 public:
  Notices() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Notices() override { fs::remove_all(folder_); }

  fs::path day(std::string_view date) const {
    return folder_ / "notices" / (std::string{date} + ".jsonl");
  }
  void send(const NoticeToSend& notice) {
    EXPECT_EQ(outcome(notifier_, notice), NoticeResult::sent);
  }
  ExportCounts exported() {
    const auto counts = export_eml(folder_, out_);
    EXPECT_TRUE(counts) << (counts ? "" : counts.error().detail);
    return counts.value_or(ExportCounts{});
  }

  const fs::path folder_ =
      fs::temp_directory_path() / ("oms_notices_" + std::to_string(::getpid()));
  const fs::path out_ = folder_ / "out";
  FixedClock clock_;
  FileNotifier notifier_{folder_, clock_};
};

TEST_F(Notices, AreKeptAsOneLineEach) {
  auto notice = mail("k1");
  notice.text = "two\r\nlines \"quoted\"";
  send(notice);
  EXPECT_EQ(read(day("2026-11-21")),
            R"({"key":"k1","orderID":"65a000000102030405000001","kind":"paid","channel":"email",)"
            R"("address":"ada@example.com","name":"Ada","subject":"Your order is paid",)"
            R"("text":"two\r\nlines \"quoted\"","at":"2026-11-21T23:59:59.000Z"})"
            "\n");
}

TEST_F(Notices, OfEachDayHaveAFileOfTheirOwn) {
  send(mail("k1"));
  clock_.at = clock_.at + std::chrono::seconds{1};
  send(mail("k2"));
  EXPECT_NE(read(day("2026-11-21")).find("k1"), std::string::npos);
  EXPECT_NE(read(day("2026-11-22")).find("k2"), std::string::npos);
}

TEST_F(Notices, CanOnlyBeReadByTheirOwner) {
  send(mail("k1"));
  EXPECT_EQ(fs::status(day("2026-11-21")).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Notices, CutShortByACrashAreRemoved) {
  send(mail("k1"));
  const auto whole = read(day("2026-11-21"));
  std::ofstream{day("2026-11-21"), std::ios::app} << R"({"key":"k2","te)";
  FileNotifier restarted{folder_, clock_};
  EXPECT_EQ(outcome(restarted, mail("k3")), NoticeResult::sent);
  const auto now = read(day("2026-11-21"));
  EXPECT_TRUE(now.starts_with(whole + R"({"key":"k3",)")) << now;
}

TEST_F(Notices, ThatCannotBeKeptAreNotSent) {
  std::ofstream{folder_ / "notices"} << "a file where the folder should be";
  EXPECT_EQ(outcome(notifier_, mail("k1")), NoticeResult::failed);
  fs::remove(folder_ / "notices");
  EXPECT_EQ(outcome(notifier_, mail("k1")), NoticeResult::sent);
}

TEST_F(Notices, ThatFindTheQueueFullHaveFailedAtOnce) {
  constexpr int waiting_max = 1024;
  std::promise<void> is_writing;
  std::promise<void> may_go_on;
  std::atomic<int> kept = 0;
  std::atomic<int> failed = 0;
  {
    FileNotifier busy{folder_, clock_};
    busy.start(mail("first"), [&](NoticeResult) {
      is_writing.set_value();
      may_go_on.get_future().wait();
    });
    is_writing.get_future().wait();
    const auto count = [&](NoticeResult result) {
      ++(result == NoticeResult::sent ? kept : failed);
    };
    for (int i = 0; i < waiting_max; ++i) busy.start(mail("k" + std::to_string(i)), count);
    EXPECT_EQ(failed, 0);
    busy.start(mail("one too many"), count);
    EXPECT_EQ(failed, 1);
    EXPECT_EQ(kept, 0);
    may_go_on.set_value();
  }
  EXPECT_EQ(kept, waiting_max);
  EXPECT_EQ(failed, 1);
}

TEST_F(Notices, ThatStillWaitAtTheEndAreKept) {
  std::atomic<int> kept = 0;
  {
    FileNotifier ending{folder_, clock_};
    for (int i = 0; i < 100; ++i) {
      ending.start(mail("k" + std::to_string(i)),
                   [&](NoticeResult result) { kept += result == NoticeResult::sent ? 1 : 0; });
    }
  }
  EXPECT_EQ(kept, 100);
  EXPECT_EQ(exported().mails, 100);
}

TEST_F(Notices, AreExportedAsMailsAndTexts) {
  send(mail("k1"));
  send(sms("k2"));
  const auto counts = exported();
  EXPECT_EQ(counts.mails, 1);
  EXPECT_EQ(counts.texts, 1);
  EXPECT_EQ(read(out_ / "k2.txt"), "To: +4912345\n\nThank you.\nIt is 4,50 €.\n");
  EXPECT_NE(read(out_ / "k1.eml").find("Message-ID: <k1@oms.invalid>\r\n"), std::string::npos);
}

TEST_F(Notices, AreExportedOnceHoweverOftenTheyWereKept) {
  send(mail("k1"));
  send(mail("k1"));
  EXPECT_EQ(exported().repeated, 1);
  const auto again = exported();
  EXPECT_EQ(again.mails, 0);
  EXPECT_EQ(again.repeated, 2);
}

TEST_F(Notices, WithAKeyThatIsNoFileNameAreExportedUnderItsDigest) {
  send(mail("../../etc/passwd"));
  EXPECT_EQ(exported().mails, 1);
  const fs::directory_iterator files{out_};
  EXPECT_EQ(files->path().filename().string().size(), 64 + 4U);
}

TEST_F(Notices, ThatAreNoneAreCounted) {
  send(mail("k1"));
  std::ofstream{day("2026-11-20")} << "{}\nnot json\n" << R"({"key":"just being wr)";
  auto nobody = mail("k2");
  nobody.address = "nobody";
  send(nobody);
  const auto counts = exported();
  EXPECT_EQ(counts.unreadable, 2);
  EXPECT_EQ(counts.no_address, 1);
  EXPECT_EQ(counts.mails, 1);
}

TEST_F(Notices, NeedNotExist) {
  EXPECT_EQ(exported().mails, 0);
}

Result<void> erased(Notifier& notifier, std::vector<Id> order_ids) {
  std::promise<Result<void>> done;
  auto result = done.get_future();
  notifier.erase(std::move(order_ids), [&done](Result<void> given) { done.set_value(given); });
  return result.get();
}

TEST_F(Notices, OfAnErasedCustomerAreGoneFromEveryDayAndOthersGoOn) {
  auto other = mail("other");
  other.order_id = *Id::parse("65a000000102030405000002");
  other.text = R"("orderID":"65a000000102030405000001")";
  send(mail("k1"));
  send(other);
  clock_.at = clock_.at + std::chrono::hours{24};
  send(sms("k2"));
  ASSERT_TRUE(erased(notifier_, {mail("k1").order_id}));
  EXPECT_EQ(read(day("2026-11-22")), "");
  const auto left = read(day("2026-11-21"));
  EXPECT_FALSE(left.contains("\"k1\""));
  EXPECT_TRUE(left.contains("\"other\"")) << "whatever is written in it";
  other.key = "again";
  send(other);
  EXPECT_TRUE(read(day("2026-11-22")).contains("\"again\""));
}

TEST_F(Notices, AreErasedAlsoWhereTheyWaitToBeWritten) {
  std::promise<void> written;
  notifier_.start(mail("k1"), [&](NoticeResult) { written.set_value(); });
  ASSERT_TRUE(erased(notifier_, {mail("k1").order_id}));
  written.get_future().wait();
  EXPECT_EQ(read(day("2026-11-21")), "");
}

}  // namespace
}  // namespace oms
