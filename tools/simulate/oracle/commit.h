#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tools/simulate/oracle/model.h"

namespace oms::simulate {

// An order that stock refused, and what there was just before that commit.
struct StockRefusal {
  const Life* life = nullptr;
  Reason reason = Reason::none;
  std::vector<std::int64_t> available;  // for each line that its customer has sent
  std::int64_t held = 0;                // by the customer
};

// What one commit has brought, for the rules that compare it with what was before.
struct Commit {
  std::uint64_t number = 0;
  std::vector<Life*> touched;
  std::vector<std::string> moved;                              // items
  std::vector<std::string> accounts;                           // that were touched
  std::map<std::string, MinorUnits, std::less<>> let_go;       // newly, of each account
  std::vector<const Life*> unfunded;                           // whose account had too little
  std::vector<StockRefusal> stock_refused;                     // orders
  std::map<std::string, std::int64_t, std::less<>> held;       // newly, of each item, or sold
  std::map<std::string, std::int64_t, std::less<>> freed;      // of each item, or restocked
  std::map<std::string, std::int64_t, std::less<>> held_by;    // newly, by each customer
  std::vector<const Life*> placed;                             // orders that are new
  std::vector<std::pair<Life*, Kept<orders::Order>>> revised;  // and as they were before
  std::vector<Life*> ticketed;                                 // those whose ticket is new
  std::size_t queued_before = 0;                               // on the board
  std::int64_t unqueued = 0;                                   // tickets that wait no longer
  bool has_board = false;

  void clear();

  // The most and the least that there may have been of an item, at any moment of this commit.
  std::int64_t most(std::string_view product, const ShelfModel& shelf) const {
    const auto sum = held.find(product);
    return shelf.available() + (sum == held.end() ? 0 : sum->second);
  }
  std::int64_t least(std::string_view product, const ShelfModel& shelf) const {
    const auto sum = freed.find(product);
    return shelf.available() - (sum == freed.end() ? 0 : sum->second);
  }
};

}  // namespace oms::simulate
