#pragma once

#include <optional>
#include <span>

#include "adapters/http/web_files.h"
#include "messages/http.h"

namespace oms {

// Answers a request for one of the embedded files, or nothing if there is no such file: then the
// path belongs to somebody else. "/" is the page "/index.html", and so in every folder. Browsers
// may keep the files but ask each time whether they have changed (304 if not).
class StaticPages {
 public:
  explicit StaticPages(std::span<const WebFile> files = web_files()) : files_(files) {}

  std::optional<HttpResponse> answer(const HttpRequest& request) const;

  // The page "/404.html" for a browser that was led where nothing is; nothing for other clients,
  // which do not ask for HTML.
  std::optional<HttpResponse> not_found(const HttpRequest& request) const;

 private:
  const WebFile* find(std::string_view path) const;

  std::span<const WebFile> files_;
};

}  // namespace oms
