#include "adapters/http/http1.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace oms::http1 {
namespace {

constexpr Limits limits;

int status_of_head(std::string_view text) {
  HeadScanner scanner;
  const auto end = scanner.find_end(text, limits);
  if (!end) return end.error().status;
  if (*end == 0) return 0;
  const auto head = parse_head(text.substr(0, *end), limits);
  return head ? 200 : head.error().status;
}

// A request of HTTP/1.1 with a Host and these further fields.
int status_with(std::string_view fields) {
  return status_of_head("POST /x HTTP/1.1\r\nHost: here\r\n" + std::string(fields) + "\r\n");
}

int status_of_target(std::string_view target) {
  const auto parsed = parse_target(target);
  return parsed ? 200 : parsed.error().status;
}

std::string path_of(std::string_view target) {
  const auto parsed = parse_target(target);
  return parsed ? parsed->path : "refused";
}

TEST(Head, IsTheRequestWithNamesInLowerCaseAndValuesTrimmed) {
  const auto head = parse_head(
      "POST /a/b?c=d%20e HTTP/1.1\r\nHost: here\r\nX-Thing:  a b \t\r\nContent-Length: 7\r\n\r\n",
      limits);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->request.method, "POST");
  EXPECT_EQ(head->request.path, "/a/b");
  EXPECT_EQ(head->request.query, "c=d%20e");
  EXPECT_EQ(head->request.header("x-thing"), "a b");
  EXPECT_EQ(head->content_length, 7u);
  EXPECT_TRUE(head->keep_alive);
}

TEST(Head, OfHeadIsReadAsGet) {
  const auto head = parse_head("HEAD / HTTP/1.1\r\nHost: here\r\n\r\n", limits);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->request.method, "GET");
  EXPECT_TRUE(head->head_only);
}

TEST(Head, SaysWhetherTheConnectionIsKept) {
  const auto keeps = [](std::string_view start) {
    return parse_head(std::string(start) + "\r\n", limits)->keep_alive;
  };
  EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: h\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, close\r\n"));
  EXPECT_FALSE(keeps("GET / HTTP/1.0\r\n"));
  EXPECT_TRUE(keeps("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n"));
}

TEST(Head, ArrivesInPiecesOfAnySize) {
  const std::string text = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";
  HeadScanner scanner;
  for (std::size_t size = 1; size < text.size(); ++size) {
    ASSERT_EQ(scanner.find_end(std::string_view(text).substr(0, size), limits), 0u) << size;
  }
  EXPECT_EQ(scanner.find_end(text, limits), text.size());
}

TEST(Head, IsRefusedAsSoonAsALineEndsInABareLineFeed) {
  EXPECT_EQ(status_of_head("GET / HTTP/1.1\n"), 400);
  EXPECT_EQ(status_of_head("GET / HTTP/1.1\r\nHost: here\n"), 400);
  EXPECT_EQ(status_of_head("\nGET / HTTP/1.1\r\n"), 400);
}

TEST(Head, OverItsBoundIsRefusedBeforeItEnds) {
  const std::string filler(limits.head_bytes, 'a');
  EXPECT_EQ(status_of_head("GET /" + filler), 414);
  EXPECT_EQ(status_of_head("GET / HTTP/1.1\r\nHost: here\r\nX-Bomb: " + filler), 431);
  std::string many;
  for (int i = 0; i < 101; ++i) many += "A: b\r\n";
  EXPECT_EQ(status_with(many), 431);
}

int status_of_version(std::string_view version) {
  return status_of_head("GET / " + std::string(version) + "\r\nHost: h\r\n\r\n");
}

