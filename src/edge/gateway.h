#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time_zone.h"
#include "edge/problem.h"
#include "messages/http.h"
#include "messages/log_levels.h"
#include "messages/message.h"
#include "messages/query.h"
#include "messages/reconciliation.h"
#include "ports/card_details.h"
#include "ports/identities.h"

namespace oms::edge {

// Hand this message to the runtime, and render what comes of it once it is committed.
struct Submit {
  Message message;
  bool is_urgent = false;  // cancellations and operators go ahead of new orders
  std::function<HttpResponse(const Result<Record>&)> render;
  // Whether it shows already what others have to say to it at once, such as what stock has. Where
  // they live apart it is read again until then, for two seconds at most. Null: they have nothing.
  bool (*is_settled)(const Record&) = nullptr;
};

// Read a list to its end, and hand the message in unless something on it speaks against that: then
// this is the answer.
struct SubmitUnless {
  Query query;
  std::function<std::optional<HttpResponse>(const Page&)> objection;
  Submit submit;
};

// Read these views outside the batch, and render them, in the order of the keys.
struct Get {
  std::vector<Key> keys;
  std::function<HttpResponse(const std::vector<Found>&)> render;
  bool is_last_instead = false;  // the last is read only if the first is not there
};

// Read one page of an index, and render it.
struct List {
  Query query;
  std::function<HttpResponse(const Page&)> render;
  // How many of those that follow are looked at, too, before it is rendered; 0: these are enough.
  // Where some are left out.
  std::function<std::size_t(const Page&)> look_on = {};
  // The list is of this, which is read before it, and rendered with it.
  std::optional<Key> of = {};
  std::function<HttpResponse(const Found& of, const Page&)> render_of = {};
};

// Keep the connection and send the changes of orders as server-sent events.
struct Follow {
  std::optional<Id> order_id;         // none: every order (the operator)
  std::string customer_id;            // of an order: who may see it
  std::optional<std::int64_t> after;  // the version that the client has seen (Last-Event-ID)
  std::vector<OrderStatus> only;      // of every order: just the changes to these; empty: all
  std::optional<Time> until = {};     // nothing later is shown: the caller's token has expired
};

// The payment provider's word: the signature is not yet checked.
struct Webhook {
  std::string signature;
  std::string body;
};

// The operator's own business with the process, which is not a message.
struct BackUp {
  Message note;      // that goes on record before it begins
  std::string path;  // as the operator wrote it; where backups may go is up to the process
};

// Compare the books with the payment provider's.
struct Reconcile {
  Message note;  // that goes on record before it begins
  ReconciliationRequest request;
};

// The comparison under way, or the last.
struct ShowReconciliation {};

// What all processes of the shop count.
struct ShowMetrics {};

struct HandleLogLevels {
  std::optional<Message> note = {};  // none: nothing is changed
  LogLevels wanted = {};
};

// What the edge has to do for a request. `HttpResponse`: nothing, this is the answer.
using Plan = std::variant<HttpResponse, Submit, SubmitUnless, Get, List, Follow, Webhook, BackUp,
                          Reconcile, ShowReconciliation, ShowMetrics, HandleLogLevels>;

struct GatewaySettings {
  std::string base_url;                                 // "http://127.0.0.1:8080"
  std::string operator_token;                           // empty: no operator can sign in
  std::function<std::string(std::string_view)> digest;  // hex SHA-256: keys and fingerprints
  TimeZone zone = {};                                   // the shop's: which day it is there
  std::string currency = {};                            // the shop's
  std::string phone_country = {};          // "+49": of phone numbers without one; empty: they stay
  std::string coordinator_prefix = {};     // "/shop": before /orders, /customers and /products
  std::optional<Face> only = {};           // the one face that is served; none: all are
  bool is_published = false;               // a proxy passes others' requests on to this machine
  Tokenize tokenize = {};                  // empty: the provider takes no card numbers from others
  const Identities* identities = nullptr;  // null: callers need not prove who they are
};

struct Caller;

// Turns HTTP requests into messages and records into HTTP responses. Pure: no socket, no clock, no
// store. Any thread. It must outlive the plans that it made.
class Gateway {
 public:
  explicit Gateway(GatewaySettings settings) : settings_(std::move(settings)) {}

  // By the request's bearer token. Errors: unauthorized, for a token that is not good.
  Result<Caller> caller_of(const HttpRequest& request, Time now) const;

  // What to do for this request of that caller. `fresh_id` is an id that was made for it and is
  // used if it begins an order. Paths that the gateway does not know give a 404 problem.
  Plan plan(const HttpRequest& request, Result<Caller> caller, const Id& fresh_id, Time now) const;

  // The pattern of the request's path: "/api/customers/{customerID}/orders". Empty: it has none.
  std::string pattern_of(const HttpRequest& request) const;

 private:
  GatewaySettings settings_;
};

}  // namespace oms::edge
