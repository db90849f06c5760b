#include "edge/dispatcher.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "base/wipe.h"
#include "edge/caller.h"
#include "edge/log_levels_api.h"
#include "edge/metrics_api.h"
#include "edge/order_answers.h"
#include "edge/reconciliation_api.h"
#include "edge/routes.h"
#include "edge/traced_exchange.h"

namespace oms::edge {
namespace {

constexpr int settling_max = 4;  // that hold a thread for so long
constexpr std::chrono::seconds settled_within{2};
constexpr std::chrono::milliseconds settle_pause{10};

template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};

// For callers that keep their function longer than this call.
Dispatcher::Answer to(std::unique_ptr<Exchange> exchange) {
  return [exchange = std::move(exchange)](HttpResponse response) {
    exchange->answer(std::move(response));
  };
}

// Whom the caller's token names, if it is good, else the address.
std::string counted_as(const Result<Caller>& caller, const HttpRequest& request) {
  if (!caller || caller->identity.subject.empty()) return request.client;
  return "sub " + caller->identity.subject;
}

}  // namespace

void Dispatcher::handle(HttpRequest request, std::unique_ptr<Exchange> exchange) {
  const WipedAtEnd body{request.body};  // there may be a card in it
  const bool is_api = request.path.starts_with("/api/");
  if (!is_api && answer_page(request, *exchange)) return;
  if (request.path.starts_with("/checkout/") && parts_.checkout) {
    return parts_.checkout(std::move(request), to(std::move(exchange)));
  }
  if (parts_.meter != nullptr) {
    const auto* route = find_route(request.method, request.path).route;
    exchange = parts_.meter->metered(std::move(exchange), route);
  }
  const auto now = parts_.clock.wall();
  auto caller = parts_.gateway.caller_of(request, now);
  // What the payment provider tells is never too much.
  if (parts_.limiter != nullptr && request.path != "/webhook") {
    const auto per_minute = parts_.limiter->per_minute();
    const auto allowance = parts_.limiter->take(counted_as(caller, request), now);
    if (!allowance.is_allowed) return exchange->answer(too_many_requests(allowance, per_minute));
    exchange = telling_allowance(std::move(exchange), allowance, per_minute);
  }
  auto plan = parts_.gateway.plan(request, std::move(caller), parts_.make_id(), now);
  const auto* refusal = std::get_if<HttpResponse>(&plan);
  if (!is_api && refusal != nullptr && refusal->status == 404 && parts_.missing_page) {
    if (auto page = parts_.missing_page(request)) return exchange->answer(*std::move(page));
  }
  exchange = traced(std::move(exchange), plan, request, parts_.gateway, parts_.tracer);
  carry_out(std::move(plan), std::move(exchange));
}

bool Dispatcher::answer_page(HttpRequest& request, Exchange& exchange) const {
  constexpr std::string_view checkout = "/checkout/";
  if (!parts_.page) return false;
  if (request.path.starts_with(checkout)) {
    if (request.path.find('/', checkout.size()) != std::string::npos) return false;
    request.path = "/checkout.html";
  }
  auto page = parts_.page(request);
  if (!page) return false;
  exchange.answer(*std::move(page));
  return true;
}

void Dispatcher::carry_out(Plan plan, Asker exchange) {
  std::visit(Overloaded{
                 [&](HttpResponse response) { exchange->answer(std::move(response)); },
                 [&](Submit s) { submit(std::move(s), std::move(exchange)); },
                 [&](SubmitUnless s) { submit_aside(std::move(s), std::move(exchange)); },
                 [&](Get get) { read_aside(std::move(get), std::move(exchange)); },
                 [&](List list) { read_aside(std::move(list), std::move(exchange)); },
                 [&](Follow follow) { read_aside(std::move(follow), std::move(exchange)); },
                 [&](Webhook told) { receive(std::move(told), to(std::move(exchange))); },
                 [&](BackUp wanted) { back_up(std::move(wanted), std::move(exchange)); },
                 [&](Reconcile wanted) { reconcile(std::move(wanted), std::move(exchange)); },
                 [&](ShowReconciliation show) { read_aside(show, std::move(exchange)); },
                 [&](ShowMetrics show) { read_aside(show, std::move(exchange)); },
                 [&](HandleLogLevels wanted) { handle(std::move(wanted), std::move(exchange)); },
             },
             std::move(plan));
}

