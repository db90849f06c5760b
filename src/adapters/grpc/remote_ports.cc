#include "adapters/grpc/remote_ports.h"

#include <pthread.h>

#include <algorithm>
#include <array>
#include <future>
#include <mutex>
#include <utility>

#include <boost/asio/post.hpp>

#include "adapters/grpc/call_context.h"
#include "adapters/grpc/linked.h"
#include "adapters/grpc/mapping.h"
#include "adapters/grpc/runs.h"
#include "adapters/grpc/view_codecs.h"
#include "messages/pages.h"

namespace oms::grpc_api {
namespace {

using OwnedMessage = std::unique_ptr<pb::Message>;

// The bytes of a message of that type, as `write` fills it in.
template <class Write>
std::string written(const pb::Descriptor& type, Write write) {
  const OwnedMessage message{make_message(type)};
  write(*message);
  return message->SerializeAsString();
}

Result<OwnedMessage> parsed(const pb::Descriptor& type, const Result<std::string>& bytes) {
  if (!bytes) return std::unexpected(bytes.error());
  OwnedMessage message{make_message(type)};
  if (!message->ParseFromString(*bytes)) {
    return fail(ErrorKind::internal, "what was answered is no " + type.full_name());
  }
  return message;
}

// What a peer says that we cannot read is its fault, not the caller's.
template <class T>
Result<T> as_peers_fault(Result<T> result) {
  if (!result) result.error().kind = ErrorKind::internal;
  return result;
}

std::future<Result<std::string>> begin(Channels& channels, Outgoing outgoing) {
  auto promise = std::make_shared<std::promise<Result<std::string>>>();
  auto answer = promise->get_future();
  channels.call(std::move(outgoing),
                [promise](Result<std::string> bytes) { promise->set_value(std::move(bytes)); });
  return answer;
}

std::string traceparent_of(const Trace& trace) {
  return to_traceparent(trace);
}

Outgoing command(const Method& method, ServiceName home, const Message& message) {
  return {.method = &method,
          .home = home,
          .request = written(*method.request,
                             [&](pb::Message& to) { write_command(method, message, to); }),
          .traceparent = traceparent_of(message.trace),
          .context = context_of(message, false),
          .retry_context = context_of(message, true)};
}

Result<Record> shown(const Method& method, const Result<std::string>& bytes) {
  OMS_TRY(const auto answer, parsed(*method.answer, bytes));
  return as_peers_fault(method.view->read(*answer));
}

// One command for all homes: the one whose business it is says what has come of it, and the others
// that they know of no such thing.
class Chorus {
 public:
  Chorus(std::size_t voices, Respond respond) : missing_(voices), respond_(std::move(respond)) {}

  void hear(Result<Record> result) {
    std::unique_lock lock{mutex_};
    const auto weight_of = [](const Result<Record>& r) {
      if (r) return 2;
      return r.error().kind == ErrorKind::not_found ? 0 : 1;
    };
    if (!best_ || weight_of(result) > weight_of(*best_)) best_ = std::move(result);
    if (--missing_ > 0) return;
    lock.unlock();
    respond_(*std::move(best_));
  }

