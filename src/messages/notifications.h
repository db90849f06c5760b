#pragma once

#include "messages/orders.h"
#include "messages/record.h"
#include "messages/trace.h"

namespace oms {

// Orders announces what the customer should hear of. `sequence` is the order's version.
struct OrderAnnounced {
  static constexpr auto to = ServiceName::notifications;
  NoticeKind kind = NoticeKind::paid;
  std::int64_t order_number = 0;  // that people call the order by; 0: none
  std::int64_t sequence = 0;
  Contact customer;
  std::string summary;  // "2 × Cheese"
  MinorUnits total = 0;
  std::string currency;
  Reason reason = Reason::none;
  Fulfilment fulfilment = Fulfilment::delivery;
  Address address;
  std::string note;
  bool is_cooked = true;  // or goods from the shelf: nothing is prepared or brought
};
BOOST_DESCRIBE_STRUCT(OrderAnnounced, (),
                      (kind, order_number, sequence, customer, summary, total, currency, reason,
                       fulfilment, address, note, is_cooked))

// An effect: one message to one address. `key` is the same however often it is tried.
struct NoticeToSend {
  Id order_id;
  std::string key;
  NoticeKind kind = NoticeKind::paid;
  Channel channel = Channel::email;
  std::string address;
  std::string name;
  std::string subject;
  std::string text;
  std::string html = {};     // of an email, beside its text; empty: it has none
  std::int32_t attempt = 1;  // from 2 on it may have been sent before
  Trace trace = {};          // filled in by the runtime
};
BOOST_DESCRIBE_STRUCT(NoticeToSend, (),
                      (order_id, key, kind, channel, address, name, subject, text, html, attempt))

// How a try ended: `sent`, handed over for good; `failed`, and may go well the next time;
// `refused`, and would be each time, as where there is no such address. The others are told later
// of what was sent: that it has arrived, or that it cannot.
enum class NoticeResult { failed, sent, refused, delivered, undelivered };
BOOST_DESCRIBE_ENUM(NoticeResult, failed, sent, refused, delivered, undelivered)

struct NoticeOutcome {
  static constexpr auto to = ServiceName::notifications;
  NoticeKind kind = NoticeKind::paid;
  Channel channel = Channel::email;
  bool sent = false;  // how it was said before there was a result; only read
  NoticeResult result = NoticeResult::failed;
};
BOOST_DESCRIBE_STRUCT(NoticeOutcome, (), (kind, channel, sent, result))

inline NoticeResult result_of(const NoticeOutcome& outcome) {
  return outcome.sent ? NoticeResult::sent : outcome.result;
}

// What an order's customer was told, as it is kept: the edge shows it and does not look into it.
struct NoticesView;
const RecordType& record_type(const NoticesView*);

}  // namespace oms
