#include "edge/routes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "edge/samples.h"

namespace oms::edge {
namespace {

using namespace samples;

TEST(Routes, FindTheirValuesInThePath) {
  const auto match = find_route("POST", "/api/customers/c 1/orders/42/cancel");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->pattern, "/api/customers/{customerID}/orders/{orderID}/cancel");
  EXPECT_EQ(match.values[0], "c 1");
  EXPECT_EQ(match.values[1], "42");
}

TEST(Routes, AWordGoesBeforeAValue) {
  const auto match = find_route("GET", "/api/admin/orders/stream");
  ASSERT_NE(match.route, nullptr);
  EXPECT_EQ(match.route->pattern, "/api/admin/orders/stream");
}

TEST(Routes, FitWholePathsOnly) {
  for (const char* path : {"", "/", "/api", "/api/menu/", "/api/menu/x", "/api/menux", "/api/men",
                           "/api/customers/c1", "/api/customers/c1/orders/", "api/menu", "//"}) {
    EXPECT_EQ(find_route("GET", path).route, nullptr) << path;
  }
}

TEST(Routes, HeadIsAnsweredLikeGet) {
  EXPECT_EQ(find_route("HEAD", "/api/menu").route, find_route("GET", "/api/menu").route);
}

TEST(Routes, AKnownPathSaysWhatItAllows) {
  const auto response = Request("DELETE", "/api/customers/c1/orders").answer();
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(header(response, "Allow"), "POST, GET, HEAD");
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(header(Request("DELETE", "/api/admin/orders/stream").answer(), "Allow"), "GET, HEAD")
      << "two patterns fit it";
}

TEST(Routes, TheStarAllowsWhatAnyPathDoes) {
  EXPECT_EQ(header(Request("OPTIONS", "*").answer(), "Allow"),
            "POST, GET, HEAD, PATCH, PUT, DELETE");
}

TEST(Routes, KnowTheValueOfEachName) {
  const auto match = find_route("GET", "/api/customers/c1/orders/42");
  EXPECT_EQ(match.value_of("{customerID}"), "c1");
  EXPECT_EQ(match.value_of("{orderID}"), "42");
  EXPECT_EQ(match.value_of("{id}"), "");
  EXPECT_EQ(find_route("GET", "/nothing").value_of("{orderID}"), "");
}

TEST(Routes, AnUnknownPathIsAProblemThatDoesNotEchoIt) {
  const auto response = Request("GET", "/api/<script>").answer();
  EXPECT_EQ(response.status, 404);
  EXPECT_FALSE(response.body.contains("script"));
}

TEST(Routes, AllBelowAdminIsForOperators) {
  for (const auto& route : routes()) {
    const bool is_admin = route.pattern.starts_with("/api/admin/");
    EXPECT_EQ(route.access == Access::operators, is_admin) << route.pattern;
  }
}

// "GET /api/menu" for each operation in the description, which is YAML as we write it: paths are
// indented by two, methods by four.
std::set<std::string> described_operations() {
  std::ifstream file{std::string{OMS_SOURCE_DIR} + "/api/openapi.yaml"};
  std::set<std::string> operations;
  std::string path;
  for (std::string line; std::getline(file, line);) {
    const bool is_key = line.ends_with(':');
    if (is_key && line.starts_with("  /")) path = line.substr(2, line.size() - 3);
    if (!line.empty() && !line.starts_with(' ')) path.clear();
    for (const std::string method : {"get", "put", "post", "delete", "patch"}) {
      if (path.empty() || line != "    " + method + ":") continue;
      std::string upper = method;
      std::ranges::transform(upper, upper.begin(), [](char c) { return c - 'a' + 'A'; });
      operations.insert(upper.append(" ").append(path));
    }
  }
  return operations;
}

TEST(Routes, AreDescribedInTheOpenApiFileAndNothingElseIs) {
  std::set<std::string> expected{"GET /livez", "GET /readyz", "GET /metrics"};  // the process's own
  for (const auto& route : routes()) {
    expected.insert(std::string{route.method} + ' ' + std::string{route.pattern});
  }
  EXPECT_EQ(described_operations(), expected);
}

// Without its own line an operation is as the whole description says: open to all.
TEST(Routes, AreDescribedAsOpenOrForOperators) {
  const std::string open = "security: []";
  const std::string closed = "      security: [{operator: []}]";
  std::ifstream file{std::string{OMS_SOURCE_DIR} + "/api/openapi.yaml"};
  std::size_t opens = 0;
  std::size_t closes = 0;
  for (std::string line; std::getline(file, line);) {
    if (line == open) ++opens;
    if (line == closed) ++closes;
  }
  EXPECT_EQ(opens, 1U);
  EXPECT_EQ(closes, static_cast<std::size_t>(
                        std::ranges::count(routes(), Access::operators, &Route::access)));
}

}  // namespace
}  // namespace oms::edge
