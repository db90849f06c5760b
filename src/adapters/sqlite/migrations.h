#pragma once

#include <span>
#include <string>
#include <string_view>

#include "adapters/sqlite/upgrade_progress.h"
#include "adapters/sqlite_connection/connection.h"
#include "messages/record.h"

namespace oms::sqlite {

using RecordTypes = std::span<const RecordType* const>;

// A numbered change of what the file holds. The file's `user_version` is the number of the last one
// that it has seen: a program that does not know the number leaves the file alone.
struct Migration {
  int number;
  std::string_view what;
  Result<void> (*apply)(Connection& connection);
};

// All of them, from 1, without a gap. One that was released is never changed again.
std::span<const Migration> migrations();

// Refuses, by the file's header alone, what is not ours or is newer than this program. An absent
// or empty file passes.
Result<void> check_header(const std::string& path);

// Brings an open file to this program's version: the header of an empty file, the migrations that
// it lacks, then the tables, promoted columns and indexes that have been declared since. Nothing
// of a record is lost by it: columns and indexes only repeat what its JSON says. Records themselves
// are read under the schema that they were written under, and are written under today's when they
// change. One transaction: a crash or a full disk leaves the file as it was.
Result<void> migrate(Connection& connection, RecordTypes types, const TellUpgrade& tell = {});

}  // namespace oms::sqlite
