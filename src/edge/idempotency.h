#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "messages/http.h"
#include "messages/message.h"

namespace oms::edge {

// The value of an Idempotency-Key: a quoted string of structured fields ("\"k1\"") or bare (k1),
// which mean the same. 1 to 255 printable ASCII characters, else `invalid`.
Result<std::string> parse_idempotency_key(std::string_view text);

// What makes the command of this request happen once, if it carries an Idempotency-Key. Keys of
// different customers and of different routes never meet: method and path belong to the digest, and
// `whose` it is, which the path need not name. `body` is what tells one request from another; none:
// all of it.
Result<std::optional<Once>> once_of(const HttpRequest& request,
                                    const std::function<std::string(std::string_view)>& digest,
                                    std::string_view whose = {},
                                    const std::optional<std::string>& body = {});

}  // namespace oms::edge
