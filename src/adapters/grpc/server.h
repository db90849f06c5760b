#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/log_levels.h"
#include "messages/metrics.h"
#include "messages/question.h"
#include "ports/changes.h"
#include "ports/commands.h"
#include "ports/reconciler.h"
#include "ports/tracer.h"
#include "ports/views.h"
#include "ports/webhooks.h"

namespace oms::grpc_api {

// Who calls, as far as they have proved it.
struct GrpcCaller {
  std::string_view method;       // "/oms.v1.Orders/PlaceOrder"
  std::string_view token;        // of "authorization: Bearer …"; empty: none
  std::string_view certificate;  // the name in the client's certificate; empty: none
};

// Who that is to us.
struct GrpcStanding {
  bool is_ours = false;  // a process of the shop: what it says of whom it speaks for is believed
  std::string who = {};  // as whom they go on record where they speak for nobody; may be empty
};

// PEM texts. Without a certificate the connection is not encrypted.
struct GrpcTls {
  std::string certificate;  // of this process, with those that vouch for it
  std::string key;
  std::string authorities;  // who vouch for others; with it each peer must show a certificate
};

// When the certificate ends to be valid; of the authority's where there is no certificate. Errors:
// invalid, where they do not belong together or cannot be read.
Result<Time> valid_until(const GrpcTls& tls);

struct GrpcServerParts {
  std::vector<ServiceName> services;  // that live here: their methods are served
  Commands& commands;
  Views& views;
  std::function<Result<Answer>(const Question&)> answer;  // any thread
  Changes* changes = nullptr;                    // of orders; null where they live elsewhere
  Webhooks* webhooks = nullptr;                  // null where payments lives elsewhere
  Reconciler* reconciler = nullptr;              // null: nobody compares books here
  Tracer* tracer = nullptr;                      // null: no spans
  std::function<ProcessMetrics()> metrics = {};  // any thread; empty: nothing is counted
  // Changes what is named, and says what holds then. Any thread; empty: there are no logs.
  std::function<Result<LogLevels>(const LogLevels&)> set_log_levels = {};
  // Whether the caller may use the method, and who it is. Errors: unauthorized, forbidden. Empty:
  // everybody may, for only our own processes reach it.
  std::function<Result<GrpcStanding>(const GrpcCaller&)> authorize = {};
  std::function<void(const std::string&)> warn = {};  // any thread
  // For orders that are placed without an id. Empty: they are refused. Any thread.
  std::function<Id()> make_id = {};
};

// Serves oms.v1 with the methods of the services here, the standard health service by service
// ("oms.v1.Orders", and "" for all), and reflection.
class GrpcServer {
 public:
  // `listen`: "host:port"; port 0: any that is free. Nothing is answered before `start`. Errors:
  // invalid (the address or the certificate), unavailable (the port is taken).
  static Result<std::unique_ptr<GrpcServer>> open(const std::string& listen, const GrpcTls& tls,
                                                  GrpcServerParts parts);
  virtual ~GrpcServer() = default;

  virtual int port() const = 0;
  virtual void start() = 0;
  // What health says; before the first call NOT_SERVING.
  virtual void set_serving(bool is_serving) = 0;
  // Health says NOT_SERVING, new calls are refused as UNAVAILABLE, those under way are answered,
  // within a bound; streams end. After it no part is called any more.
  virtual void stop() = 0;
};

}  // namespace oms::grpc_api
