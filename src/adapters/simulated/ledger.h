#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/simulated/book.h"
#include "adapters/simulated/sql.h"

namespace oms::simulated {

// The provider's own book, in a file of its own. A session is closed by entry 0, a charge or an
// expiry, so the table's key itself allows one successful charge at most, and none after expiry.
// Not for several threads. Everything may throw SqlError, which ends the transaction.
class Ledger final : public Book {
 public:
  explicit Ledger(const std::string& path);
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  void begin();
  void commit();
  void roll_back() noexcept;
  sqlite::Connection& connection() { return connection_; }
  // Keeps the write-ahead log small. Between transactions only.
  void tidy();

  bool open(const Session& session, std::string_view description) override;
  std::optional<Session> find(const Id& id) override;
  std::vector<Session> sessions_of(const Id& order_id) override;
  // From an id on, below another, the last first.
  std::vector<Session> sessions_between(const Id& from, const Id& below, std::int64_t limit);
  std::string description(const Id& id);
  std::vector<Entry> entries(const Id& id);
  Standing standing(const Id& id) override;
  // With the entries up to this one.
  Standing standing_at(const Id& id, std::int64_t number);

  bool close(const Session& session, const Entry& entry) override;
  void add(const Entry& entry) override;
  std::optional<Entry> refund_with(const Id& id, std::string_view key) override;

  // Open sessions whose time is up, earliest first; and when the next one's is.
  std::vector<Session> overdue(Time now, std::int64_t limit);
  std::optional<Time> next_expiry();

  void tell(const Event& event);
  void told(const Event& event);
  // Events that are due, earliest first; and when the next after `now` is.
  std::vector<Event> untold(Time now, std::int64_t limit);
  std::optional<Time> next_untold(Time now);
  // Events that are due after `latest` are due now.
  void hurry(Time now, Time latest);

 private:
  sqlite::Connection connection_;
  int log_pages_ = 0;
  Statement begin_, commit_;
  Statement add_session_, add_open_, find_, of_order_, between_, description_, entries_;
  Statement remove_open_, add_entry_, refund_;
  Statement overdue_, next_expiry_;
  Statement add_event_, remove_event_, untold_, hurry_, next_untold_;
  int tidied_at_ = 0;
};

}  // namespace oms::simulated
