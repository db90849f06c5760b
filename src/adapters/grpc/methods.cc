#include "adapters/grpc/methods.h"

#include <algorithm>
#include <array>
#include <vector>

#include <boost/mp11/algorithm.hpp>

#include "adapters/grpc/linked.h"
#include "adapters/grpc/mapping.h"
#include "adapters/grpc/texts.h"
#include "adapters/grpc/view_codecs.h"
#include "messages/log_levels.h"
#include "messages/metrics.h"

namespace oms::grpc_api {
namespace {

struct ServiceAt {
  std::string_view service;
  ServiceName at;
};

constexpr std::array services{ServiceAt{"Orders", ServiceName::orders},
                              ServiceAt{"Stock", ServiceName::stock},
                              ServiceAt{"Payments", ServiceName::payments},
                              ServiceAt{"Kitchen", ServiceName::kitchen},
                              ServiceAt{"Delivery", ServiceName::delivery},
                              ServiceAt{"Notifications", ServiceName::notifications},
                              ServiceAt{"Sagas", ServiceName::coordinator},
                              ServiceAt{"Operations", ServiceName::world},
                              ServiceAt{"Reconciler", ServiceName::payments}};

Method method(Kind kind, std::string_view service, std::string_view name) {
  return {.kind = kind,
          .service = service,
          .path = std::string{"/oms.v1."}.append(service).append("/").append(name),
          .at = home_of(service)};
}

Result<void> is_sound(const SettleDeadLetter& settle) {
  if (!settle.id.is_nil()) return {};
  return fail(ErrorKind::invalid, "is required", "/id");
}
template <class P>
Result<void> is_sound(const P&) {
  return {};
}

// X is asked by XRequest, and answered by the view that it shows.
template <class P>
Method command(std::string_view service, const ViewCodec& shown) {
  const auto name = json::type_name<P>;
  auto made = method(Kind::command, service, name);
  const auto& request = message_named(std::string{name} + "Request");
  check_mapping<P>(request);
  made.request = &request;
  made.answer = shown.message;
  made.view = &shown;
  made.lane = Lane::urgent;
  made.order_id = request.FindFieldByName("order_id");
  made.needs_order = made.order_id != nullptr;
  made.payload = boost::mp11::mp_find<Payload, P>::value;
  made.write_payload = [](const Payload& payload, pb::Message& message) {
    write_message(std::get<P>(payload), message);
  };
  made.read_payload = [](const pb::Message& message) -> Result<Payload> {
    P payload;
    OMS_CHECK(read_message(message, payload));
    OMS_CHECK(is_sound(payload));
    OMS_CHECK(check_bounds(payload));
    return payload;
  };
  return made;
}

template <class View, class P>
Method command(std::string_view service) {
  return command<P>(service, codec_of(type_of<View>()));
}

template <class Q, class A>
Method question(std::string_view service) {
  const auto name = json::type_name<Q>;
  auto made = method(Kind::question, service, name);
  made.request = &message_named(std::string{name} + "Request");
  made.answer = &message_named(json::type_name<A>);
  check_mapping<Q>(*made.request);
  check_mapping<A>(*made.answer);
  made.question = boost::mp11::mp_find<Question, Q>::value;
  static_assert(boost::mp11::mp_find<Question, Q>::value == boost::mp11::mp_find<Answer, A>::value);
  made.write_question = [](const Question& asked, pb::Message& message) {
    write_message(std::get<Q>(asked), message);
  };
  made.read_question = [](const pb::Message& message) -> Result<Question> {
    Q asked;
    OMS_CHECK(read_message(message, asked));
    OMS_CHECK(check_bounds(asked));
    return asked;
  };
  made.write_answer = [](const Answer& answer, pb::Message& message) {
    write_message(std::get<A>(answer), message);
  };
  made.read_answer = [](const pb::Message& message) -> Result<Answer> {
    A answer;
    OMS_CHECK(read_message(message, answer));
    return answer;
  };
  return made;
}

Method read(Kind kind, std::string_view service, std::string_view name, const ViewCodec& view) {
  auto made = method(kind, service, name);
  made.request = &message_named(kind == Kind::get ? "GetRequest" : "ListRequest");
  made.answer = kind == Kind::get ? view.found : view.page;
  made.view = &view;
  return made;
}

template <class View>
void add_reads(std::string_view service, std::string_view one, std::string_view many,
               std::vector<Method>& to) {
  const auto& view = codec_of(type_of<View>());
  to.push_back(read(Kind::get, service, std::string{"Get"}.append(one), view));
  to.push_back(read(Kind::list, service, std::string{"List"}.append(many), view));
}

Method other(Kind kind, std::string_view service, std::string_view name, std::string_view request,
             std::string_view answer) {
  auto made = method(kind, service, name);
  made.request = &message_named(request);
  made.answer = &message_named(answer);
  return made;
}

void add_commands(std::vector<Method>& to) {
  auto place = command<OrderView, PlaceOrder>("Orders");
  place.lane = Lane::normal;
  place.needs_order = false;  // the server may make one
  to.push_back(place);
  for (auto made :
       {command<OrderView, CancelOrder>("Orders"), command<OrderView, ReviseOrder>("Orders")}) {
    made.on_record = OnRecord::unless_customers;
    // It says of which version, or else a second one would be another revision.
    if (made.payload == boost::mp11::mp_find<Payload, ReviseOrder>::value) {
      made.repeat = Repeat::never;
      made.lane = Lane::normal;
    }
    to.push_back(made);
  }
  auto erase = command<ErasedCustomerView, EraseCustomer>("Orders");
  erase.needs_order = false;
  to.push_back(erase);
  auto refund = command<OrderView, RefundOrder>("Orders");
  refund.repeat = Repeat::never;
  to.push_back(refund);
  to.push_back(command<ItemView, SetItem>("Stock"));
  for (auto made :
       {command<ItemView, RestockItem>("Stock"), command<AccountView, OpenAccount>("Payments"),
        command<TicketView, HandleTicket>("Kitchen"),
        command<DeliveryView, HandleDelivery>("Delivery"), command<SagaView, HandleSaga>("Sagas"),
        command<DeadLetterView, SettleDeadLetter>("Operations")}) {
    made.repeat = Repeat::never;
    to.push_back(made);
  }
  to.push_back(command<ItemView, ArchiveItem>("Stock"));
  to.push_back(command<ReservationView, ReleaseStock>("Stock"));
  to.push_back(command<PaymentView, LookUpPayment>("Payments"));
  to.push_back(command<PaymentView, UndoPayment>("Payments"));
  auto note = command<DeadLetterView, NoteAction>("Operations");
  note.at = ServiceName::orders;  // anywhere would do
  to.push_back(note);
}

std::vector<Method> make_methods() {
  std::vector<Method> made;
  add_commands(made);
  for (auto& command : made) {
    if (command.on_record == OnRecord::no && command.lane == Lane::urgent) {
      command.on_record = OnRecord::yes;
    }
  }
  add_reads<OrderView>("Orders", "Order", "Orders", made);
  add_reads<ArchivedOrderView>("Orders", "ArchivedOrder", "ArchivedOrders", made);
  add_reads<ErasedCustomerView>("Orders", "ErasedCustomer", "ErasedCustomers", made);
  add_reads<ItemView>("Stock", "Item", "Items", made);
  add_reads<ReservationView>("Stock", "Reservation", "Reservations", made);
  add_reads<MovementView>("Stock", "Movement", "Movements", made);
  add_reads<PaymentView>("Payments", "Payment", "Payments", made);
  add_reads<AccountView>("Payments", "Account", "Accounts", made);
  add_reads<TicketView>("Kitchen", "Ticket", "Tickets", made);
  add_reads<DeliveryView>("Delivery", "Delivery", "Deliveries", made);
  add_reads<NoticesView>("Notifications", "Notices", "Notices", made);
  add_reads<SagaView>("Sagas", "Saga", "Sagas", made);
  add_reads<DeadLetterView>("Operations", "DeadLetter", "DeadLetters", made);
  add_reads<AuditView>("Operations", "AuditEntry", "AuditEntries", made);
  made.push_back(question<QuoteLines, Quote>("Stock"));
  made.push_back(question<ReservationsOf, ReservationsAre>("Stock"));
  made.push_back(question<RefundableOf, Refundable>("Payments"));
  made.push_back(question<PaymentsOf, PaymentsAre>("Payments"));
  made.push_back(question<WhichAreOver, AreOver>("Operations"));
  made.push_back(
      other(Kind::webhook, "Payments", "TakeWebhook", "TakeWebhookRequest", "TakeWebhookResponse"));
  made.push_back(other(Kind::start_run, "Reconciler", "StartReconciliation",
                       "StartReconciliationRequest", "Reconciliation"));
  made.back().repeat = Repeat::never;
  made.push_back(other(Kind::last_run, "Reconciler", "GetReconciliation",
                       "GetReconciliationRequest", "Reconciliation"));
  made.push_back(
      other(Kind::metrics, "Operations", "GetMetrics", "GetMetricsRequest", "ProcessMetrics"));
  check_mapping<ProcessMetrics>(*made.back().answer);
  made.back().repeat = Repeat::never;  // it is asked of each process
  made.push_back(other(Kind::logs, "Operations", "SetLogLevels", "LogLevels", "LogLevels"));
  check_mapping<LogLevels>(*made.back().answer);
  made.back().repeat = Repeat::never;
  made.push_back(
      other(Kind::follow, "Orders", "FollowOrders", "FollowOrdersRequest", "OrderChange"));
  return made;
}

template <class Predicate>
const Method* find_method(Predicate predicate) {
  const auto it = std::ranges::find_if(methods(), predicate);
  return it != methods().end() ? &*it : nullptr;
}

}  // namespace

std::span<const Method> methods() {
  static const auto all = make_methods();
  return all;
}

const Method* method_of(const Payload& payload) {
  return find_method([&](const Method& method) {
    return method.kind == Kind::command && method.payload == payload.index();
  });
}

const Method* method_of(const Question& question) {
  return find_method([&](const Method& method) {
    return method.kind == Kind::question && method.question == question.index();
  });
}

const Method* method_of(Kind kind, const RecordType& view) {
  return find_method([&](const Method& method) {
    return method.kind == kind && method.view != nullptr && method.view->type == &view;
  });
}

const Method& only_method(Kind kind) {
  return *find_method([&](const Method& method) { return method.kind == kind; });
}

ServiceName home_of(std::string_view service) {
  return std::ranges::find(services, service, &ServiceAt::service)->at;
}

std::string health_name(ServiceName service) {
  return std::string{"oms.v1."}.append(
      std::ranges::find(services, service, &ServiceAt::at)->service);
}

}  // namespace oms::grpc_api
