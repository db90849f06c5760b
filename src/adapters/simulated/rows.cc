#include "adapters/simulated/rows.h"

#include <algorithm>
#include <array>

#include <boost/describe.hpp>

#include "codec/json_read.h"
#include "codec/json_write.h"

namespace oms::simulated {

BOOST_DESCRIBE_STRUCT(Metadatum, (), (name, value))
BOOST_DESCRIBE_ENUM(Terms::Kind, checkout, automatic_intent, manual_intent)
BOOST_DESCRIBE_STRUCT(Terms, (),
                      (kind, reference, success_url, cancel_url, metadata, payment_metadata,
                       is_by_port))

namespace {

constexpr std::array<std::string_view, 12> kind_names{
    "charge",           "expiry",        "decline", "refund",      "late_charge",  "refund_pending",
    "refund_succeeded", "refund_failed", "dispute", "dispute_won", "dispute_lost", "authorization"};

EntryKind kind_of(std::string_view text) {
  for (std::size_t i = 0; i < kind_names.size(); ++i) {
    if (kind_names[i] == text) return static_cast<EntryKind>(i);
  }
  throw SqlError{{ErrorKind::internal, "the ledger holds an entry of an unknown kind"}};
}

std::optional<Terms> read_terms(std::string_view text) {
  if (text.empty()) return std::nullopt;
  auto terms = read_json<Terms>(text, Reading::lenient);
  if (!terms) throw SqlError{{ErrorKind::internal, "the ledger holds terms that cannot be read"}};
  return std::move(*terms);
}

}  // namespace

std::string terms_text(const Session& session) {
  std::string text;
  if (session.terms) write_json(*session.terms, text);
  return text;
}

Session read_session(const Statement::Row& row) {
  const auto id = row.id(0);
  return {.id = id,
          .secret = row.integer(1),
          .order_id = row.is_null(7) ? id : row.id(7),
          .amount = row.integer(2),
          .currency = std::string{row.text(3)},
          .customer_id = std::string{row.text(4)},
          .created_at = row.time(5),
          .expires_at = row.time(6),
          .key = std::string{row.text(8)},
          .terms = read_terms(row.text(9))};
}

Entry read_entry(const Statement::Row& row, const Id& session_id, int first) {
  return {.session_id = session_id,
          .number = row.integer(first),
          .kind = kind_of(row.text(first + 1)),
          .amount = row.integer(first + 2),
          .at = row.time(first + 3),
          .key = std::string{row.text(first + 4)},
          .detail = std::string{row.text(first + 5)}};
}

std::string_view to_text(EntryKind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

}  // namespace oms::simulated
