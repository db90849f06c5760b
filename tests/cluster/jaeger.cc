#include "tests/cluster/jaeger.h"

#include <algorithm>
#include <iterator>
#include <regex>

#include "tests/cluster/http.h"

namespace oms::cluster {
namespace {

std::vector<std::string> all_of(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> found;
  for (std::sregex_iterator it{text.begin(), text.end(), pattern}, end; it != end; ++it) {
    found.push_back((*it)[1]);
  }
  return found;
}

}  // namespace

std::vector<std::string> SeenTrace::orphans() const {
  std::vector<std::string> lost;
  for (const auto& parent : parents) {
    if (std::ranges::find(spans, parent) == spans.end()) lost.push_back(parent);
  }
  return lost;
}

SeenTrace trace_of(const std::string& query_url, const std::string& order) {
  static const std::regex span{R"re(\{"traceID":"[^"]*","spanID":"([^"]*)")re"};
  static const std::regex parent{
      R"re("refType":"CHILD_OF","traceID":"[^"]*","spanID":"([^"]*)")re"};
  static const std::regex service{R"re("serviceName":"([^"]*)")re"};
  static const std::regex name{R"re("operationName":"([^"]*)")re"};
  const auto query =
      "/api/traces?service=gateway&tags=%7B%22oms.order.id%22%3A%22" + order + "%22%7D";
  SeenTrace seen{.json = http::send({.url = query_url + query}).body};
  seen.spans = all_of(seen.json, span);
  seen.parents = all_of(seen.json, parent);
  std::ranges::copy(all_of(seen.json, service), std::inserter(seen.services, seen.services.end()));
  std::ranges::copy(all_of(seen.json, name), std::inserter(seen.names, seen.names.end()));
  return seen;
}

}  // namespace oms::cluster
