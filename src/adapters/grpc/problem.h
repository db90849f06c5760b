#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace oms::grpc_api {

// How a call ends, without gRPC's headers: its status code, its message, and a google.rpc.Status as
// bytes, with an oms.v1.Problem in it.
struct Status {
  int code = 0;  // grpc::StatusCode; 0: OK
  std::string message = {};
  std::string details = {};
};

// What travels of an error.
Status to_status(const Error& error);

// The error that was refused with, exactly; or, where the peer said nothing of the kind, what the
// code means to who has asked `whom`.
Error to_error(const Status& status, std::string_view whom);

// Whether it is worth asking another instance.
bool may_be_repeated(int code);

}  // namespace oms::grpc_api
