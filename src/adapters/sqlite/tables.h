#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/upgrade_progress.h"
#include "adapters/sqlite_connection/connection.h"

namespace oms::sqlite {

using Schema = std::map<std::string, std::string, std::less<>>;  // name → SQL

// Of all tables, or all indexes, that somebody has declared.
Result<Schema> read_schema(Connection& connection, std::string_view kind);

// Makes each table have the declared columns. Columns that it lacks are added, and written to those
// rows alone that have something to say there. Any other difference costs a table written again.
Result<void> make_tables(Connection& connection, RecordTypes types, UpgradeProgress& progress);

}  // namespace oms::sqlite
