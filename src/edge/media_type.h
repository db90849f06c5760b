#pragma once

#include <string_view>

namespace oms::edge {

enum class BodyType { json, merge_patch, json_in_another_charset, another };

// What a Content-Type header says of a body. JSON is UTF-8 (RFC 8259), of which US-ASCII is a part;
// a charset parameter may say so, in any case and in quotes. Other parameters mean nothing.
BodyType body_type(std::string_view content_type);

}  // namespace oms::edge
