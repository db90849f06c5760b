#pragma once

#include <set>
#include <string>
#include <vector>

// What Jaeger's query API tells of a trace.
namespace oms::cluster {

struct SeenTrace {
  std::string json;                  // the whole answer
  std::vector<std::string> spans;    // their ids
  std::vector<std::string> parents;  // of those that have one, and it is in this trace or not
  std::set<std::string> services;
  std::set<std::string> names;

  std::vector<std::string> orphans() const;
};

// Of an order, by the gateway's span; empty while there is none.
SeenTrace trace_of(const std::string& query_url, const std::string& order);

}  // namespace oms::cluster