void Dispatcher::submit(Submit submit, Asker exchange) {
  parts_.commands.submit(
      std::move(submit.message), submit.is_urgent ? Lane::urgent : Lane::normal,
      [this, exchange = std::move(exchange), is_settled = submit.is_settled,
       render = std::move(submit.render)](Result<Record> result) mutable {
        const bool is_to_wait = is_settled != nullptr && result && *result && !is_settled(*result);
        if (is_to_wait && settling_.fetch_add(1) < settling_max) {
          return settle(is_settled, *std::move(result), std::move(render), std::move(exchange));
        }
        if (is_to_wait) settling_.fetch_sub(1);
        exchange->answer([render = std::move(render), result = std::move(result)]() mutable {
          return render(result);
        });
      });
}

// Others have yet to hear of it.
void Dispatcher::settle(bool (*is_settled)(const Record&), Record record, Render render,
                        Asker exchange) {
  parts_.views.aside([this, is_settled, record = std::move(record), render = std::move(render),
                      exchange = std::move(exchange)]() mutable {
    using Clock = std::chrono::steady_clock;
    for (const auto end = Clock::now() + settled_within; !is_settled(record);) {
      if (Clock::now() >= end) break;
      std::this_thread::sleep_for(settle_pause);
      Result<Found> found = fail(ErrorKind::internal, {});
      try {
        found = parts_.views.get(record.key());
      } catch (const std::exception& fault) {  // what was decided is shown, as it was then
        found = fail(ErrorKind::internal, fault.what());
      }
      if (!found || !found->record) break;
      record = found->record;
    }
    settling_.fetch_sub(1);
    exchange->answer([render = std::move(render), record = std::move(record)]() mutable {
      return render(record);
    });
  });
}

void Dispatcher::back_up(BackUp wanted, Asker exchange) {
  exchange->take_long();
  parts_.commands.submit(std::move(wanted.note), Lane::urgent,
                         [this, path = std::move(wanted.path),
                          exchange = std::move(exchange)](const Result<Record>& noted) mutable {
                           if (!noted) return exchange->answer(problem(noted.error()));
                           parts_.back_up(std::move(path), to(std::move(exchange)));
                         });
}

// The comparison may be another process's: asked where waiting is allowed.
void Dispatcher::reconcile(Reconcile wanted, Asker exchange) {
  if (parts_.reconciler == nullptr) return answer(ShowReconciliation{}, *exchange);
  auto note = wanted.note;
  parts_.commands.submit(std::move(note), Lane::urgent,
                         [this, wanted = std::move(wanted),
                          exchange = std::move(exchange)](const Result<Record>& noted) mutable {
                           if (!noted) return exchange->answer(problem(noted.error()));
                           read_aside(std::move(wanted), std::move(exchange));
                         });
}

void Dispatcher::answer(const Reconcile& wanted, Exchange& exchange) const {
  const auto begun = parts_.reconciler->start(wanted.request, wanted.note.by.value_or(By{}));
  exchange.answer(begun ? reconciliation(*begun, 202) : problem(begun.error()));
}

void Dispatcher::answer(ShowReconciliation, Exchange& exchange) const {
  if (parts_.reconciler == nullptr) {
    return exchange.answer(
        problem(Error{ErrorKind::not_found, "no books are compared by this process"}));
  }
  const auto last = parts_.reconciler->last();
  exchange.answer(last ? reconciliation(*last) : problem(last.error()));
}

void Dispatcher::answer(ShowMetrics, Exchange& exchange) const {
  if (parts_.metrics == nullptr) {
    return exchange.answer(problem(Error{ErrorKind::not_found, "nothing is counted here"}));
  }
  exchange.answer(metrics(parts_.metrics->gather()));
}

// A change goes on record first. The logs may be other processes': asked where waiting is allowed.
void Dispatcher::handle(HandleLogLevels wanted, Asker exchange) {
  if (!wanted.note || parts_.logs == nullptr) {
    return read_aside(std::move(wanted), std::move(exchange));
  }
  auto note = *std::move(wanted.note);
  parts_.commands.submit(std::move(note), Lane::urgent,
                         [this, wanted = std::move(wanted),
                          exchange = std::move(exchange)](const Result<Record>& noted) mutable {
                           if (!noted) return exchange->answer(problem(noted.error()));
                           read_aside(std::move(wanted), std::move(exchange));
                         });
}

void Dispatcher::answer(const HandleLogLevels& wanted, Exchange& exchange) const {
  if (parts_.logs == nullptr) {
    return exchange.answer(problem(Error{ErrorKind::not_found, "there are no logs here"}));
  }
  exchange.answer(log_levels(parts_.logs->set_levels(wanted.wanted)));
}

