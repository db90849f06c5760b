#include "edge/idempotency.h"

#include <gtest/gtest.h>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using samples::toy_digest;

Once once(std::string_view key, const std::string& path = "/api/customers/c1/orders",
          const std::string& body = "{}") {
  const HttpRequest request{.method = "POST",
                            .path = path,
                            .headers = {{"idempotency-key", std::string{key}}},
                            .body = body};
  return once_of(request, toy_digest).value().value();
}

TEST(IdempotencyKey, QuotedAndBareMeanTheSame) {
  EXPECT_EQ(parse_idempotency_key("k-1"), "k-1");
  EXPECT_EQ(parse_idempotency_key("\"k-1\""), "k-1");
  EXPECT_EQ(parse_idempotency_key(R"("a\"b\\c")"), R"(a"b\c)");
  EXPECT_EQ(once("k").key, once("\"k\"").key);
}

TEST(IdempotencyKey, HasOneTo255PrintableCharacters) {
  EXPECT_TRUE(parse_idempotency_key(std::string(255, 'k')));
  EXPECT_TRUE(parse_idempotency_key('"' + std::string(253, 'k') + '"'));
  EXPECT_FALSE(parse_idempotency_key('"' + std::string(254, 'k') + '"')) << "as it is sent";
  for (const auto& bad : {std::string(256, 'k'), std::string{}, std::string{"\"\""},
                          std::string{"\"open"}, std::string{"\"a\"b"}, std::string{"\"a\\n\""},
                          std::string{"\"a\\"}, std::string{"tab\t"}, std::string{"k\xC3\xA4"}}) {
    const auto key = parse_idempotency_key(bad);
    ASSERT_FALSE(key) << bad;
    EXPECT_EQ(key.error().kind, ErrorKind::invalid);
  }
}

TEST(IdempotencyKey, NoneIsNoWish) {
  EXPECT_EQ(once_of({.method = "POST"}, toy_digest).value(), std::nullopt);
}

TEST(IdempotencyKey, AnEmptyOrRepeatedHeaderIsRefused) {
  EXPECT_FALSE(once_of({.headers = {{"idempotency-key", ""}}}, toy_digest));
  EXPECT_FALSE(
      once_of({.headers = {{"idempotency-key", "a"}, {"idempotency-key", "a"}}}, toy_digest));
}

TEST(IdempotencyKey, FitsARecordsKey) {
  EXPECT_EQ(once("k").key.view().size(), 48U);
}

TEST(IdempotencyKey, BelongsToOneCustomerAndOneRoute) {
  EXPECT_EQ(once("k").key, once("k").key);
  EXPECT_NE(once("k").key, once("l").key);
  EXPECT_NE(once("k").key, once("k", "/api/customers/c2/orders").key);
  EXPECT_NE(once("k").key, once("k", "/api/admin/stock/1/restock").key);
}

TEST(IdempotencyKey, TheFingerprintIsOfTheBody) {
  EXPECT_EQ(once("k").fingerprint, once("other").fingerprint);
  EXPECT_NE(once("k").fingerprint, once("k", "/api/customers/c1/orders", "{} ").fingerprint);
}

}  // namespace
}  // namespace oms::edge
