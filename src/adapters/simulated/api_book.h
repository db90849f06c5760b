#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/simulated/ledger.h"

namespace oms::simulated {

// What a provider that is served over HTTP remembers beside its ledger, in the same file and the
// same transactions: the answers to idempotency keys, and the order in which things happened.
class ApiBook {
 public:
  explicit ApiBook(Ledger& ledger);

  struct Answered {
    std::string fingerprint;  // of the request
    int status = 0;
    std::string body;
  };
  std::optional<Answered> answer_to(std::string_view key, Time now);
  void remember(std::string_view key, const Answered& answered, Time now);

  // Newest first, below a session by its making, and not older than `since`.
  struct SessionsWanted {
    Time until{std::numeric_limits<std::int64_t>::max()};
    Id below;  // of those made at `until`
    Time since{0};
    std::int64_t limit = 100;

    void go_on_behind(const Session& session) {
      until = session.created_at;
      below = session.id;
    }
  };
  std::vector<Session> sessions(const SessionsWanted& wanted);

  // Newest first, below a place in that order.
  struct Place {
    Time at{std::numeric_limits<std::int64_t>::max()};
    Id session_id;
    std::int64_t number = 0;
  };
  struct EntriesWanted {
    Place below;
    Time since{0};
    std::int64_t limit = 100;
  };
  std::vector<Event> entries(const EntriesWanted& wanted);
  // The entry that a name ends with: "evt_<session>_<number>".
  std::optional<Event> entry_named(std::string_view name);

 private:
  Ledger& ledger_;
  Statement answer_, remember_, forget_, sessions_, entries_, entry_;
};

}  // namespace oms::simulated
