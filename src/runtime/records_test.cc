// Dead letters that an older version has kept.
#include "runtime/records.h"

#include <gtest/gtest.h>

#include "codec/json_write.h"

namespace oms::runtime {
namespace {

const Id letter_id{Id::Bytes{0x65, 2}};

std::string stored(std::string_view payload) {
  return R"({"id":")" + letter_id.text() + R"(","reason":"too long","payload":)" +
         std::string{payload} + "}";
}

const DeadLetter* read(const std::string& text, std::shared_ptr<const void>& kept) {
  auto value = type_of<DeadLetter>().decode(text);
  if (!value) return nullptr;
  kept = *std::move(value);
  return static_cast<const DeadLetter*>(kept.get());
}

TEST(StoredLetters, OfMessagesThatNobodySendsAnyMoreCanBeReadAndDroppedOnly) {
  std::shared_ptr<const void> kept;
  const std::vector<std::pair<std::string, std::string>> payloads{
      {"StockLow", R"({"productID":"soup","available":3})"},
      {"StockOut", R"({"productID":"soup"})"},
      {"PromiseMissed", R"({"promisedAt":"2026-01-31T10:00:00.000Z"})"},
      {"PaymentAlarm", R"({"kind":"disputed","amount":450,"currency":"usd","detail":"dp_1"})"},
  };
  for (const auto& [type, data] : payloads) {
    const auto* letter = read(stored(R"({"type":")" + type + R"(","data":)" + data + "}"), kept);
    ASSERT_NE(letter, nullptr) << type;
    EXPECT_EQ(letter->id, letter_id);
    EXPECT_EQ(letter->reason, "too long");
    EXPECT_TRUE(letter->is_final);
    EXPECT_EQ(std::get<Retired>(letter->payload).name, type);
    std::string again;
    type_of<DeadLetter>().encode(letter, again);
    std::shared_ptr<const void> kept_again;
    EXPECT_NE(read(again, kept_again), nullptr) << again;
  }
}

TEST(StoredLetters, OfOtherUnknownMessagesAreNotRead) {
  std::shared_ptr<const void> kept;
  EXPECT_EQ(read(stored(R"({"type":"FromTheFuture","data":{}})"), kept), nullptr);
  const auto* letter = read(stored(R"({"type":"ReleaseStock","data":{"ref":{"step":"s"}}})"), kept);
  ASSERT_NE(letter, nullptr);
  EXPECT_FALSE(letter->is_final);
}

}  // namespace
}  // namespace oms::runtime
