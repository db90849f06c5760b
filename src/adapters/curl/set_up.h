#pragma once

#include <curl/curl.h>

// What every user of libcurl needs.
namespace oms::curl {

struct FreeEasy {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

// Sets libcurl up, once for the process. Any thread. Throws std::runtime_error if it cannot be.
void set_up_once();

}  // namespace oms::curl
