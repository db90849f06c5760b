#pragma once

#include "services/service.h"
#include "services/stock/records.h"

namespace oms::stock {

// What the operator does by hand. Both answer with the item as it then stands, or say why not.
Decision set_item(const SetItem& command, const Records& records, std::string_view currency);
Decision restock(const RestockItem& command, const Records& records);

}  // namespace oms::stock
