#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace oms {

// A card as its holder typed it. Views of a text that is wiped after use: nothing here is kept,
// logged or sent on but to the provider that gives a token for it.
struct CardDetails {
  std::string_view holder;
  std::string_view number;  // may have spaces or dashes
  std::string_view expiry;
  std::string_view cvv;
};

// The provider's token for the card. Does not block. Errors: unprocessable, whose detail has
// nothing of the card.
using Tokenize = std::function<Result<std::string>(const CardDetails&)>;

}  // namespace oms
