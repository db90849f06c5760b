#pragma once

#include <functional>
#include <memory>
#include <string>

#include "adapters/grpc/call_context.h"
#include "adapters/grpc/gate.h"
#include "adapters/grpc/methods.h"
#include "adapters/grpc/server.h"

namespace oms::grpc_api {

// What the server does for each call but streams, without gRPC: a request's bytes to the ports, and
// what they answer to an answer's bytes. Any thread.
class Served {
 public:
  // Makes the answer's bytes, or says why there are none. It may throw.
  using Render = std::move_only_function<Result<std::string>()>;
  // Called once, from any thread, perhaps before `serve` returns; dropped where a port drops what
  // it was to do.
  using Reply = std::move_only_function<void(Render)>;

  explicit Served(GrpcServerParts parts) : parts_(std::move(parts)) {}

  const GrpcServerParts& parts() const { return parts_; }
  bool serves(const Method& method) const;

  void serve(const Method& method, std::string request, CallMetadata metadata, Reply reply);

  // Waits for the calls of ports under way. No port is called any more.
  void close() { gate_.close(); }

 private:
  using Message = std::unique_ptr<pb::Message>;

  void command(const Method& method, const pb::Message& request, std::string_view bytes,
               const CallMetadata& metadata, Reply reply);
  void webhook(const Method& method, const pb::Message& request, Reply reply);
  Result<Render> read(const Method& method, const pb::Message& request);
  Result<Render> run(const Method& method, const pb::Message& request, const GrpcStanding& caller);
  void aside(const Method& method, Message request, GrpcStanding caller, Reply reply);

  GrpcServerParts parts_;
  Gate gate_;
};

}  // namespace oms::grpc_api
