#pragma once

#include <array>
#include <boost/describe.hpp>
#include <string_view>

#include "messages/notifications.h"
#include "messages/record.h"

namespace oms::notifications {

// One message to one address, once per order, kind and channel.
struct Notice {
  static constexpr std::array<std::string_view, 4> personal{"address", "subject", "text", "html"};
  NoticeKind kind = NoticeKind::paid;
  Channel channel = Channel::email;
  NoticeStatus status = NoticeStatus::pending;
  std::int32_t attempt = 0;
  std::string address;
  std::string subject;
  std::string text;  // dropped once it is sent, as its HTML is
  std::string html = {};
};
BOOST_DESCRIBE_STRUCT(Notice, (), (kind, channel, status, attempt, address, subject, text, html))

// What one order's customer was told, and is to be.
struct Notices {
  static constexpr std::array<std::string_view, 1> personal{"name"};
  Id id;                      // the order's
  std::string name;           // the customer's
  std::int64_t sequence = 0;  // the order's version of the last announcement; older ones are stale
  std::vector<Notice> notices;
  std::optional<Time> due;       // while one is pending
  bool erase_requested = false;  // once none is
};
BOOST_DESCRIBE_STRUCT(Notices, (), (id, name, sequence, notices, due, erase_requested))

const RecordType& record_type(const Notices*);

}  // namespace oms::notifications
