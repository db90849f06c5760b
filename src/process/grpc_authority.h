#pragma once

#include <set>
#include <string>
#include <string_view>

#include "adapters/grpc/server.h"
#include "edge/gateway.h"
#include "ports/clock.h"
#include "process/settings.h"

namespace oms::process {

// Who may call which method of oms.v1. Processes of ours may call all, and so are those who have
// the operator's token, for without certificates our own show nothing else; everybody else may call
// what the scopes of their token allow, as over HTTP.
class GrpcAuthority {
 public:
  // `operator_token`: with it everything may be called; empty: nobody has it. `identities` is null
  // where callers cannot prove who they are. Errors: invalid, where nobody could call anything.
  static Result<GrpcAuthority> of(const Settings& settings, std::string operator_token,
                                  const Identities* identities, Clock& clock);

  // Any thread. Errors: unauthorized, forbidden.
  Result<grpc_api::GrpcStanding> check(const grpc_api::GrpcCaller& caller) const;

 private:
  GrpcAuthority(edge::GatewaySettings callers, Clock& clock)
      : callers_(std::move(callers)), clock_(clock) {}

  edge::GatewaySettings callers_;
  Clock& clock_;
  std::set<std::string, std::less<>> peers_;  // names in the certificates of our own
  bool is_among_ourselves_ = false;           // nobody else reaches it
};

// What a token must allow for a method, "/oms.v1.Stock/SetItem"; empty: none does, for it is there
// for our own processes.
std::string_view scope_of_method(std::string_view method);

}  // namespace oms::process
