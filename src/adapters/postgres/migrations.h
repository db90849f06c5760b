#pragma once

#include "adapters/postgres/connection.h"
#include "adapters/postgres/layout.h"
#include "base/result.h"

namespace oms::postgres {

// Makes the tables, columns and indexes that are declared and lacking, while other processes may be
// at work on them: one process at a time, by an advisory lock, and without a lock that would keep
// the others waiting. What is no longer declared goes when no process of another version is left.
//
// A column that is new is filled from the records. Processes of an older version do not write it,
// so that it is filled again by each start until none is left: a release may only ask for what the
// one before it has declared.
//
// Refuses a server that would lose or alter what it has confirmed, and a database that a newer
// version has laid out otherwise.
Result<void> migrate(Connection& connection, RecordTypes types);

}  // namespace oms::postgres
