#pragma once

#include "messages/common.h"

namespace oms {

// Collect this amount by a link that the customer opens. Answered when the money is there.
struct CollectPayment {
  static constexpr auto to = ServiceName::payments;
  StepRef ref;
  std::string customer_id;
  std::vector<OrderLine> lines;
  MinorUnits amount = 0;
  std::string currency;
  Time expires_at;
};
BOOST_DESCRIBE_STRUCT(CollectPayment, (), (ref, customer_id, lines, amount, currency, expires_at))

// Whatever was done, make it so that the customer has paid nothing: expire the link, or refund.
// Answered only when the provider has said so.
struct UndoPayment {
  static constexpr auto to = ServiceName::payments;
  StepRef ref;
  Reason reason = Reason::none;
};
BOOST_DESCRIBE_STRUCT(UndoPayment, (), (ref, reason))

// What the provider told by webhook, or by a look-up.
enum class ProviderWord { open, paid, declined, expired, refunded };
BOOST_DESCRIBE_ENUM(ProviderWord, open, paid, declined, expired, refunded)

struct ProviderEvent {
  static constexpr auto to = ServiceName::payments;
  std::string event_id;  // the provider's; a repeated one is dropped
  std::string session_id;
  ProviderWord word = ProviderWord::open;
  MinorUnits amount = 0;
  std::string currency;
};
BOOST_DESCRIBE_STRUCT(ProviderEvent, (), (event_id, session_id, word, amount, currency))

// An effect: what the provider shall do. Repeating one with the same key changes nothing.
struct PaymentOperation {
  enum class Kind { create_link, expire_link, refund, look_up };
  BOOST_DESCRIBE_NESTED_ENUM(Kind, create_link, expire_link, refund, look_up)

  Kind kind = Kind::look_up;
  Id order_id;
  std::string idempotency_key;
  std::string session_id;  // of all but create_link
  MinorUnits amount = 0;   // of create_link and refund
  std::string currency;
  std::string customer_id;       // of create_link: for the pages to return to
  std::vector<OrderLine> lines;  // of create_link
  Time expires_at;               // of create_link
};

// How it ended. `unknown` means that it may or may not have been done: ask before going on.
struct PaymentOutcome {
  static constexpr auto to = ServiceName::payments;
  enum class Result { done, refused, unknown };
  BOOST_DESCRIBE_NESTED_ENUM(Result, done, refused, unknown)

  PaymentOperation::Kind kind = PaymentOperation::Kind::look_up;
  Result result = Result::unknown;
  ProviderWord word = ProviderWord::open;  // the session's state after it
  std::string session_id;
  std::string link;
  MinorUnits amount = 0;  // what the session has captured or the refund returned
  std::string currency;
  std::string detail;  // for the log, never with card data
};
BOOST_DESCRIBE_STRUCT(PaymentOutcome, (),
                      (kind, result, word, session_id, link, amount, currency, detail))

}  // namespace oms
