#include "adapters/grpc/served.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "adapters/grpc/linked.h"
#include "adapters/grpc/mapping.h"
#include "adapters/grpc/runs.h"
#include "adapters/grpc/view_codecs.h"

namespace oms::grpc_api {
namespace {

Error stopping() {
  return {ErrorKind::unavailable, "this process is stopping"};
}

Served::Render refusal(Error error) {
  return [error = std::move(error)]() -> Result<std::string> { return std::unexpected(error); };
}

Result<std::string> bytes_of(const pb::Message& message) {
  std::string bytes;
  if (message.SerializeToString(&bytes)) return bytes;
  return fail(ErrorKind::internal, "an answer holds text that is not UTF-8");
}

// Writes `value` by `write` into a new message of that type.
template <class Write>
Result<std::string> rendered(const pb::Descriptor& type, Write write) {
  const std::unique_ptr<pb::Message> message{make_message(type)};
  if (!write(*message)) {
    return fail(ErrorKind::internal, "the answer is no " + type.full_name());
  }
  return bytes_of(*message);
}

template <class T>
Served::Render showing(const Method& method, T value) {
  return [&method, value = std::move(value)] {
    return rendered(*method.answer, [&](pb::Message& message) {
      write_message(value, message);
      return true;
    });
  };
}

}  // namespace

bool Served::serves(const Method& method) const {
  if (method.kind == Kind::webhook && parts_.webhooks == nullptr) return false;
  if (method.kind == Kind::follow && parts_.changes == nullptr) return false;
  if (method.kind == Kind::metrics && !parts_.metrics) return false;
  if (method.kind == Kind::logs && !parts_.set_log_levels) return false;
  if (method.service == "Reconciler") return parts_.reconciler != nullptr;
  const auto at = home_of(method.service);
  return at == ServiceName::world ||
         std::ranges::find(parts_.services, at) != parts_.services.end();
}

void Served::serve(const Method& method, std::string bytes, CallMetadata metadata, Reply reply) {
  Message request{make_message(*method.request)};
  if (!request->ParseFromString(bytes)) {
    return reply(refusal({ErrorKind::invalid, "the request is no " + method.request->full_name()}));
  }
  const Gate::Entry entry{gate_};
  if (!entry) return reply(refusal(stopping()));
  if (method.kind == Kind::command) {
    command(method, *request, bytes, metadata, std::move(reply));
  } else if (method.kind == Kind::webhook) {
    webhook(method, *request, std::move(reply));
  } else {
    aside(method, std::move(request), std::move(metadata.caller), std::move(reply));
  }
}

void Served::command(const Method& method, const pb::Message& request, std::string_view bytes,
                     const CallMetadata& metadata, Reply reply) {
  auto message = read_command(method, request, bytes, metadata, parts_.make_id);
  if (!message) return reply(refusal(std::move(message).error()));
  const auto parent = message->trace != Trace{} ? message->trace : order_trace(message->order_id);
  auto span = begin_span(parts_.tracer, json::name_of(parts_.services.front()),
                         method.path.substr(1), SpanKind::server, parent, message->order_id);
  if (span) {
    const bool begins = message->trace == Trace{} && message->fresh;  // an order's own trace
    if (begins) span->trace = parent;
    if (begins) span->parent = {};
    span->attributes = {{"rpc.system.name", "grpc"}, {"rpc.method", method.path.substr(1)}};
    message->trace = span->trace;
  }
  parts_.commands.submit(*std::move(message), method.lane,
                         [&method, span = std::move(span), tracer = parts_.tracer,
                          reply = std::move(reply)](Result<Record> result) mutable {
                           if (span) {
                             if (!result) span->error = fault_in(result.error());
                             end_span(*tracer, *std::move(span));
                           }
                           reply([&method, result = std::move(result)]() -> Result<std::string> {
                             OMS_TRY(const auto record, result);
                             return rendered(*method.answer, [&](pb::Message& answer) {
                               return !record || method.view->write(record, answer);
                             });
                           });
                         });
}

void Served::webhook(const Method& method, const pb::Message& request, Reply reply) {
  WebhookRequest told;
  if (auto read = read_message(request, told); !read) {
    return reply(refusal(std::move(read).error()));
  }
  parts_.webhooks->take(std::move(told.signature), std::move(told.body),
                        [&method, reply = std::move(reply)](Result<void> taken) mutable {
                          reply([&method, taken = std::move(taken)]() -> Result<std::string> {
                            OMS_CHECK(taken);
                            return rendered(*method.answer, [](pb::Message&) { return true; });
                          });
                        });
}

// What waits for a disk or a network is done where that is allowed.
void Served::aside(const Method& method, Message request, GrpcStanding caller, Reply reply) {
  parts_.views.aside([this, &method, request = std::move(request), caller = std::move(caller),
                      reply = std::move(reply)]() mutable {
    const Gate::Entry entry{gate_};
    if (!entry) return reply(refusal(stopping()));
    Result<Render> done = fail(ErrorKind::internal, {});
    try {
      done = method.kind == Kind::get || method.kind == Kind::list ? read(method, *request)
                                                                   : run(method, *request, caller);
    } catch (const std::exception& fault) {
      done = fail(ErrorKind::internal, std::string{"the read threw: "} + fault.what());
    }
    reply(done ? *std::move(done) : refusal(std::move(done).error()));
  });
}

Result<Served::Render> Served::read(const Method& method, const pb::Message& request) {
  if (method.kind == Kind::list) {
    OMS_TRY(const auto owned, read_query(*method.view, request));
    OMS_TRY(auto page, parts_.views.list(owned.query));
    return [&method, page = std::move(page)] {
      return rendered(*method.answer,
                      [&](pb::Message& answer) { return write_page(*method.view, page, answer); });
    };
  }
  OMS_TRY(const auto key, read_key(*method.view, request));
  OMS_TRY(auto found, parts_.views.get(key));
  if (!found.record && !found.is_newer) {
    return fail(ErrorKind::not_found,
                std::string{method.view->type->table} + " has no " + std::string{key.id.view()});
  }
  return [&method, found = std::move(found)] {
    return rendered(*method.answer,
                    [&](pb::Message& answer) { return write_found(*method.view, found, answer); });
  };
}

Result<Served::Render> Served::run(const Method& method, const pb::Message& request,
                                   const GrpcStanding& caller) {
  if (method.kind == Kind::question) {
    OMS_TRY(const auto asked, method.read_question(request));
    OMS_TRY(auto answer, parts_.answer(asked));
    return [&method, answer = std::move(answer)] {
      return rendered(*method.answer, [&](pb::Message& message) {
        method.write_answer(answer, message);
        return true;
      });
    };
  }
  if (method.kind == Kind::metrics) return showing(method, parts_.metrics());
  if (method.kind == Kind::logs) {
    LogLevels wanted;
    OMS_CHECK(read_message(request, wanted));
    OMS_TRY(auto levels, parts_.set_log_levels(wanted));
    return showing(method, std::move(levels));
  }
  Result<Reconciliation> seen = fail(ErrorKind::internal, {});
  if (method.kind == Kind::start_run) {
    RunRequest wanted;
    OMS_CHECK(read_message(request, wanted));
    const bool speaks_for_another = caller.is_ours && wanted.by;
    seen = parts_.reconciler->start({.must_repair = wanted.must_repair, .since = wanted.since},
                                    speaks_for_another ? *wanted.by : outsider(caller));
  } else {
    seen = parts_.reconciler->last();
  }
  OMS_TRY(auto run, std::move(seen));
  return showing(method, std::move(run));
}

}  // namespace oms::grpc_api
