#include "tests/cluster/transcript.h"

#include <chrono>
#include <regex>
#include <thread>

#include "tests/support/json_field.h"

namespace oms::cluster {
namespace {

using namespace std::chrono_literals;

constexpr auto settled_after = 300ms;

// The headers that a caller acts on.
constexpr const char* compared[] = {"content-type",  "location",           "etag",
                                    "allow",         "retry-after",        "link",
                                    "cache-control", "idempotent-replayed"};

std::string masked(std::string text) {
  static const std::pair<std::regex, const char*> masks[] = {
      {std::regex{R"(http://127\.0\.0\.1:\d+)"}, "URL"},
      {std::regex{R"(\d{4}-\d\d-\d\dT[0-9:.]+Z)"}, "TIME"},
      {std::regex{R"("instance":"[^"]*")"}, R"("instance":"I")"},
      {std::regex{R"((c|p)(s|i)_(test_)?[0-9a-f_]+)"}, "SESSION"},
      {std::regex{R"("nextCursor":"[^"]*)"}, R"("nextCursor":"CURSOR)"},
      {std::regex{R"(cursor=[^&>"]*)"}, "cursor=CURSOR"},
      {std::regex{R"(:1[0-9]{12}\b)"}, ":MS"},
      {std::regex{R"([0-9a-f]{24})"}, "ID"},
      // Which of the provider's events have come by now.
      {std::regex{R"("events":\["evt[^\]]*\])"}, R"("events":EVENTS)"},
  };
  for (const auto& [mask, instead] : masks) text = std::regex_replace(text, mask, instead);
  return text;
}

Shop::Headers as_operator() {
  return {"Authorization: Bearer " + std::string{operator_token}};
}

}  // namespace

std::string Transcript::filled(std::string_view text) const {
  std::string out{text};
  for (const auto& [name, value] : captured_) {
    const auto place = "{" + name + "}";
    for (auto at = out.find(place); at != std::string::npos; at = out.find(place)) {
      out.replace(at, place.size(), value);
    }
  }
  return out;
}

void Transcript::note(std::string request, const http::Answer& answer) {
  auto text = std::to_string(answer.status) + "\n";
  for (const std::string name : compared) {
    const auto found = answer.headers.find(name);
    if (found != answer.headers.end()) text += name + ": " + found->second + "\n";
  }
  exchanges_.push_back({std::move(request), masked(text + answer.body)});
}

void Transcript::ask(std::string_view method, std::string_view path, std::string_view body,
                     const Capture& capture) {
  const auto answer = shop_.send(method, filled(path), filled(body));
  if (!capture.name.empty()) {
    captured_[capture.name] = testing::field(answer.body, capture.field);
  }
  note(std::string{method}.append(" ").append(path).append(" ").append(body.substr(0, 300)),
       answer);
}

void Transcript::ask_once(std::string_view key, std::string_view path, std::string_view body) {
  note(std::string{"POST "}.append(path).append(" with the key ").append(key),
       shop_.send("POST", path, body, {"Idempotency-Key: " + std::string{key}}));
}

void Transcript::patch(std::string_view path, std::string_view body, std::string_view version) {
  std::vector<std::string> headers{"Content-Type: application/merge-patch+json"};
  if (!version.empty()) headers.push_back("If-Match: " + std::string{version});
  note(std::string{"PATCH "}.append(path).append(" ").append(body).append(" of ").append(version),
       http::send({.method = "PATCH",
                   .url = shop_.url() + filled(path),
                   .headers = std::move(headers),
                   .body = std::string{body}}));
}

void Transcript::operate(std::string_view method, std::string_view path, std::string_view body) {
  note(std::string{"as the operator, "}.append(method).append(" ").append(path).append(" ").append(
           body),
       shop_.send_as_operator(method, filled(path), body));
}

void Transcript::begin(std::string_view path, std::string_view body) {
  const auto answer = shop_.send_as_operator("POST", filled(path), body);
  note(std::string{"as the operator, begin "}.append(path).append(" ").append(body),
       {.status = answer.status, .headers = {}, .body = {}});
}

void Transcript::ask_until(std::string_view text, std::string_view path) {
  until(text, path, {});
}

void Transcript::operate_until(std::string_view text, std::string_view path) {
  until(text, path, as_operator());
}

void Transcript::until(std::string_view text, std::string_view path, const Shop::Headers& headers) {
  http::Answer answer;
  auto changed_at = std::chrono::steady_clock::now();
  for (const auto end = changed_at + 15s; std::chrono::steady_clock::now() < end;
       std::this_thread::sleep_for(20ms)) {
    auto now = shop_.send("GET", filled(path), {}, headers);
    if (now.body != answer.body) changed_at = std::chrono::steady_clock::now();
    answer = std::move(now);
    const bool is_settled = std::chrono::steady_clock::now() > changed_at + settled_after;
    if (answer.body.contains(text) && is_settled) break;
  }
  note(std::string{"GET "}.append(path).append(" until ").append(text), answer);
}

void Transcript::pay(std::string_view path) {
  const auto order = shop_.send("GET", filled(path)).body;
  note(std::string{"payment of "}.append(path),
       {.status = cluster::pay(link_in(order)), .headers = {}, .body = {}});
}

}  // namespace oms::cluster
