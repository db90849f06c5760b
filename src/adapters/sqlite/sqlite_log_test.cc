// The write-ahead log: what a crash leaves in it, and how large it grows.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>

#include "adapters/sqlite/sqlite_reader.h"
#include "adapters/sqlite/testing/store_fixture.h"

namespace oms {
namespace {

using sample::Label;
using sample::put;

class SqliteLogTest : public SqliteStoreTest {
 protected:
  std::uintmax_t log_size() const { return std::filesystem::file_size(path_ + "-wal"); }

  // The files as a crash would leave them.
  void copy_to(const std::string& path) const {
    std::filesystem::copy_file(path_, path);
    std::filesystem::copy_file(path_ + "-wal", path + "-wal");
  }
};

TEST_F(SqliteLogTest, WhatWasCommittedIsInTheLogAfterACrash) {
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"a", "kept"})}));
  const auto after_first = log_size();
  ASSERT_TRUE(commit(*store, {put(Label{"b", "kept"}), put(Label{"c", "kept"})}));
  const auto after_second = log_size();
  const auto crashed = folder_.file("crashed.db");
  copy_to(crashed);
  const auto torn = folder_.file("torn.db");
  copy_to(torn);
  std::filesystem::resize_file(torn + "-wal", (after_first + after_second) / 2);

  options_.path = crashed;
  const auto recovered = open();
  EXPECT_EQ(text(*recovered, "a"), "kept");
  EXPECT_EQ(text(*recovered, "c"), "kept");

  // The second commit was not complete, so it was not acknowledged: none of it is there.
  options_.path = torn;
  const auto cut = open();
  EXPECT_EQ(text(*cut, "a"), "kept");
  EXPECT_EQ(text(*cut, "b"), std::nullopt);
  EXPECT_EQ(text(*cut, "c"), std::nullopt);
}

// While somebody else has the file open, what a server knew of its log outlives it; but not whether
// the disk has confirmed that the log was written back.
TEST_F(SqliteLogTest, AfterAServerThatDiedTheLogDoesNotStartAnewUnseen) {
  std::array<int, 2> to_reader{};
  std::array<int, 2> to_us{};
  ASSERT_EQ(::pipe(to_reader.data()) | ::pipe(to_us.data()), 0);
  char byte = 0;
  const auto reader = ::fork();
  if (reader == 0) {
    (void)!::read(to_reader[0], &byte, 1);
    auto connection = sqlite::Connection::open(path_, sqlite::Access::read_only);
    if (!connection || !connection->run("select * from sample_label")) ::_exit(1);
    (void)!::write(to_us[1], "x", 1);
    ::pause();
  }
  const auto server = ::fork();
  if (server == 0) {
    options_.checkpoint_bytes = 4096;  // each commit writes the log back
    auto store = try_open();
    (void)!::write(to_reader[1], "x", 1);
    (void)!::read(to_us[0], &byte, 1);
    FailingDisk::sync_of_file_fails = true;
    const bool is_kept = store && commit(**store, {put(Label{"a", "kept"})});
    (void)(*store)->settle();
    ::_exit(is_kept ? 0 : 1);  // as if killed
  }
  int status = -1;
  ::waitpid(server, &status, 0);
  EXPECT_EQ(status, 0);
  const auto beginning = [&] {
    std::string header(32, ' ');
    std::ifstream{path_ + "-wal", std::ios::binary}.read(header.data(), 32);
    return header;
  };
  const auto before = beginning();
  {
    const auto store = open();
    ASSERT_TRUE(commit(*store, {put(Label{"b", "kept"})}));
    EXPECT_EQ(text(*store, "a"), "kept");
    EXPECT_EQ(beginning(), before) << "the log was overwritten, and the file never synced";
  }
  ::kill(reader, SIGKILL);
  ::waitpid(reader, nullptr, 0);
}

TEST_F(SqliteLogTest, AFlippedBitEndsTheLogBeforeIt) {
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"a", "kept"})}));
  const auto after_first = log_size();
  ASSERT_TRUE(commit(*store, {put(Label{"b", "lost"})}));
  const auto crashed = folder_.file("crashed.db");
  copy_to(crashed);
  {
    std::fstream log{crashed + "-wal", std::ios::in | std::ios::out | std::ios::binary};
    const auto at = static_cast<std::streamoff>(after_first) + 100;
    log.seekg(at);
    const auto byte = static_cast<char>(log.get() ^ 4);
    log.seekp(at);
    log.put(byte);
  }
  options_.path = crashed;
  const auto recovered = open();
  EXPECT_EQ(text(*recovered, "a"), "kept");
  EXPECT_EQ(text(*recovered, "b"), std::nullopt);
}

TEST_F(SqliteLogTest, ItStaysBoundedUnderReaders) {
  options_.checkpoint_bytes = 256U << 10U;
  const auto store = open();
  const auto reader = std::move(*SqliteReader::open(options_, sample::all_types()));
  for (std::uint64_t version = 0; version < 400; ++version) {
    ASSERT_TRUE(commit(*store, {put(Label{"l", std::string(3000, 'x')}, version)}));
    ASSERT_TRUE(store->settle());
    ASSERT_TRUE(reader->get(key_of<Label>("l")));
  }
  EXPECT_LT(log_size(), 2 * options_.checkpoint_bytes);
  EXPECT_EQ(reader->get(key_of<Label>("l"))->version, 400U);
}

TEST_F(SqliteLogTest, AReaderThatHoldsItBackIsOutwaited) {
  options_.checkpoint_bytes = 64U << 10U;
  const auto store = open();
  ASSERT_TRUE(commit(*store, {put(Label{"l", ""})}));
  auto slow = sqlite::Connection::open(path_, sqlite::Access::read_only);
  ASSERT_TRUE(slow->run("begin"));
  ASSERT_TRUE(slow->ask_integer("select count(*) from sample_label"));
  std::uint64_t version = 1;
  const auto write_some = [&] {
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(commit(*store, {put(Label{"l", std::string(3000, 'x')}, version++)}));
    }
  };
  write_some();
  const auto grown = log_size();
  EXPECT_GT(grown, 4 * options_.checkpoint_bytes);
  ASSERT_TRUE(slow->run("commit"));
  write_some();
  EXPECT_LT(log_size(), grown);
}

}  // namespace
}  // namespace oms
