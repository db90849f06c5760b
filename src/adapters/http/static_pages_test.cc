#include "adapters/http/static_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace oms {
namespace {

using testing::Contains;
using testing::Pair;

constexpr std::array<WebFile, 4> files = {{
    {"/404.html", "text/html; charset=utf-8", "<p>nothing", "\"4\""},
    {"/index.html", "text/html; charset=utf-8", "<p>shop", "\"1\""},
    {"/manual/index.html", "text/html; charset=utf-8", "<p>manual", "\"2\""},
    {"/shop.js", "text/javascript; charset=utf-8", "run()", "\"3\""},
}};

std::optional<HttpResponse> get(std::string path, const std::string& if_none_match = "") {
  HttpRequest request{
      .method = "GET", .path = std::move(path), .query = {}, .headers = {}, .body = {}};
  if (!if_none_match.empty()) request.headers.emplace_back("if-none-match", if_none_match);
  return StaticPages(files).answer(request);
}

TEST(StaticPages, AreFoundByTheirPath) {
  const auto script = get("/shop.js");
  ASSERT_TRUE(script);
  EXPECT_EQ(script->status, 200);
  EXPECT_EQ(script->content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(script->body, "run()");
  EXPECT_THAT(script->headers, Contains(Pair("ETag", "\"3\"")));
  EXPECT_THAT(script->headers, Contains(Pair("Cache-Control", "no-cache")));
}

TEST(StaticPages, OfAFolderAreItsIndex) {
  EXPECT_EQ(get("/")->body, "<p>shop");
  EXPECT_EQ(get("/manual/")->body, "<p>manual");
}

TEST(StaticPages, LeaveOtherPathsToOthers) {
  EXPECT_FALSE(get("/api/menu"));
  EXPECT_FALSE(get("/shop"));
  EXPECT_FALSE(get("/zzz"));
  EXPECT_FALSE(get(""));
}

TEST(StaticPages, TellABrowserThatThereIsNothing) {
  const auto asked = [](const char* method, const char* accept) {
    return StaticPages(files).not_found(
        {.method = method, .path = "/nope.html", .headers = {{"accept", accept}}});
  };
  const auto page = asked("GET", "text/html,application/xhtml+xml,*/*;q=0.8");
  ASSERT_TRUE(page);
  EXPECT_EQ(page->status, 404);
  EXPECT_EQ(page->content_type, "text/html; charset=utf-8");
  EXPECT_EQ(page->body, "<p>nothing");
  EXPECT_FALSE(asked("GET", "*/*")) << "a program wants no page";
  EXPECT_FALSE(asked("GET", "application/json"));
  EXPECT_FALSE(asked("POST", "text/html"));
}

TEST(StaticPages, AreNotSentTwice) {
  EXPECT_EQ(get("/shop.js", "\"3\"")->status, 304);
  EXPECT_EQ(get("/shop.js", "\"3\"")->body, "");
  EXPECT_EQ(get("/shop.js", "\"9\", W/\"3\"")->status, 304);
  EXPECT_EQ(get("/shop.js", "*")->status, 304);
  EXPECT_EQ(get("/shop.js", "\"9\"")->status, 200);
}

TEST(StaticPages, CanOnlyBeRead) {
  HttpRequest request;
  request.method = "POST";
  request.path = "/";
  const auto answer = StaticPages(files).answer(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 405);
  EXPECT_THAT(answer->headers, Contains(Pair("Allow", "GET, HEAD")));
}

}  // namespace
}  // namespace oms
