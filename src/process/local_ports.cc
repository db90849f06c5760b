#include "process/local_ports.h"

#include <pthread.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <span>
#include <utility>

#include <boost/asio/post.hpp>

#include "runtime/audit.h"
#include "runtime/records.h"
#include "services/coordinator/records.h"
#include "services/delivery/records.h"
#include "services/kitchen/records.h"
#include "services/notifications/records.h"
#include "services/orders/records.h"
#include "services/payments/records.h"
#include "services/stock/records.h"

namespace oms::process {
namespace {

// What others see of one type of record.
struct Shown {
  const RecordType* view;
  const RecordType* record;
  Record (*show)(const Record&);
};

// As its service says in `view`.
template <class T, class View>
Shown shown() {
  return {&type_of<View>(), &type_of<T>(),
          [](const Record& record) { return make_record(View{view(*record.as<T>())}); }};
}

// All of it, for those who do not look into it.
template <class T, class View>
Shown kept() {
  return {&type_of<View>(), &type_of<T>(), [](const Record& record) { return record; }};
}

std::span<const Shown> all_shown() {
  static const std::array all{shown<orders::Order, OrderView>(),
                              shown<orders::ArchivedOrder, ArchivedOrderView>(),
                              shown<orders::ErasedCustomer, ErasedCustomerView>(),
                              shown<stock::Item, ItemView>(),
                              kept<stock::Reservation, ReservationView>(),
                              kept<payments::Payment, PaymentView>(),
                              shown<payments::Account, AccountView>(),
                              kept<kitchen::Ticket, TicketView>(),
                              kept<delivery::Delivery, DeliveryView>(),
                              kept<notifications::Notices, NoticesView>(),
                              shown<stock::Movement, MovementView>(),
                              shown<runtime::AuditEntry, AuditView>(),
                              shown<coordinator::Saga, SagaView>(),
                              kept<runtime::DeadLetter, DeadLetterView>()};
  return all;
}

Result<Shown> behind(const RecordType& view) {
  const auto it = std::ranges::find(all_shown(), &view, &Shown::view);
  if (it != all_shown().end()) return *it;
  return fail(ErrorKind::internal, "nobody shows " + std::string{view.table});
}

// What is shown of the record; none of one that nobody shows.
Record view_of(const Record& record) {
  if (!record) return {};
  const auto it = std::ranges::find(all_shown(), &record.type(), &Shown::record);
  return it != all_shown().end() ? it->show(record) : Record{};
}

}  // namespace

void LocalCommands::submit(Message message, Lane lane, Respond respond) {
  host_.offer(std::move(message), lane,
              [respond = std::move(respond)](const Result<Record>& result) mutable {
                respond(result ? Result<Record>{view_of(*result)} : result);
              });
}

void LocalWebhooks::take(std::string signature, std::string body, Done done) {
  auto message = provider_.read_webhook(signature, body, clock_.wall());
  if (!message) return done(std::unexpected(std::move(message).error()));
  intake_.take(*std::move(message), std::move(done));
}

Result<Found> LocalViews::get(const Key& key) {
  OMS_TRY(const auto shown, behind(*key.type));
  OMS_TRY(auto found, reader_.get({shown.record, key.id}));
  if (found.record) found.record = shown.show(found.record);
  return found;
}

Result<Page> LocalViews::list(const Query& query) {
  OMS_TRY(const auto shown, behind(*query.type));
  auto kept = query;
  kept.type = shown.record;
  OMS_TRY(auto page, reader_.find(kept));
  for (auto& found : page.records) {
    if (found.record) found.record = shown.show(found.record);
  }
  return page;
}

void LocalViews::aside(std::move_only_function<void()> work) {
  boost::asio::post(threads_, [work = std::move(work)]() mutable {
    [[maybe_unused]] thread_local const int named =
        ::pthread_setname_np(::pthread_self(), "oms-read");
    work();
  });
}

void LocalViews::stop() {
  threads_.stop();
  threads_.join();
}

bool LocalChanges::follows(const RecordType& type) const {
  const auto* const sink = sink_.load();
  return sink != nullptr && &type == &type_of<orders::Order>() && sink->is_wanted();
}

// A commit may have taken an order through several steps: the last event has all of it, and the
// first says from which version on.
void LocalChanges::observe(const runtime::Committed& committed) {
  auto* const sink = sink_.load();
  if (sink == nullptr) return;
  const auto order_in = [](const PublicEvent& event) {
    return std::get_if<OrderView>(&event.data);
  };
  for (auto first = committed.events.begin(); first != committed.events.end();) {
    const auto end = std::find_if(first, committed.events.end(), [&](const PublicEvent& event) {
      return event.source != first->source || event.subject != first->subject;
    });
    if (const auto* order = order_in(*first)) {
      sink->order_changed(*order_in(*std::prev(end)), order->version - 1);
    }
    first = end;
  }
}

}  // namespace oms::process
