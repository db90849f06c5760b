#include "services/delivery/service.h"

#include <stdexcept>

#include "messages/personal_data.h"

namespace oms::delivery {
namespace {

using Result = StepAnswer::Result;
using Action = HandleDelivery::Action;

// What is done by hand is looked at now and then: deliveries may go by themselves by then.
constexpr Duration look_again = std::chrono::minutes{10};

// One decision about one delivery: the record changes in place, what is to be said collects.
class Course {
 public:
  Course(Delivery delivery, const DeliverySettings& settings, Time now)
      : delivery_(std::move(delivery)), settings_(settings), now_(now) {}

  Decision assign() {
    be_assigned();
    return finish();
  }

  Decision keep() {
    delivery_.status = DeliveryStatus::waiting;
    if (settings_.by_hand) {
      wait();
    } else if (settings_.pickup == Duration{0}) {
      be_collected();
    } else {
      delivery_.due = now_ + settings_.pickup;
    }
    return finish();
  }

  Decision repeat(const StepRef& ref) {
    delivery_.ref = ref;
    switch (delivery_.status) {
      case DeliveryStatus::assigned:
      case DeliveryStatus::waiting:
        break;
      case DeliveryStatus::on_the_way:
        answer(Result::started);
        break;
      case DeliveryStatus::delivered:
      case DeliveryStatus::collected:
        answer(Result::done);
        break;
      case DeliveryStatus::failed:
        answer(Result::refused);
        break;
      case DeliveryStatus::withdrawn:  // and that was answered
        return {};
    }
    return finish();
  }

  // What becomes of the goods is for those to say who have them.
  Decision on(const WithdrawDelivery& command) {
    delivery_.ref = command.ref;
    const bool is_theirs = delivery_.status == DeliveryStatus::delivered ||
                           delivery_.status == DeliveryStatus::collected;
    if (is_theirs) {
      answer(Result::too_late);
    } else {
      delivery_.status = DeliveryStatus::withdrawn;
      delivery_.due.reset();
      answer(Result::undone);
    }
    return finish();
  }

  Decision on(const HandleDelivery& command) {
    decision_.shows(key_of<Delivery>(delivery_.id));
    const bool is_assigned = delivery_.status == DeliveryStatus::assigned;
    const bool is_on_the_way = delivery_.status == DeliveryStatus::on_the_way;
    if (command.action == Action::dispatch && is_assigned) {
      dispatch();
    } else if (command.action == Action::deliver && is_on_the_way) {
      deliver();
    } else if (command.action == Action::fail && is_on_the_way) {
      be_failed();
    } else if (command.action == Action::collect && delivery_.status == DeliveryStatus::waiting) {
      be_collected();
    } else {
      decision_.refuses(ErrorKind::conflict, command.action == Action::collect
                                                 ? "the order does not wait to be collected"
                                                 : "the delivery is not in a state for that");
      return std::move(decision_);
    }
    return finish();
  }

  Decision on_wake_up() {
    if (!delivery_.due || *delivery_.due > now_) return {};
    delivery_.due.reset();
    if (delivery_.status == DeliveryStatus::assigned)
      be_assigned();
    else if (delivery_.status == DeliveryStatus::on_the_way)
      settings_.by_hand ? wait() : deliver();
    else if (delivery_.status == DeliveryStatus::waiting)
      settings_.by_hand ? wait() : be_collected();
    return finish();
  }

 private:
  void be_assigned() {
    delivery_.status = DeliveryStatus::assigned;
    settings_.by_hand ? wait() : dispatch();
  }

  // For somebody to do the next step.
  void wait() { delivery_.due = now_ + look_again; }

  void dispatch() {
    delivery_.status = DeliveryStatus::on_the_way;
    ++delivery_.attempt;
    answer(Result::started);
    if (settings_.by_hand) return wait();
    if (settings_.travel == Duration{0}) {
      deliver();
    } else {
      delivery_.due = now_ + settings_.travel;
    }
  }

  void deliver() {
    delivery_.status = DeliveryStatus::delivered;
    delivery_.due.reset();
    answer(Result::done);
  }

  void be_collected() {
    delivery_.status = DeliveryStatus::collected;
    delivery_.due.reset();
    answer(Result::done);
  }

  void be_failed() {
    delivery_.due.reset();
    if (delivery_.attempt < attempts_max) {
      be_assigned();
      return;
    }
    delivery_.status = DeliveryStatus::failed;
    answer(Result::refused);
  }

  void answer(Result result) {
    const auto reason = result == Result::refused ? Reason::delivery_failed : Reason::none;
    decision_.sends(StepAnswer{.ref = delivery_.ref, .result = result, .reason = reason});
  }

  Decision finish() {
    decision_.saves(std::move(delivery_));
    return std::move(decision_);
  }

  Delivery delivery_;
  const DeliverySettings& settings_;
  Time now_;
  Decision decision_;
};

template <class Command>
Delivery delivery_for(const Command& command, const Id& order_id) {
  return {.id = order_id,
          .order_number = command.order_number,
          .ref = command.ref,
          .recipient = command.recipient};
}

Decision erase_person_from(const Delivery* known, const Id& order_id) {
  Decision decision;
  if (known != nullptr) {
    if (auto erased = *known; erase_person(erased)) decision.saves(std::move(erased));
  }
  decision.forget.push_back(order_id.text());
  decision.sends(PersonalDataErased{.by = ServiceName::delivery});
  return decision;
}

// There is no delivery. What is to be collected may yet become ready.
Decision refuse(Action action) {
  Decision decision;
  if (action == Action::collect) {
    return std::move(
        decision.refuses(ErrorKind::conflict,
                         "no order of this id waits to be collected: perhaps it is not "
                         "ready yet"));
  }
  return std::move(decision.refuses(ErrorKind::not_found, "there is no such delivery"));
}

}  // namespace

void DeliveryService::needs(const Message& message, const Records&, Keys& keys) const {
  keys.push_back(key_of<Delivery>(message.order_id));
}

Decision DeliveryService::decide(const Message& message, const Records& records, Now now) const {
  const Delivery* known = records.get<Delivery>(message.order_id);
  if (const auto* command = std::get_if<DeliverOrder>(&message.payload)) {
    if (known != nullptr) return Course{*known, settings_, now}.repeat(command->ref);
    return Course{delivery_for(*command, message.order_id), settings_, now}.assign();
  }
  if (const auto* command = std::get_if<HandOver>(&message.payload)) {
    if (known != nullptr) return Course{*known, settings_, now}.repeat(command->ref);
    return Course{delivery_for(*command, message.order_id), settings_, now}.keep();
  }
  if (const auto* handle = std::get_if<HandleDelivery>(&message.payload)) {
    if (known != nullptr) return Course{*known, settings_, now}.on(*handle);
    return refuse(handle->action);
  }
  if (const auto* withdraw = std::get_if<WithdrawDelivery>(&message.payload)) {
    const Delivery tombstone{.id = message.order_id};
    return Course{known != nullptr ? *known : tombstone, settings_, now}.on(*withdraw);
  }
  if (std::holds_alternative<ErasePersonalData>(message.payload)) {
    return erase_person_from(known, message.order_id);
  }
  if (known == nullptr) throw std::runtime_error("there is no such delivery");
  if (std::holds_alternative<WakeUp>(message.payload)) {
    return Course{*known, settings_, now}.on_wake_up();
  }
  throw std::runtime_error("delivery does not take this message");
}

}  // namespace oms::delivery
