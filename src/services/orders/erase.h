#pragma once

#include "services/orders/records.h"
#include "services/service.h"

namespace oms::orders {

// All orders of the customer until now. A rule sees no lists: the record that this saves has them
// looked for.
Decision begin_erasure(const EraseCustomer& command, Now now);

Decision end_erasure(const CustomerErased& command, const ErasedCustomer* known, Now now);

// Of one order, or of one that was archived. A live one stays as it is.
Decision erase_person_from(const Order& order, Now now);
Decision erase_person_from(const ArchivedOrder& order, Now now);

// One of the other services is done. The record changes in place; false: that was known.
bool note_erased(std::optional<Erasure>& erasure, ServiceName by);

}  // namespace oms::orders