TEST(RequestLine, MustBeMethodTargetVersion) {
  EXPECT_EQ(status_of_head("BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
  EXPECT_EQ(status_of_head("GET /\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status_of_head("GET  / HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status_of_head(" GET / HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status_of_head("G@T / HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  for (const std::string_view unspoken : {"HTTP/2.0", "HTTP/0.9", "HTTP/3.1"}) {
    EXPECT_EQ(status_of_version(unspoken), 505) << unspoken;
  }
  for (const std::string_view malformed :
       {"HTTP/", "HTTP/1", "HTTP/1.", "HTTP/1.10", "HTTP/1,1", "HTTP/a.1", "HTTPS/1.1"}) {
    EXPECT_EQ(status_of_version(malformed), 400) << malformed;
  }
  EXPECT_EQ(status_of_head("GET / HTTP/1.1 \r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status_of_head("GET / http/1.1\r\nHost: h\r\n\r\n"), 400);
}

TEST(RequestLine, OfAHigherMinorVersionIsReadAsOurs) {
  for (const std::string_view version : {"HTTP/1.2", "HTTP/1.9"}) {
    const auto text = "GET / " + std::string(version) + "\r\nHost: here\r\n\r\n";
    const auto head = parse_head(text, limits);
    ASSERT_TRUE(head) << version;
    EXPECT_TRUE(head->keep_alive) << version;
  }
}

TEST(Field, MustBeWellFormed) {
  EXPECT_EQ(status_with("X-Empty:\r\n"), 200);
  EXPECT_EQ(status_with("X-Text: caf\xc3\xa9\r\n"), 200);
  EXPECT_EQ(status_with("no colon\r\n"), 400);
  EXPECT_EQ(status_with(": no name\r\n"), 400);
  EXPECT_EQ(status_with("Space-Before : x\r\n"), 400);
  EXPECT_EQ(status_with("X: a\r\n folded\r\n"), 400);
  EXPECT_EQ(status_with("X: a\rb\r\n"), 400);
  EXPECT_EQ(status_with(std::string_view("X: a\0b\r\n", 8)), 400);
}

TEST(Field, MayHoldOpaqueBytesButNoControls) {
  const auto head =
      parse_head("GET / HTTP/1.1\r\nHost: here\r\nCookie: n=J\xfcrgen\x80\xff\tx\r\n\r\n", limits);
  ASSERT_TRUE(head);
  EXPECT_EQ(head->request.header("cookie"), "n=J\xfcrgen\x80\xff\tx");
  for (const char control : {'\x01', '\x08', '\x1f', '\x7f'}) {
    EXPECT_EQ(status_with(std::string("X: a") + control + "b\r\n"), 400) << int{control};
  }
  EXPECT_EQ(status_with("Caf\xe9: x\r\n"), 400) << "a name is ASCII";
}

TEST(Field, ThatIsEmptySaysNothing) {
  for (const std::string_view field : {"Accept:\r\n", "Connection: \r\n", "Expect:\t\r\n",
                                       "Content-Encoding:\r\n", "Cookie: \t \r\n"}) {
    EXPECT_EQ(status_with(field), 200) << field;
  }
}

int status_with_host(std::string_view host) {
  return status_of_head("GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n");
}

TEST(Host, IsGivenOnce) {
  EXPECT_EQ(status_with(""), 200);
  EXPECT_EQ(status_with("Host: there\r\n"), 400);
  EXPECT_EQ(status_with("Host: here\r\n"), 400) << "not even the same one";
  EXPECT_EQ(status_of_head("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of_head("GET http://here/ HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status_of_head("GET / HTTP/1.0\r\n\r\n"), 200);
}

TEST(Host, IsANameOrAnAddress) {
  for (const std::string_view host :
       {"h", "Shop.Example:80", "127.0.0.1:8080", "[::1]:80", "a:", "a,b", ""}) {
    EXPECT_EQ(status_with_host(host), 200) << host;
  }
  for (const std::string_view host : {"a b/", "a/", "a b", "user@a", "a:x", ":80", "[::1", "a\"b",
                                      "caf\xe9", "caf\xc3\xa9", "a:1:2", "http://a"}) {
    EXPECT_EQ(status_with_host(host), 400) << host;
  }
}

std::string host_of(std::string_view head) {
  const auto parsed = parse_head(head, limits);
  return parsed ? parsed->request.host : "refused";
}

TEST(Host, OfTheTargetGoesBeforeTheField) {
  EXPECT_EQ(host_of("GET / HTTP/1.1\r\nHost: Here:80\r\n\r\n"), "here");
  EXPECT_EQ(host_of("GET http://There:81/x HTTP/1.1\r\nHost: here\r\n\r\n"), "there");
  EXPECT_EQ(host_of("OPTIONS http://there HTTP/1.1\r\nHost: here\r\n\r\n"), "there");
  EXPECT_EQ(host_of("GET http://there/ HTTP/1.1\r\nHost: a b/\r\n\r\n"), "refused");
  EXPECT_EQ(host_of("GET / HTTP/1.1\r\nHost:\r\n\r\n"), "");
  EXPECT_EQ(host_of("GET / HTTP/1.0\r\n\r\n"), "");
}

TEST(Method, DecidesWhichTargetsThereAre) {
  EXPECT_EQ(status_of_head("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
  EXPECT_EQ(status_of_head("GET * HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status_of_head("HEAD * HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status_of_head("TRACE / HTTP/1.1\r\nHost: h\r\n\r\n"), 200) << "as any other";
  EXPECT_EQ(status_of_head("CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n"), 501);
}

TEST(Framing, IsNeverAmbiguous) {
  EXPECT_EQ(status_with("Content-Length: 5\r\n"), 200);
  EXPECT_EQ(status_with("Content-Length: 5\r\nContent-Length: 5\r\n"), 400);
  EXPECT_EQ(status_with("Content-Length: 5, 5\r\n"), 400);
  EXPECT_EQ(status_with("Content-Length: +5\r\n"), 400);
  EXPECT_EQ(status_with("Content-Length: -5\r\n"), 400);
  EXPECT_EQ(status_with("Content-Length: 0x5\r\n"), 400);
  EXPECT_EQ(status_with("Content-Length:\r\n"), 400);
  EXPECT_EQ(status_with("Transfer-Encoding: Chunked\r\n"), 200);
  EXPECT_EQ(status_with("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"), 400);
  EXPECT_EQ(status_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(status_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400);
  EXPECT_EQ(status_with("Transfer-Encoding: gzip, chunked\r\n"), 501);
  EXPECT_EQ(status_with("Transfer-Encoding: identity\r\n"), 501);
  EXPECT_EQ(status_of_head("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), 400);
}

TEST(Framing, KeepsBodiesWithinTheirBound) {
  EXPECT_EQ(status_with("Content-Length: 65536\r\n"), 200);
  EXPECT_EQ(status_with("Content-Length: 65537\r\n"), 413);
  EXPECT_EQ(status_with("Content-Length: 99999999999999999999999\r\n"), 413);
}

TEST(Coding, OfTheBodyIsRefused) {
  EXPECT_EQ(status_with("Content-Encoding: identity\r\n"), 200);
  EXPECT_EQ(status_with("Content-Encoding: gzip\r\n"), 415);
  EXPECT_EQ(status_with("Expect: 100-continue\r\n"), 200);
  EXPECT_EQ(status_with("Expect: miracles\r\n"), 417);
}

TEST(Path, IsDecodedOnceAndItsSlashesCollapsed) {
  EXPECT_EQ(path_of("/"), "/");
  EXPECT_EQ(path_of("/a%20b"), "/a b");
  EXPECT_EQ(path_of("/caf%C3%A9"), "/caf\xc3\xa9");
  EXPECT_EQ(path_of("/%252e"), "/%2e");
  EXPECT_EQ(path_of("//a///b//"), "/a/b/");
  EXPECT_EQ(path_of("/a?b//c"), "/a");
  EXPECT_EQ(path_of("http://here:80/a?b"), "/a");
  EXPECT_EQ(path_of("http://here"), "/");
  EXPECT_EQ(path_of("HTTP://here?a"), "/");
  EXPECT_EQ(path_of("http://[::1]:80//a"), "/a");
  EXPECT_EQ(path_of("*"), "*");
  EXPECT_EQ(path_of("/..."), "/...");
  EXPECT_EQ(path_of("/.well-known"), "/.well-known");
}

TEST(Path, ThatIsMalformedIs400) {
  for (const std::string_view target : {"a",
                                        "here:80",
                                        "/%",
                                        "/%4",
                                        "/%zz",
                                        "/%00",
                                        "/%0d%0a",
                                        "/%7f",
                                        "/\x01",
                                        "/\x80",
                                        "/%ff",
                                        "/%c0%af",
                                        "/%ed%a0%80",
                                        "/a#b",
                                        "ftp://here/",
                                        "http:///a",
                                        "http://",
                                        "http://?a",
                                        "http://u@here/",
                                        "http://a b/",
                                        "http://here:x/",
                                        "/a%2fb",
                                        "/..%2f..%2fetc"}) {
    EXPECT_EQ(status_of_target(target), 400) << target;
  }
}

TEST(Path, OfAnotherSchemeIs421) {
  EXPECT_EQ(status_of_target("https://here/"), 421);
}

TEST(Path, ThatLeavesItsFolderIs404) {
  for (const std::string_view target : {"/..", "/../etc/passwd", "/a/../b", "/./a", "/a/.",
                                        "/%2e%2e/a", "/.%2E/a", "/..\\a", "/..%5ca", "//../a"}) {
    EXPECT_EQ(status_of_target(target), 404) << target;
  }
}

// The status, or the body with what was left over.
std::string decode(std::string_view text, std::size_t piece, std::size_t limit = 100) {
  ChunkDecoder decoder;
  std::string body;
  while (!text.empty() && !decoder.done()) {
    const auto taken = decoder.feed(text.substr(0, piece), body, limit);
    if (!taken) return std::to_string(taken.error().status);
    text.remove_prefix(*taken);
  }
  return decoder.done() ? body + "|" + std::string(text) : "incomplete";
}

TEST(Chunks, AreJoinedHoweverTheyArrive) {
  constexpr std::string_view text =
      "5\r\nhello\r\n6;name=\"value\"\r\n world\r\n0\r\nTrailer: x\r\n\r\nnext";
  for (std::size_t piece = 1; piece <= text.size(); ++piece) {
    EXPECT_EQ(decode(text, piece), "hello world|next") << piece;
  }
  EXPECT_EQ(decode("A\r\n0123456789\r\n00\r\n\r\n", 99), "0123456789|");
  EXPECT_EQ(decode("5\r\nhello\r\n0\r\n", 99), "incomplete");
}

TEST(Chunks, ThatAreMalformedOrTooManyAreRefused) {
  EXPECT_EQ(decode("5\nhello\r\n0\r\n\r\n", 99), "400");
  EXPECT_EQ(decode("5\r\nhelloX\r\n0\r\n\r\n", 99), "400");
  EXPECT_EQ(decode("-5\r\nhello\r\n0\r\n\r\n", 99), "400");
  EXPECT_EQ(decode("0x5\r\nhello\r\n0\r\n\r\n", 99), "400");
  EXPECT_EQ(decode("\r\n\r\n", 99), "400");
  EXPECT_EQ(decode("5 5\r\nhello\r\n0\r\n\r\n", 99), "400");
  EXPECT_EQ(decode("FFFFFFFFFFFFFFFFF\r\n", 99), "400") << "more than 64 bits";
  EXPECT_EQ(decode("5;" + std::string(300, 'x') + "\r\nhello\r\n0\r\n\r\n", 99), "400");
  EXPECT_EQ(decode("FFFFFFFFFFFFFFFF\r\n", 99), "413");
  EXPECT_EQ(decode("5\r\nhello\r\n6\r\n", 99, 10), "413");
  EXPECT_EQ(decode("5\r\nhello\r\n5\r\nhello\r\n0\r\n\r\n", 99, 10), "hellohello|");
}

}  // namespace
}  // namespace oms::http1