 private:
  std::mutex mutex_;
  std::size_t missing_;
  std::optional<Result<Record>> best_;
  Respond respond_;
};

}  // namespace

// The server knows each command's lane.
void RemoteCommands::submit(Message message, Lane, Respond respond) {
  const auto* const method = method_of(message.payload);
  if (method == nullptr) {
    return respond(fail(ErrorKind::internal, "this command does not travel"));
  }
  if (auto span = begin_span(tracer_, service_, method->path.substr(1), SpanKind::client,
                             message.trace, message.order_id)) {
    span->attributes = {{"rpc.system.name", "grpc"}, {"rpc.method", method->path.substr(1)}};
    message.trace = span->trace;
    respond = [span = std::move(span), tracer = tracer_,
               respond = std::move(respond)](Result<Record> result) mutable {
      if (!result) span->error = fault_in(result.error());
      end_span(*tracer, *std::move(span));
      respond(std::move(result));
    };
  }
  if (method->at != ServiceName::world) {
    return channels_.call(
        command(*method, channels_.home_of(method->at), message),
        [method, respond = std::move(respond)](const Result<std::string>& bytes) mutable {
          respond(shown(*method, bytes));
        });
  }
  const auto chorus = std::make_shared<Chorus>(channels_.homes().size(), std::move(respond));
  for (const auto home : channels_.homes()) {
    channels_.call(command(*method, home, message),
                   [method, chorus](const auto& bytes) { chorus->hear(shown(*method, bytes)); });
  }
}

void RemoteViews::aside(std::move_only_function<void()> work) {
  boost::asio::post(threads_, [work = std::move(work)]() mutable {
    [[maybe_unused]] thread_local const int named =
        ::pthread_setname_np(::pthread_self(), "oms-remote");
    work();
  });
}

namespace {

std::vector<ServiceName> homes_of(const Method& method, const Channels& channels) {
  if (method.at == ServiceName::world) return channels.homes();
  return {channels.home_of(method.at)};
}

// Asks all of them at once.
std::vector<Result<std::string>> ask_all(Channels& channels, const Method& method,
                                         const std::string& request) {
  std::vector<std::future<Result<std::string>>> asked;
  for (const auto home : homes_of(method, channels)) {
    asked.push_back(begin(channels, {.method = &method, .home = home, .request = request}));
  }
  std::vector<Result<std::string>> answers;
  for (auto& answer : asked) answers.push_back(answer.get());
  return answers;
}

const Method& known(const Method* method, const RecordType& type) {
  if (method == nullptr) throw std::logic_error(std::string{type.table} + " does not travel");
  return *method;
}

}  // namespace

Result<Found> RemoteViews::get(const Key& key) {
  const auto& method = known(method_of(Kind::get, *key.type), *key.type);
  const auto request =
      written(*method.request, [&](pb::Message& message) { write_key(key, message); });
  Result<Found> best = Found{};
  for (auto& bytes : ask_all(channels_, method, request)) {
    if (!bytes && bytes.error().kind == ErrorKind::not_found) continue;
    OMS_TRY(const auto answer, parsed(*method.answer, bytes));
    return as_peers_fault(read_found(*method.view, *answer));
  }
  return best;
}

Result<Page> RemoteViews::list(const Query& query) {
  const auto& method = known(method_of(Kind::list, *query.type), *query.type);
  const auto request =
      written(*method.request, [&](pb::Message& message) { write_query(query, message); });
  std::vector<Page> pages;
  for (const auto& bytes : ask_all(channels_, method, request)) {
    OMS_TRY(const auto answer, parsed(*method.answer, bytes));
    OMS_TRY(auto page, as_peers_fault(read_page(*method.view, *answer)));
    pages.push_back(std::move(page));
  }
  return merged(std::move(pages), query);
}

void RemotePeers::ask(const Question& question, OnAnswer on_answer) {
  const auto& method = *method_of(question);
  channels_.call(
      {.method = &method,
       .home = channels_.home_of(asked(question)),
       .request = written(*method.request,
                          [&](pb::Message& message) { method.write_question(question, message); })},
      [&method, on_answer = std::move(on_answer)](const Result<std::string>& bytes) {
        const auto message = parsed(*method.answer, bytes);
        on_answer(message ? as_peers_fault(method.read_answer(**message))
                          : Result<Answer>{std::unexpected(message.error())});
      });
}

void RemoteWebhooks::take(std::string signature, std::string body, Done done) {
  const auto& method = only_method(Kind::webhook);
  const WebhookRequest told{.signature = std::move(signature), .body = std::move(body)};
  channels_.call({.method = &method,
                  .home = channels_.home_of(method.at),
                  .request = written(*method.request,
                                     [&](pb::Message& message) { write_message(told, message); })},
                 [done = std::move(done)](const Result<std::string>& taken) mutable {
                   done(taken ? Result<void>{} : std::unexpected(taken.error()));
                 });
}

namespace {

Result<Reconciliation> ask_for_run(Channels& channels, const Method& method, std::string request) {
  auto asked = begin(
      channels,
      {.method = &method, .home = channels.home_of(method.at), .request = std::move(request)});
  OMS_TRY(const auto answer, parsed(*method.answer, asked.get()));
  Reconciliation run;
  OMS_CHECK(as_peers_fault(read_message(*answer, run)));
  return run;
}

}  // namespace

Result<Reconciliation> RemoteReconciler::start(const ReconciliationRequest& request, By by) {
  const auto& method = only_method(Kind::start_run);
  const RunRequest wanted{
      .must_repair = request.must_repair, .since = request.since, .by = std::move(by)};
  return ask_for_run(channels_, method, written(*method.request, [&](pb::Message& message) {
                       write_message(wanted, message);
                     }));
}

Result<Reconciliation> RemoteReconciler::last() const {
  return ask_for_run(channels_, only_method(Kind::last_run), {});
}

namespace {

// Asks every process that the registry knows, one with several homes at each of their addresses.
// Those that do not answer as they should are in `unreached`.
template <class T>
std::vector<T> ask_all(Channels& channels, const Method& method, const std::string& request,
                       std::vector<std::string>& unreached) {
  struct Asked {
    std::string address;
    std::future<Result<std::string>> answer;
  };
  std::vector<Asked> asked;
  for (const auto home : channels.homes()) {
    for (auto& instance : channels.instances_of(home)) {
      auto address = instance->address;
      asked.push_back(
          {.address = std::move(address),
           .answer = begin(channels,
                           {.method = &method, .home = home, .request = request, .at = instance})});
    }
  }
  std::vector<T> answers;
  for (auto& [address, answer] : asked) {
    const auto message = parsed(*method.answer, answer.get());
    T read;
    if (message && read_message(**message, read)) {
      answers.push_back(std::move(read));
    } else {
      unreached.push_back(std::move(address));
    }
  }
  return answers;
}

}  // namespace

GatheredMetrics RemoteMetrics::gather() {
  GatheredMetrics gathered;
  auto& known = gathered.processes;
  for (auto& counted :
       ask_all<ProcessMetrics>(channels_, only_method(Kind::metrics), {}, gathered.unreached)) {
    const bool is_known =
        std::ranges::find(known, counted.process, &ProcessMetrics::process) != known.end();
    if (!is_known) known.push_back(std::move(counted));
  }
  return gathered;
}

GatheredLogLevels RemoteLogs::set_levels(const LogLevels& wanted) {
  const auto& method = only_method(Kind::logs);
  const auto request =
      written(*method.request, [&](pb::Message& message) { write_message(wanted, message); });
  GatheredLogLevels gathered;
  for (auto& answer : ask_all<LogLevels>(channels_, method, request, gathered.unreached)) {
    add_missing(std::move(answer), gathered.levels);
  }
  return gathered;
}

}  // namespace oms::grpc_api
