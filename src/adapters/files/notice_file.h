#pragma once

#include <string>

#include <boost/describe.hpp>

#include "base/id.h"
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

}  // namespace oms::files