// A page that is not in memory takes the disk a millisecond: nobody else must wait for that.
template <class Wanted>
void Dispatcher::read_aside(Wanted wanted, Asker exchange) {
  parts_.views.aside([this, wanted = std::move(wanted), exchange = std::move(exchange)]() mutable {
    try {
      answer(wanted, *exchange);
    } catch (const std::exception& fault) {
      exchange->answer(
          problem(Error{ErrorKind::internal, std::string{"the read threw: "} + fault.what()}));
    }
  });
}

void Dispatcher::submit_aside(SubmitUnless wanted, Asker exchange) {
  parts_.views.aside([this, wanted = std::move(wanted), exchange = std::move(exchange)]() mutable {
    try {
      if (auto objection = objection_to(wanted)) return exchange->answer(*std::move(objection));
      submit(std::move(wanted.submit), std::move(exchange));
    } catch (const std::exception& fault) {
      if (!exchange) throw;
      exchange->answer(
          problem(Error{ErrorKind::internal, std::string{"the read threw: "} + fault.what()}));
    }
  });
}

std::optional<HttpResponse> Dispatcher::objection_to(const SubmitUnless& wanted) {
  for (auto query = wanted.query;;) {
    auto page = parts_.views.list(query);
    if (!page) return problem(page.error());
    if (auto objection = wanted.objection(*page)) return objection;
    if (!page->more) return std::nullopt;
    query.after = page->last;
  }
}

void Dispatcher::answer(const Get& get, Exchange& exchange) {
  std::vector<Found> found;
  for (const auto& key : get.keys) {
    if (get.is_last_instead && &key == &get.keys.back() && found.front().record) {
      found.emplace_back();
      break;
    }
    auto record = parts_.views.get(key);
    if (!record) return exchange.answer(problem(record.error()));
    found.push_back(*std::move(record));
  }
  exchange.answer(get.render(found));
}

Result<oms::Page> Dispatcher::read_page(const List& list) const {
  OMS_TRY(auto page, parts_.views.list(list.query));
  auto query = list.query;
  while (list.look_on && page.more) {
    query.limit = list.look_on(page);
    if (query.limit == 0) break;
    query.after = page.last;
    OMS_TRY(auto next, parts_.views.list(query));
    std::ranges::move(next.records, std::back_inserter(page.records));
    page.last = std::move(next.last);
    page.more = next.more;
  }
  return page;
}

void Dispatcher::answer(const List& list, Exchange& exchange) {
  Found of;
  if (list.of) {
    auto found = parts_.views.get(*list.of);
    if (!found) return exchange.answer(problem(found.error()));
    of = *std::move(found);
  }
  const auto page = read_page(list);
  if (!page) return exchange.answer(problem(page.error()));
  exchange.answer(list.of ? list.render_of(of, *page) : list.render(*page));
}

// It may have been archived; of another customer's order nothing is said.
HttpResponse Dispatcher::nothing_to_follow(const Follow& follow) const {
  const auto entry = parts_.views.get(key_of<ArchivedOrderView>(follow.order_id->text()));
  if (!entry) return problem(entry.error());
  auto gone = archived_order(entry->record, follow.customer_id);
  return gone ? *std::move(gone) : no_such_order();
}

void Dispatcher::answer(Follow& follow, Exchange& exchange) {
  if (!follow.order_id) {
    parts_.streams.follow(follow, exchange.start_stream());
    return;
  }
  const auto key = key_of<OrderView>(follow.order_id->text());
  const auto now = parts_.views.get(key);
  if (!now) return exchange.answer(problem(now.error()));
  const auto* order = now->record ? now->record.as<OrderView>() : nullptr;
  const bool is_theirs = order != nullptr && order->customer_id == follow.customer_id &&
                         order->face == Face::customers;
  if (!is_theirs) {
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
void Dispatcher::start_stream(const Follow& follow, const Key& order, Exchange& exchange) {
  const auto stream = exchange.start_stream();
  parts_.streams.follow(follow, stream);
  const auto found = parts_.views.get(order);
  const auto* current = found && found->record ? found->record.as<OrderView>() : nullptr;
  if (current == nullptr) return stream->close();
  parts_.streams.show(*current);
}

void Dispatcher::receive(Webhook webhook, Answer answer) {
  if (parts_.webhooks == nullptr) {
    return answer(problem(Error{ErrorKind::not_found, "no payment provider tells anything here"}));
  }
  parts_.webhooks->take(std::move(webhook.signature), std::move(webhook.body),
                        [answer = std::move(answer)](const Result<void>& taken) mutable {
                          answer(taken ? HttpResponse{.body = "{}"} : problem(taken.error()));
                        });
}

}  // namespace oms::edge
