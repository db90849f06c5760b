#pragma once

#include "services/service.h"
#include "services/stock/records.h"

namespace oms::stock {

// What the operator does by hand. Each answers with the item as it then stands, or says why not.
Decision set_item(const SetItem& command, const Records& records, std::string_view currency);
Decision restock(const RestockItem& command, const Records& records);
Decision archive(const ArchiveItem& command, const Records& records);

// What a new item without an id needs: how far the numbers have got, and what has the next ones.
void needs_for_number(const Records& found, Keys& keys);

}  // namespace oms::stock
