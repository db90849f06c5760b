#include "adapters/postgres/errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace oms::postgres {
namespace {

struct Meaning {
  std::string_view sqlstate;  // or how it begins
  ErrorKind kind;
  std::string_view advice = {};
};

// The first that fits.
constexpr std::array meanings{
    Meaning{"22012", ErrorKind::conflict},  // a version was not as expected: see layout.h
    Meaning{"23505", ErrorKind::conflict},  // the record is there already
    Meaning{"40001", ErrorKind::conflict},  // serialization failure
    Meaning{"40P01", ErrorKind::conflict},  // deadlock
    Meaning{"55P03", ErrorKind::conflict},  // lock timeout
    Meaning{"22", ErrorKind::invalid},
    Meaning{"54000", ErrorKind::invalid},  // too long for an index
    Meaning{"53100", ErrorKind::unavailable, "free space on the database's disk"},
    Meaning{"53300", ErrorKind::unavailable,
            "raise max_connections of the database, or run fewer processes"},
    Meaning{"25006", ErrorKind::unavailable,
            "the database accepts no writes; let the URL name the primary"},
    Meaning{"25P03", ErrorKind::unavailable},  // idle in a transaction for too long
    Meaning{"08", ErrorKind::unavailable},
    Meaning{"40003", ErrorKind::unavailable},
    Meaning{"53", ErrorKind::unavailable},
    Meaning{"57", ErrorKind::unavailable},
};

}  // namespace

Error error_of(std::string_view sqlstate, std::string_view message) {
  const auto* found = std::ranges::find_if(
      meanings, [&](const Meaning& meaning) { return sqlstate.starts_with(meaning.sqlstate); });
  const Meaning meaning = found == meanings.end() ? Meaning{"", ErrorKind::internal} : *found;
  return {meaning.kind, fmt::format("PostgreSQL: {} (SQLSTATE {}){}{}", message, sqlstate,
                                    meaning.advice.empty() ? "" : "; ", meaning.advice)};
}

}  // namespace oms::postgres
