#include "tests/cluster/http.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <stdexcept>

namespace oms::cluster::http {
namespace {

struct Close {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Close>;
using List = std::unique_ptr<curl_slist, Close>;

CURL* own_handle() {
  static const auto started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw std::runtime_error("curl does not start");
  thread_local const Handle handle{curl_easy_init()};
  curl_easy_reset(handle.get());  // its connections stay
  return handle.get();
}

std::size_t take_body(const char* bytes, std::size_t, std::size_t size, void* answer) {
  static_cast<Answer*>(answer)->body.append(bytes, size);
  return size;
}

std::size_t take_header(const char* bytes, std::size_t, std::size_t size, void* answer) {
  const std::string line{bytes, size};
  const auto colon = line.find(':');
  if (colon == std::string::npos) return size;
  auto name = line.substr(0, colon);
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto first = line.find_first_not_of(' ', colon + 1);
  const auto last = line.find_last_not_of(" \r\n");
  static_cast<Answer*>(answer)->headers[name] =
      first > last ? std::string{} : line.substr(first, last + 1 - first);
  return size;
}

List list_of(const std::vector<std::string>& headers) {
  List list;
  for (const auto& header : headers) {
    list.reset(curl_slist_append(list.release(), header.c_str()));
  }
  // Not the type that curl would give to a body by itself.
  const bool has_type = std::ranges::any_of(
      headers, [](const std::string& header) { return header.starts_with("Content-Type:"); });
  if (!has_type) list.reset(curl_slist_append(list.release(), "Content-Type:"));
  return list;
}

}  // namespace

Answer send(const Request& request) {
  auto* const curl = own_handle();
  Answer answer;
  const auto headers = list_of(request.headers);
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(curl, CURLOPT_NOBODY, request.method == "HEAD" ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
  if (!request.body.empty() || request.method == "POST") {
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
  if (curl_easy_perform(curl) != CURLE_OK) return {};
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

}  // namespace oms::cluster::http
