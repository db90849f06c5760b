#pragma once

#include <string_view>

#include "adapters/simulated/book.h"
#include "adapters/simulated/sql.h"

// How sessions and entries stand in the ledger's rows. All may throw SqlError.
namespace oms::simulated {

// Of `session s`, as `read_session` takes them.
inline constexpr std::string_view session_columns =
    "s.id, s.secret, s.amount, s.currency, s.customer_id, s.created_at, s.expires_at, s.order_id,"
    " s.key, s.terms";
inline constexpr int session_width = 10;
Session read_session(const Statement::Row& row);
std::string terms_text(const Session& session);

// Of `entry e`.
inline constexpr std::string_view entry_columns = "e.number, e.kind, e.amount, e.at, e.key, e.card";
inline constexpr int entry_width = 6;
// From the column `first` on.
Entry read_entry(const Statement::Row& row, const Id& session_id, int first);

std::string_view to_text(EntryKind kind);

}  // namespace oms::simulated
