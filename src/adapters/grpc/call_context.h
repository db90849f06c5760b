#pragma once

#include <string>
#include <string_view>

#include "adapters/grpc/methods.h"
#include "adapters/grpc/server.h"
#include "messages/message.h"

// What stands around a command: its ids, its trace, its idempotency key, and on whose name it goes
// on record.
namespace oms::grpc_api {

// The metadata of a call.
inline constexpr std::string_view traceparent_key = "traceparent";
inline constexpr std::string_view idempotency_key = "idempotency-key";
inline constexpr std::string_view context_key = "oms-context-bin";
inline constexpr std::string_view authorization_key = "authorization";

// What is read of them.
struct CallMetadata {
  std::string traceparent;
  std::string idempotency;  // an outsider's key
  std::string context;      // an oms.v1.CallContext, which only a process of ours may send
  GrpcStanding caller;
};

// In whose name an outsider's call goes on record.
By outsider(const GrpcStanding& caller);

// Of a command. At a retry nobody can know that the order id is fresh.
std::string context_of(const Message& message, bool is_retry);

// The command that was asked for with `request`. `make_id` may be empty. Errors: invalid.
Result<Message> read_command(const Method& method, const pb::Message& request,
                             std::string_view request_bytes, const CallMetadata& metadata,
                             const std::function<Id()>& make_id);

// The request of a command.
void write_command(const Method& method, const Message& message, pb::Message& request);

}  // namespace oms::grpc_api
