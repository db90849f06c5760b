#pragma once

#include <string_view>

namespace oms::edge {

// Whether the whole text may be a card's number: 12 to 19 digits, perhaps with spaces or dashes,
// and the check digit is right. Where such a text is no card to its field, it must not be kept.
bool is_card_number(std::string_view text);

}  // namespace oms::edge
