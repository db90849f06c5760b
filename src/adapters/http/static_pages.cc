#include "adapters/http/static_pages.h"

#include <algorithm>
#include <string>

#include "adapters/http/answer.h"
#include "adapters/http/http1.h"

namespace oms {
namespace {

// If-None-Match compares weakly: W/ makes no difference.
bool has_etag(std::string_view list, std::string_view etag) {
  if (list == "*") return true;
  while (!list.empty()) {
    auto candidate = http1::take_element(list);
    if (candidate.starts_with("W/")) candidate.remove_prefix(2);
    if (candidate == etag) return true;
  }
  return false;
}

}  // namespace

const WebFile* StaticPages::find(std::string_view path) const {
  const auto found = std::ranges::find(files_, path, &WebFile::path);
  return found != files_.end() ? &*found : nullptr;
}

std::optional<HttpResponse> StaticPages::answer(const HttpRequest& request) const {
  const auto* file =
      request.path.ends_with('/') ? find(request.path + "index.html") : find(request.path);
  if (file == nullptr) return std::nullopt;
  if (request.method != "GET") {
    auto refusal = http1::problem(405, "This is a page: it can only be read.");
    refusal.headers.emplace_back("Allow", "GET, HEAD");
    return refusal;
  }
  HttpResponse page;
  page.content_type = file->content_type;
  page.headers = {{"ETag", std::string(file->etag)}, {"Cache-Control", "no-cache"}};
  if (has_etag(request.header("if-none-match"), file->etag)) {
    page.status = 304;
  } else {
    page.body = file->body;
  }
  return page;
}

std::optional<HttpResponse> StaticPages::not_found(const HttpRequest& request) const {
  const auto* file = find("/404.html");
  const bool is_browser = request.header("accept").find("text/html") != std::string_view::npos;
  if (file == nullptr || !is_browser || request.method != "GET") return std::nullopt;
  HttpResponse page{.status = 404, .content_type = std::string{file->content_type}};
  page.headers = {{"Cache-Control", "no-cache"}, {"Vary", "Accept"}};
  page.body = file->body;
  return page;
}

}  // namespace oms
