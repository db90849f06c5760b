#pragma once

#include <memory>
#include <string>

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/support/byte_buffer.h>

#include "adapters/grpc/server.h"

namespace oms::grpc_api {

// The biggest message: lists are long, requests are not.
inline constexpr int request_bytes_max = 1 << 20;
inline constexpr int answer_bytes_max = 16 << 20;
// How much metadata comes with a call: what goes on record has a reason in it.
inline constexpr int metadata_bytes_max = 16 << 10;

// A peer that says nothing for so long is asked, and is lost where it does not answer.
inline constexpr int keepalive_ms = 10'000;
inline constexpr int keepalive_timeout_ms = 5'000;

// Errors: invalid (the certificate and the key do not belong together, or cannot be read).
Result<std::shared_ptr<grpc::ServerCredentials>> server_credentials(const GrpcTls& tls);
std::shared_ptr<grpc::ChannelCredentials> channel_credentials(const GrpcTls& tls);

std::string bytes_of(const grpc::ByteBuffer& buffer);
grpc::ByteBuffer buffer_of(const std::string& bytes);

}  // namespace oms::grpc_api
