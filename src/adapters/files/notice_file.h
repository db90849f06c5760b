#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/describe.hpp>

#include "base/id.h"
#include "base/result.h"
#include "messages/notifications.h"

namespace oms::files {

// One line of a day's file.
struct NoticeLine {
  std::string key;
  Id order_id;
  NoticeKind kind = NoticeKind::paid;
  Channel channel = Channel::email;
  std::string address;
  std::string name;
  std::string subject;
  std::string text;
  std::string at;
};
BOOST_DESCRIBE_STRUCT(NoticeLine, (),
                      (key, order_id, kind, channel, address, name, subject, text, at))

// The folder of the days' files, inside the data folder.
constexpr const char* folder_name = "notices";

// Those files, oldest first; none where there is no such folder. Errors: unavailable.
Result<std::vector<std::filesystem::path>> day_files(const std::filesystem::path& folder);

// Whom a line is about, without reading all of it; none: it is no notice.
std::optional<Id> order_of_line(std::string_view line);

}  // namespace oms::files
