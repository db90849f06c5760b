#include "adapters/grpc/problem.h"

#include <boost/describe.hpp>
#include <google/rpc/status.pb.h>
#include <grpcpp/impl/codegen/status_code_enum.h>
#include <oms/v1/problem.pb.h>

#include "adapters/grpc/mapping.h"

namespace oms {

BOOST_DESCRIBE_ENUM(ErrorKind, invalid, unauthorized, forbidden, not_found, conflict, stale, gone,
                    unprocessable, too_large, rate_limited, unavailable, internal)
BOOST_DESCRIBE_STRUCT(Error, (), (kind, detail, pointer))

}  // namespace oms

namespace oms::grpc_api {
namespace {

constexpr std::size_t detail_max = 2048;  // it travels as metadata

grpc::StatusCode code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
    case ErrorKind::unprocessable: return grpc::INVALID_ARGUMENT;
    case ErrorKind::not_found:
    case ErrorKind::gone: return grpc::NOT_FOUND;
    case ErrorKind::conflict:
    case ErrorKind::stale: return grpc::FAILED_PRECONDITION;  // ABORTED would invite retries
    case ErrorKind::unauthorized: return grpc::UNAUTHENTICATED;
    case ErrorKind::forbidden: return grpc::PERMISSION_DENIED;
    case ErrorKind::too_large:
    case ErrorKind::rate_limited: return grpc::RESOURCE_EXHAUSTED;
    case ErrorKind::unavailable: return grpc::UNAVAILABLE;
    case ErrorKind::internal: break;
  }
  return grpc::INTERNAL;
}

// UTF-8 is not cut within a character.
std::string shortened(std::string text) {
  if (text.size() <= detail_max) return text;
  auto end = detail_max;
  const auto is_inside = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
  };
  while (end > 0 && is_inside(end)) --end;
  text.resize(end);
  return text;
}

std::optional<Error> told_by(const std::string& details) {
  google::rpc::Status status;
  oms::v1::Problem problem;
  if (details.empty() || !status.ParseFromString(details)) return std::nullopt;
  for (const auto& detail : status.details()) {
    Error error;
    if (detail.UnpackTo(&problem) && read_message(problem, error)) return error;
  }
  return std::nullopt;
}

}  // namespace

Status to_status(const Error& error) {
  auto told = error;
  told.detail = shortened(std::move(told.detail));
  told.pointer = shortened(std::move(told.pointer));
  oms::v1::Problem problem;
  write_message(told, problem);
  google::rpc::Status status;
  status.set_code(code_of(error.kind));
  status.set_message(told.detail);
  status.add_details()->PackFrom(problem);
  return {.code = code_of(error.kind),
          .message = std::move(told.detail),
          .details = status.SerializeAsString()};
}

Error to_error(const Status& status, std::string_view whom) {
  if (auto told = told_by(status.details)) return *std::move(told);
  const auto say = [&](std::string_view what) {
    auto detail = std::string{whom}.append(" ").append(what);
    if (!status.message.empty()) detail.append(": ").append(status.message);
    return detail;
  };
  switch (status.code) {
    case grpc::DEADLINE_EXCEEDED:
      return {ErrorKind::unavailable, say("did not answer in time, and may have done it")};
    case grpc::UNAVAILABLE: return {ErrorKind::unavailable, say("cannot be reached")};
    case grpc::CANCELLED: return {ErrorKind::unavailable, say("was asked no longer")};
    case grpc::UNIMPLEMENTED: return {ErrorKind::unavailable, say("does not know this method")};
    case grpc::RESOURCE_EXHAUSTED: return {ErrorKind::unavailable, say("has no room for it")};
    default: return {ErrorKind::internal, say("failed")};
  }
}

bool may_be_repeated(int code) {
  return code == grpc::UNAVAILABLE || code == grpc::DEADLINE_EXCEEDED;
}

}  // namespace oms::grpc_api
