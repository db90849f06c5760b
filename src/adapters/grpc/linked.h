#pragma once

#include <string_view>

#include "adapters/grpc/fields.h"

namespace oms::grpc_api {

// The message of that name in oms.v1. Throws std::logic_error where there is none.
const pb::Descriptor& message_named(std::string_view name);

// A new message of that type, which the caller owns.
pb::Message* make_message(const pb::Descriptor& type);

}  // namespace oms::grpc_api
