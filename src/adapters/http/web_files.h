#pragma once

#include <span>
#include <string_view>

namespace oms {

// A file that the build has put into the binary: the pages of web/ and the API's description.
struct WebFile {
  std::string_view path;          // below the site's root, such as "/index.html"
  std::string_view content_type;  // as the header wants it, with the charset
  std::string_view body;
  std::string_view etag;  // strong and with its quotes: it changes whenever the body does
};

// Every embedded file. A folder's page is "/folder/index.html".
std::span<const WebFile> web_files();

}  // namespace oms
