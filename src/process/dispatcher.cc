#include "process/dispatcher.h"

#include <pthread.h>

#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include <boost/asio/post.hpp>

#include "edge/order_answers.h"
#include "services/orders/records.h"

namespace oms::process {
namespace {

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

HttpResponse plain(int status, std::string body) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::move(body)};
}

HttpResponse misdirected(const std::string& host, const AllowedHosts& hosts) {
  return edge::problem(edge::misdirected,
                       "this server does not answer for the host " + host +
                           ", only for: " + hosts.text() +
                           ". If it is reached by that name, start it with --allow-host " + host +
                           " (OMS_ALLOW_HOST)");
}

}  // namespace

void Dispatcher::handle(HttpRequest request, HttpExchange exchange) {
  if (!parts_.hosts.allows(request.host)) {
    return exchange.answer(misdirected(request.host, parts_.hosts));
  }
  const bool is_api = request.path.starts_with("/api/");
  if (!is_api && (answer_probe(request, exchange) || answer_page(request, exchange))) return;
  if (request.path.starts_with("/checkout/") && parts_.checkout) {
    auto shared = std::make_shared<HttpExchange>(std::move(exchange));
    parts_.checkout(std::move(request),
                    [shared](HttpResponse response) { shared->answer(std::move(response)); });
    return;
  }
  auto plan =
      parts_.gateway.plan(request, parts_.ids.make(parts_.clock.now()), parts_.clock.wall());
  const auto* refusal = std::get_if<HttpResponse>(&plan);
  if (!is_api && refusal != nullptr && refusal->status == 404) {
    if (auto page = pages_.not_found(request)) return exchange.answer(*std::move(page));
  }
  carry_out(std::move(plan), std::move(exchange));
}

bool Dispatcher::is_probe(const HttpRequest& request) {
  const auto& path = request.path;
  return path == "/livez" || path == "/readyz" || path == "/metrics";
}

bool Dispatcher::answer_probe(const HttpRequest& request, HttpExchange& exchange) const {
  if (!is_probe(request)) return false;
  const auto& path = request.path;
  if (request.method != "GET") {
    exchange.answer(edge::wrong_method("GET, HEAD"));
  } else if (path == "/livez") {
    exchange.answer(plain(200, "ok\n"));
  } else if (path == "/readyz") {
    const bool is_ready = is_ready_.load();
    exchange.answer(is_ready ? plain(200, "ok\n") : plain(503, "not ready\n"));
  } else {
    exchange.answer({.content_type = "text/plain; version=0.0.4", .body = parts_.metrics()});
  }
  return true;
}

bool Dispatcher::answer_page(HttpRequest& request, HttpExchange& exchange) const {
  constexpr std::string_view checkout = "/checkout/";
  if (request.path.starts_with(checkout)) {
    if (request.path.find('/', checkout.size()) != std::string::npos) return false;
    request.path = "/checkout.html";
  }
  auto page = pages_.answer(request);
  if (!page) return false;
  exchange.answer(*std::move(page));
  return true;
}

void Dispatcher::carry_out(edge::Plan plan, HttpExchange exchange) {
  std::visit(Overloaded{
                 [&](HttpResponse response) { exchange.answer(std::move(response)); },
                 [&](edge::Submit s) { submit(std::move(s), std::move(exchange)); },
                 [&](edge::Get get) { read_aside(std::move(get), std::move(exchange)); },
                 [&](edge::List list) { read_aside(std::move(list), std::move(exchange)); },
                 [&](edge::Follow follow) { read_aside(std::move(follow), std::move(exchange)); },
                 [&](const edge::Webhook& webhook) {
                   auto shared = std::make_shared<HttpExchange>(std::move(exchange));
                   receive(webhook, [shared](HttpResponse r) { shared->answer(std::move(r)); });
                 },
                 [&](edge::BackUp back_up) {
                   exchange.take_long();
                   auto shared = std::make_shared<HttpExchange>(std::move(exchange));
                   parts_.back_up(std::move(back_up.path),
                                  [shared](HttpResponse r) { shared->answer(std::move(r)); });
                 },
             },
             std::move(plan));
}

void Dispatcher::submit(edge::Submit submit, HttpExchange exchange) {
  const auto lane = submit.is_urgent ? runtime::Lane::urgent : runtime::Lane::normal;
  parts_.runtime.offer(
      std::move(submit.message), lane,
      [exchange = std::move(exchange),
       render = std::move(submit.render)](Result<Record> result) mutable {
        exchange.answer([render = std::move(render), result = std::move(result)]() mutable {
          return render(result);
        });
      });
}

