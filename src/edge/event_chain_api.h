#pragma once

#include "edge/call.h"

// Goods paid by card in the request itself: /order. The card goes to the provider's tokenizer and
// is wiped; a token stands for it from then on. The customer is known by email, or else by phone.
namespace oms::edge {

Result<Plan> place_chained(const Call& call);
// An array of this face's orders, newest first; the next page is in the header Link.
Result<Plan> list_chained(const Call& call);

}  // namespace oms::edge
