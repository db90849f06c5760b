#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "adapters/files/notice_file.h"

namespace oms::files {

// The notice as a mail: RFC 5322, with CRLF line ends, UTF-8 in MIME, and a Message-ID that follows
// from the notice's key. No text of the notice can add a header or end the head: control characters
// become spaces and everything beyond ASCII is encoded. Empty if the address is not one.
std::optional<std::string> write_mail(const NoticeLine& notice, std::string_view from);

// A name for a file or a Message-ID: the key itself, or a digest where it has unusual characters.
std::string safe_name(std::string_view key);

}  // namespace oms::files
