#include "adapters/curl/set_up.h"

#include <curl/curl.h>

#include <stdexcept>

namespace oms::curl {

void set_up_once() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (done != CURLE_OK) throw std::runtime_error("libcurl cannot be set up");
}

}  // namespace oms::curl
