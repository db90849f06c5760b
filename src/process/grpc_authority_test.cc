#include "process/grpc_authority.h"

#include <gtest/gtest.h>

#include <array>

namespace oms::process {
namespace {

class Noon final : public Clock {
 public:
  Time now() override { return {1'767'225'600'000}; }
  Time wall() override { return now(); }
};

// Tokens are the scopes that they give.
class Named final : public Identities {
 public:
  Result<Identity> verify(std::string_view token, Time) const override {
    if (token == "forged") return fail(ErrorKind::unauthorized, "the token is not good");
    return Identity{.subject = "c1", .scopes = {std::string{token}}};
  }
};

constexpr const char* operators_own = "oms_0123456789abcdef";

class Authority : public testing::Test {
 protected:
  Authority() { settings_.grpc_listen = "0.0.0.0:2000"; }

  bool allows(std::string_view method, std::string_view token, std::string_view certificate = {}) {
    return !refusal(method, token, certificate);
  }
  std::optional<ErrorKind> refusal(std::string_view method, std::string_view token,
                                   std::string_view certificate = {}) {
    const auto authority = GrpcAuthority::of(settings_, operators_own, &named_, clock_);
    EXPECT_TRUE(authority);
    const auto checked =
        authority->check({.method = method, .token = token, .certificate = certificate});
    return checked ? std::nullopt : std::optional{checked.error().kind};
  }

  Noon clock_;
  Named named_;
  Settings settings_;
};

constexpr std::string_view set_item = "/oms.v1.Stock/SetItem";
constexpr std::string_view get_item = "/oms.v1.Stock/GetItem";
constexpr std::string_view webhook = "/oms.v1.Payments/TakeWebhook";

TEST_F(Authority, AScopeAllowsWhatItAllowsOverHttp) {
  EXPECT_TRUE(allows(set_item, "stock:write"));
  EXPECT_EQ(refusal(set_item, "stock:read"), ErrorKind::forbidden);
  EXPECT_TRUE(allows(get_item, "stock:read"));
  EXPECT_TRUE(allows("/oms.v1.Orders/GetErasedCustomer", "customers:write"));
  EXPECT_EQ(refusal("/oms.v1.Orders/GetErasedCustomer", "orders:read"), ErrorKind::forbidden);
  EXPECT_TRUE(allows("/oms.v1.Operations/ListAuditEntries", "audit:read"));
}

TEST_F(Authority, WithoutAGoodTokenNothingIsAllowed) {
  EXPECT_EQ(refusal(get_item, ""), ErrorKind::unauthorized);
  EXPECT_EQ(refusal(get_item, "forged"), ErrorKind::unauthorized);
}

TEST_F(Authority, WhatProcessesAskEachOtherNoScopeAllows) {
  for (const auto* method :
       {"/oms.v1.Payments/TakeWebhook", "/oms.v1.Payments/UndoPayment", "/oms.v1.Stock/QuoteLines",
        "/oms.v1.Stock/ReleaseStock", "/oms.v1.Operations/NoteAction",
        "/oms.v1.Operations/WhichAreOver", "/oms.v2.Stock/GetItem"}) {
    EXPECT_EQ(scope_of_method(method), "") << method;
  }
  EXPECT_EQ(refusal(webhook, "stock:write"), ErrorKind::forbidden);
  EXPECT_EQ(refusal(webhook, ""), ErrorKind::unauthorized);
}

TEST_F(Authority, TheOperatorsTokenAllowsEverything) {
  EXPECT_TRUE(allows(set_item, operators_own));
  EXPECT_TRUE(allows(webhook, operators_own));
}

TEST_F(Authority, OurOwnCertificatesAllowEverythingAndOthersNothing) {
  settings_.grpc_peers = "oms-gateway, oms-orders";
  EXPECT_TRUE(allows(webhook, "", "oms-orders"));
  EXPECT_EQ(refusal(webhook, "", "somebody"), ErrorKind::unauthorized);
  EXPECT_TRUE(allows(set_item, "stock:write", "somebody"));
}

TEST_F(Authority, OnThisMachineAllAreOursUntilPeersAreNamed) {
  settings_.grpc_listen = "127.0.0.1:2000";
  EXPECT_TRUE(allows(webhook, ""));
  settings_.grpc_peers = "oms-gateway";
  EXPECT_EQ(refusal(webhook, ""), ErrorKind::unauthorized);
}

TEST_F(Authority, AnOutsiderGoesOnRecordAsWhomTheirTokenNames) {
  settings_.grpc_peers = "oms-orders";
  const auto authority = GrpcAuthority::of(settings_, operators_own, &named_, clock_);
  const auto outsider = authority->check({.method = set_item, .token = "stock:write"});
  ASSERT_TRUE(outsider);
  EXPECT_FALSE(outsider->is_ours);
  EXPECT_EQ(outsider->who, "c1");
  const auto peer = authority->check({.method = set_item, .certificate = "oms-orders"});
  EXPECT_TRUE(peer->is_ours);
  EXPECT_EQ(peer->who, "oms-orders") << "where it speaks for nobody else";
  EXPECT_TRUE(authority->check({.method = set_item, .token = operators_own})->is_ours);
}

TEST_F(Authority, SomebodyMustBeAbleToCall) {
  const auto refused = GrpcAuthority::of(settings_, "", nullptr, clock_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace oms::process
