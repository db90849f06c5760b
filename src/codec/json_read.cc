#include "codec/json_read.h"

namespace oms::json {

bool read_name(Cursor& in, std::span<const std::string_view> names, std::size_t& index) {
  std::string_view text;
  if (!in.read_text(text, "a string")) return false;
  index = index_of(text, names);
  if (index < names.size()) return true;
  std::string wanted;
  for (const auto& name : names) {
    if (!wanted.empty()) wanted += ", ";
    wanted += name;
  }
  return in.fail("must be one of: " + wanted);
}

}  // namespace oms::json
