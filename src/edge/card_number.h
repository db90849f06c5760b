#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace oms::edge {

// Whether a card's number stands somewhere in the text: 13 to 19 digits, perhaps with spaces, dots
// or dashes among them, that begin as cards' do and end with the right check digit.
bool holds_card_number(std::string_view text);

// For every text that is kept, shown or told on. Errors: invalid, at that pointer, without the
// text.
Result<void> refuse_card_number(std::string_view text, std::string pointer);

}  // namespace oms::edge