// A page that is not in memory takes the disk a millisecond: nobody else shall wait for that.
template <class Wanted>
void Dispatcher::read_aside(Wanted wanted, HttpExchange exchange) {
  boost::asio::post(
      reads_, [this, wanted = std::move(wanted), exchange = std::move(exchange)]() mutable {
        [[maybe_unused]] thread_local const int named =
            ::pthread_setname_np(::pthread_self(), "oms-read");
        try {
          answer(wanted, exchange);
        } catch (const std::exception& fault) {
          exchange.answer(edge::problem(
              Error{ErrorKind::internal, std::string{"the read threw: "} + fault.what()}));
        }
      });
}

void Dispatcher::answer(const edge::Get& get, HttpExchange& exchange) {
  std::vector<Found> found;
  for (const auto& key : get.keys) {
    if (get.is_last_instead && &key == &get.keys.back() && found.front().record) {
      found.emplace_back();
      break;
    }
    auto record = parts_.reader.get(key);
    if (!record) return exchange.answer(edge::problem(record.error()));
    found.push_back(*std::move(record));
  }
  exchange.answer(get.render(found));
}

void Dispatcher::answer(const edge::List& list, HttpExchange& exchange) {
  const auto page = parts_.reader.find(list.query);
  exchange.answer(page ? list.render(*page) : edge::problem(page.error()));
}

// It may have been archived; of another customer's order nothing is said.
HttpResponse Dispatcher::nothing_to_follow(const edge::Follow& follow) const {
  const auto entry = parts_.reader.get(key_of<orders::ArchivedOrder>(follow.order_id->text()));
  if (!entry) return edge::problem(entry.error());
  auto gone = edge::archived_order(entry->record, follow.customer_id);
  return gone ? *std::move(gone) : edge::no_such_order();
}

void Dispatcher::answer(edge::Follow& follow, HttpExchange& exchange) {
  if (!follow.order_id) {
    parts_.streams.follow(follow, exchange.start_stream());
    return;
  }
  const auto key = key_of<orders::Order>(follow.order_id->text());
  const auto now = parts_.reader.get(key);
  if (!now) return exchange.answer(edge::problem(now.error()));
  const auto* order = now->record ? now->record.as<orders::Order>() : nullptr;
  if (order == nullptr || order->customer_id != follow.customer_id) {
    return exchange.answer(nothing_to_follow(follow));
  }
  // 204 tells an EventSource not to come back: it has seen the last of this order.
  if (is_final(order->status) && follow.after && *follow.after >= order->version) {
    return exchange.answer({.status = 204});
  }
  // A version that the order has not reached is not one of its own: it was restored from a backup,
  // perhaps. The client has seen nothing of it then.
  if (follow.after > order->version) follow.after.reset();
  start_stream(follow, key, exchange);
}

// First watch, then read: what is committed in between is sent by one of the two. A stream that may
// have missed something ends, and its reader comes back.
void Dispatcher::start_stream(const edge::Follow& follow, const Key& order,
                              HttpExchange& exchange) {
  const auto stream = exchange.start_stream();
  parts_.streams.follow(follow, stream);
  const auto found = parts_.reader.get(order);
  const auto* current = found && found->record ? found->record.as<orders::Order>() : nullptr;
  if (current == nullptr) return stream->close();
  parts_.streams.show(*current);
}

void Dispatcher::receive(const edge::Webhook& webhook, Answer answer) {
  auto message = parts_.payments.read_webhook(webhook.signature, webhook.body, parts_.clock.wall());
  if (!message) {
    answer(edge::problem(message.error()));
    return;
  }
  const auto* told = std::get_if<ProviderEvent>(&message->payload);
  const bool is_dispute = told != nullptr && told->word == ProviderWord::dispute;
  if (message->order_id.is_nil() && !is_dispute) {  // an event that concerns no order of ours
    answer({.body = "{}"});
    return;
  }
  parts_.runtime.offer(
      *std::move(message), runtime::Lane::urgent,
      [answer = std::move(answer)](Result<Record> result) mutable {
        // What no rule can decide is kept among the dead letters. Told again it would be no better.
        const bool is_kept = result || result.error().kind == ErrorKind::internal;
        answer(is_kept ? HttpResponse{.body = "{}"} : edge::problem(result.error()));
      });
}

}  // namespace oms::process
