#pragma once

#include <unordered_map>
#include <vector>

#include "adapters/simulated/book.h"

namespace oms::simulated {

// The book of a provider that lives as long as its process.
class MemoryBook final : public Book {
 public:
  bool open(const Session& session, std::string_view description) override;
  std::optional<Session> find(const Id& id) override;
  std::vector<Session> sessions_of(const Id& order_id) override;
  Standing standing(const Id& id) override { return accounts_.at(id).standing; }

  bool close(const Session& session, const Entry& entry) override;
  void add(const Entry& entry) override;
  std::optional<Entry> refund_with(const Id& id, std::string_view key) override;

  std::size_t size() const { return accounts_.size(); }

 private:
  struct Account {
    Session session;
    Standing standing = {};
    std::vector<Entry> refunds = {};
  };
  std::unordered_map<Id, Account> accounts_;
  std::unordered_map<Id, std::vector<Id>> sessions_;  // by order
};

}  // namespace oms::simulated
