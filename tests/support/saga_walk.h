#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "sagas/all.h"
#include "services/coordinator/service.h"
#include "tests/support/kept_records.h"

// What the coordinator's tests share: an order whose saga they lead step by step, and in words what
// it says at each.
namespace oms::coordinator {

inline const Id order_id{Id::Bytes{0x65, 1}};

struct WordOf {
  std::string operator()(const ReserveStock&) const { return "reserve"; }
  std::string operator()(const ReleaseStock&) const { return "release"; }
  std::string operator()(const CommitStock&) const { return "commit"; }
  std::string operator()(const ReturnStock& m) const {
    return m.write_off ? "write off" : "return";
  }
  std::string operator()(const TakeLines& m) const { return m.as_a_whole ? "take" : "take lines"; }
  std::string operator()(const ChangeLines&) const { return "change lines"; }
  std::string operator()(const ChangeReservation& m) const {
    return "reserve " + std::to_string(m.lines.at(0).quantity);
  }
  std::string operator()(const ReturnLines&) const { return "return lines"; }
  std::string operator()(const CollectPayment&) const { return "collect"; }
  std::string operator()(const AuthorizePayment&) const { return "authorize"; }
  std::string operator()(const CapturePayment&) const { return "capture"; }
  std::string operator()(const ChargePayment&) const { return "charge"; }
  std::string operator()(const UndoPayment& m) const {
    return m.unless_captured ? "undo unless captured" : "undo payment";
  }
  std::string operator()(const RefundPayment& m) const {
    return "refund " + std::to_string(m.amount);
  }
  std::string operator()(const CloseLink&) const { return "close link"; }
  std::string operator()(const OpenLink& m) const {
    return "open link of " + std::to_string(m.amount);
  }
  std::string operator()(const PrepareOrder& m) const {
    return "prepare " + std::to_string(m.lines.at(0).quantity);
  }
  std::string operator()(const CancelTicket& m) const {
    return m.also_begun ? "take from the cook" : "cancel ticket";
  }
  std::string operator()(const HoldTicket&) const { return "hold ticket"; }
  std::string operator()(const ReleaseTicket& m) const {
    return "ticket of " + std::to_string(m.lines.at(0).quantity);
  }
  std::string operator()(const ChangeTicketNote& m) const { return "note '" + m.note + "'"; }
  std::string operator()(const DeliverOrder& m) const { return "deliver to " + m.recipient.name; }
  std::string operator()(const HandOver&) const { return "hand over"; }
  std::string operator()(const WithdrawDelivery&) const { return "withdraw"; }
  std::string operator()(const ApplyChange&) const { return "apply"; }
  std::string operator()(const ChangeFailed&) const { return "change failed"; }
  std::string operator()(const CancellationRefused&) const { return "too late"; }
  std::string operator()(const ShowProgress& m) const {
    return std::string{boost::describe::enum_to_string(m.status, "?")};
  }
  template <class Other>
  std::string operator()(const Other&) const {
    return "something else";
  }
};

class Walk : public ::testing::Test {
 protected:
  std::string begin(std::string saga, PaymentMethod method = PaymentMethod::link) {
    return hear(StartSaga{.saga = std::move(saga),
                          .lines = {{.product_id = "a", .quantity = 3, .unit_price = 100}},
                          .total = 300,
                          .currency = "usd",
                          .method = method,
                          .recipient = {.name = "Ann"}});
  }
  std::string change(std::string saga, std::int64_t quantity = 2) {
    return hear(StartChange{.number = known().changes + 1,
                            .saga = std::move(saga),
                            .amount = 100,
                            .taken = {{.product_id = "a", .quantity = quantity}},
                            .lines = {{.product_id = "a", .quantity = quantity}},
                            .total = 100 * quantity});
  }
  // What is said, in words.
  std::string hear(Payload payload) {
    const CoordinatorService service{sagas::Limits{}};
    last = records.decide(
        service, {.id = order_id, .order_id = order_id, .payload = std::move(payload)}, now);
    std::string words;
    for (const auto& sent : last.send) {
      if (!words.empty()) words += ", ";
      words += std::visit(WordOf{}, sent);
    }
    return words;
  }
  std::string life_hears(StepAnswer::Result result, Reason reason = Reason::none) {
    return hear(StepAnswer{.ref = {.step = known().main.step}, .result = result, .reason = reason});
  }
  std::string change_hears(StepAnswer::Result result, Reason reason = Reason::none) {
    return hear(StepAnswer{.ref = {.step = known().change.value().run.step, .run = known().changes},
                           .result = result,
                           .reason = reason});
  }
  std::string operator_says(HandleSaga::Action action) {
    return hear(HandleSaga{.action = action});
  }
  // Every step is done, until the life is over.
  std::vector<std::string> walk(std::string saga) {
    std::vector<std::string> said{begin(std::move(saga))};
    while (known().main.is_live()) said.push_back(life_hears(StepAnswer::Result::done));
    return said;
  }
  // Every step before this one is done; it is refused, and all is undone.
  std::vector<std::string> refused_at(std::string saga, std::string_view step) {
    begin(std::move(saga));
    while (known().main.step != step) life_hears(StepAnswer::Result::done);
    std::vector<std::string> said{life_hears(StepAnswer::Result::refused, Reason::out_of_stock)};
    while (known().main.is_live()) said.push_back(life_hears(StepAnswer::Result::undone));
    return said;
  }
  void life_at(std::string saga, std::string_view step) {
    begin(std::move(saga));
    while (known().main.step != step) life_hears(StepAnswer::Result::done);
  }
  const Saga& known() { return *records.get<Saga>(order_id); }

  testing::KeptRecords records;
  Decision last;
  Time now{1'700'000'000'000};
};

}  // namespace oms::coordinator
