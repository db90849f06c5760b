#pragma once

#include <boost/mp11/list.hpp>
#include <optional>
#include <string>
#include <variant>

#include "base/id.h"
#include "base/short_text.h"
#include "messages/control.h"
#include "messages/coordinator.h"
#include "messages/delivery.h"
#include "messages/kitchen.h"
#include "messages/notifications.h"
#include "messages/orders.h"
#include "messages/payments.h"
#include "messages/record.h"
#include "messages/stock.h"
#include "messages/trace.h"

namespace oms {

// All that services can say to each other. Adding a message is adding it here.
using Said =
    std::variant<PlaceOrder, CancelOrder, RefundOrder, ReviseOrder, EraseCustomer, CustomerErased,
                 ErasePersonalData, PersonalDataErased, ApplyChange, ChangeFailed, ShowProgress,
                 CancellationRefused, PaymentChanged, OrderPromised, NoticesChanged, ReserveStock,
                 ReleaseStock, CommitStock, ReturnStock, ReturnLines, TakeLines, ChangeLines,
                 ChangeReservation, SetItem, RestockItem, ArchiveItem, CollectPayment, UndoPayment,
                 RefundPayment, AuthorizePayment, CapturePayment, ChargePayment, CloseLink,
                 OpenLink, OpenAccount, EraseAccountHolder, LookUpPayment, ProviderEvent,
                 PaymentOutcome, PrepareOrder, CancelTicket, HoldTicket, ReleaseTicket,
                 ChangeTicketNote, HandleTicket, DeliverOrder, HandOver, WithdrawDelivery,
                 HandleDelivery, OrderAnnounced, NoticeOutcome, StartSaga, CancelSaga, StartChange,
                 ChangeRecipient, HandleSaga, StepAnswer>;

// That, and what the runtime says to itself.
using Payload = boost::mp11::mp_append<Said, Control>;

// The caller's idempotency key: scope, route and key, digested; and a digest of the body.
struct Once {
  ShortText key;
  std::string fingerprint;
};

struct Message {
  Id id;
  Id order_id;  // nil where no order is concerned
  Payload payload;
  Trace trace = {};    // with the span of what caused it
  bool fresh = false;  // the order id was made for this message: nothing can exist under it
  std::optional<Once> once = {};
  std::optional<By> by = {};  // what is decided goes on record under their name
};

// The service that decides it. Only the runtime knows that of a wake-up: the owner of its record.
inline ServiceName destination(const Payload& payload) {
  return std::visit(
      []<class M>(const M& message) {
        if constexpr (requires { message.to; }) {
          return ServiceName{message.to};
        } else {
          return ServiceName::world;
        }
      },
      payload);
}

}  // namespace oms
