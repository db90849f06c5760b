#include "services/kitchen/service.h"

#include <stdexcept>

#include "messages/personal_data.h"
#include "services/kitchen/queue.h"

namespace oms::kitchen {
namespace {

using Result = StepAnswer::Result;
using Action = HandleTicket::Action;

// A wake-up comes some milliseconds after its time; that is no promise missed.
constexpr Duration grace = std::chrono::seconds{1};
// What is done by hand is looked at now and then: the kitchen may work by itself by then.
constexpr Duration look_again = std::chrono::minutes{10};

Key board_key() {
  return key_of<Board>(Board{}.id);
}

std::vector<TicketLine> lines_of(const std::vector<OrderLine>& ordered) {
  std::vector<TicketLine> lines;
  lines.reserve(ordered.size());
  for (const auto& line : ordered) {
    lines.push_back(
        {.product_name = line.product_name, .quantity = line.quantity, .note = line.note});
  }
  return lines;
}

// One decision about one ticket: the record changes in place, what is to be said collects.
class Course {
 public:
  Course(Ticket ticket, const KitchenSettings& settings, Now now)
      : ticket_(std::move(ticket)), settings_(settings), now_(now) {}

  Decision open(const PrepareOrder& command, const Board* known) {
    const auto takes = preparation_time(command.lines, settings_);
    if (takes == Duration{0} && !settings_.by_hand) {
      cook_at_once();
      return finish();
    }
    Board board = known != nullptr ? *known : Board{};
    const auto slot = assign(board, ticket_.id, takes, now_, settings_);
    if (!slot) {
      reject();
      return finish();
    }
    decision_.saves(std::move(board));
    take(*slot, takes);
    return finish();
  }

  Decision repeat(const PrepareOrder& command) {
    ticket_.ref = command.ref;
    switch (ticket_.status) {
      case TicketStatus::waiting:
      case TicketStatus::held:
        return {};
      case TicketStatus::preparing:
        answer(Result::started);
        break;
      case TicketStatus::ready:
        answer(Result::done);
        break;
      case TicketStatus::rejected:
      case TicketStatus::cancelled:
        answer(Result::refused, Reason::kitchen_rejected);
    }
    return finish();
  }

  Decision on(const CancelTicket& command, const Board* known) {
    ticket_.ref = command.ref;
    const bool is_begun =
        ticket_.status == TicketStatus::preparing || ticket_.status == TicketStatus::ready;
    if (is_begun && !command.also_begun) {
      answer(Result::too_late);
      return finish();
    }
    if (is_begun) {  // its cook's time stays planned as it was
      ticket_.status = TicketStatus::cancelled;
      ticket_.due.reset();
    }
    if (is_queued()) {
      leave(known);
      ticket_.status = TicketStatus::cancelled;
      ticket_.due.reset();
    }
    answer(Result::undone);
    return finish();
  }

  // By itself a ticket begins when its time has come, whenever that is noticed.
  Decision on(const HoldTicket& command, const Board* known) {
    const bool is_waiting = ticket_.status == TicketStatus::waiting;
    if (is_waiting && !settings_.by_hand && ticket_.starts_at <= now_) {
      start();
    } else if (is_waiting) {
      if (known != nullptr) {
        Board board = *known;
        hold(board, ticket_.id);
        decision_.saves(std::move(board));
      }
      ticket_.status = TicketStatus::held;
      ticket_.due.reset();
    }
    const auto reason = reason_not_to_hold();
    answer(command.ref, reason == Reason::none ? Result::done : Result::refused, reason);
    return finish();
  }

  Decision on(const ReleaseTicket& command, const Board* known) {
    answer(command.ref, command.is_undo ? Result::undone : Result::done);
    if (ticket_.status != TicketStatus::held) return std::move(decision_);
    const auto takes = preparation_time(command.lines, settings_);
    ticket_.lines = lines_of(command.lines);
    ticket_.status = TicketStatus::waiting;
    if (takes == Duration{0} && !settings_.by_hand) {
      leave(known);
      cook_at_once();
    } else {
      Board board = known != nullptr ? *known : Board{};
      const auto slot = resume(board, ticket_, takes, now_, settings_);
      decision_.saves(std::move(board));
      take(slot, takes);
    }
    return finish();
  }

  // It was taken before the orders knew that the cook has begun: the cook is to read it.
  Decision on(const ChangeTicketNote& command) {
    const bool is_in_time = is_queued() || ticket_.status == TicketStatus::preparing;
    if (!is_in_time || ticket_.note == command.note) return {};
    ticket_.note = command.note;
    return finish();
  }

  Decision on(const HandleTicket& command, const Board* known) {
    decision_.shows(key_of<Ticket>(ticket_.id));
    const bool is_waiting = ticket_.status == TicketStatus::waiting;
    if (command.action == Action::accept && is_waiting) {
      if (has_place(known)) {
        Board board = *known;
        begin(board, ticket_, now_);
        decision_.saves(std::move(board));
      }
      start();
    } else if (command.action == Action::reject && is_queued()) {
      leave(known);
      reject();
    } else if (command.action == Action::ready && ticket_.status == TicketStatus::preparing) {
      leave(known);
      make_ready();
    } else {
      decision_.refuses(ErrorKind::conflict,
                        ticket_.status == TicketStatus::held
                            ? "the order is being changed: wait until it is, or reject the ticket"
                            : "the ticket is not in a state for that");
      return std::move(decision_);
    }
    return finish();
  }

  Decision on_wake_up() {
    if (!ticket_.due || *ticket_.due > now_) return {};
    if (settings_.by_hand && is_open()) {
      if (is_late()) miss_promise();
      ticket_.due = next_look();
    } else if (ticket_.status == TicketStatus::waiting) {
      start();
    } else if (ticket_.status == TicketStatus::preparing) {
      make_ready();
    } else {
      ticket_.due.reset();
    }
    return finish();
  }

 private:
  Reason reason_not_to_hold() const {
    switch (ticket_.status) {
      case TicketStatus::preparing:
      case TicketStatus::ready:
        return Reason::kitchen_started;
      case TicketStatus::rejected:
        return Reason::kitchen_rejected;
      case TicketStatus::cancelled:
        return Reason::not_changeable;
      case TicketStatus::waiting:
      case TicketStatus::held:
        return Reason::none;
    }
    return Reason::none;
  }

  void promise(Time ready_at, std::int64_t position) {
    ticket_.promised_at = ready_at;
    decision_.sends(OrderPromised{.promised_at = now_.on_wall(ready_at),
                                  .queue_position = position,
                                  .missed = ticket_.missed});
  }

  // There is nothing to cook.
  void cook_at_once() {
    ticket_.cook = -1;
    ticket_.starts_at = now_;
    ticket_.takes_ms = 0;
    ticket_.busy_until = {};
    promise(now_, 0);
    start();
    make_ready();
  }

  void take(const Slot& slot, Duration takes) {
    ticket_.cook = slot.cook;
    ticket_.starts_at = slot.starts_at;
    ticket_.takes_ms = takes.count();
    promise(slot.ready_at, slot.position);
    ticket_.due = settings_.by_hand ? next_look() : slot.starts_at;
    if (!settings_.by_hand && slot.starts_at <= now_) start();
  }

  void start() {
    ticket_.status = TicketStatus::preparing;
    ticket_.due = settings_.by_hand ? next_look() : ticket_.promised_at;
    answer(Result::started);
  }

  bool is_queued() const {
    return ticket_.status == TicketStatus::waiting || ticket_.status == TicketStatus::held;
  }

  bool is_open() const {
    return ticket_.status == TicketStatus::waiting || ticket_.status == TicketStatus::preparing;
  }

  // What takes no time is promised to nobody.
  bool is_promised() const {
    const bool is_older = ticket_.takes_ms == 0 && ticket_.busy_until == Time{};  // or instant
    const bool takes_time =
        ticket_.takes_ms > 0 || (is_older && ticket_.promised_at > ticket_.starts_at);
    return !ticket_.missed && takes_time;
  }
  bool is_late() const { return is_promised() && now_ >= ticket_.promised_at + grace; }

  // When a ticket that is in somebody's hands is looked at next.
  Time next_look() const {
    const bool may_be_late = is_promised() && !is_late();
    return may_be_late ? ticket_.promised_at + grace : now_ + look_again;
  }

  // What waits by hand is on the board without a cook; what takes no time by itself is not there.
  bool has_place(const Board* known) const {
    return known != nullptr && (is_queued() || ticket_.cook >= 0);
  }

  void leave(const Board* known) {
    if (!has_place(known)) return;
    Board board = *known;
    release(board, ticket_, now_);
    decision_.saves(std::move(board));
  }

  void make_ready() {
    if (is_late()) miss_promise();
    ticket_.status = TicketStatus::ready;
    ticket_.due.reset();
    answer(Result::done);
  }

  void reject() {
    ticket_.status = TicketStatus::rejected;
    ticket_.due.reset();
    answer(Result::refused, Reason::kitchen_rejected);
  }

  // Nobody is hurried, but customer and operator are told, once.
  void miss_promise() {
    ticket_.missed = true;
    decision_.sends(
        OrderPromised{.promised_at = now_.on_wall(ticket_.promised_at), .missed = true});
  }

  void answer(Result result, Reason reason = Reason::none) { answer(ticket_.ref, result, reason); }
  void answer(const StepRef& ref, Result result, Reason reason = Reason::none) {
    decision_.sends(StepAnswer{.ref = ref, .result = result, .reason = reason});
  }

  Decision finish() {
    decision_.saves(std::move(ticket_));
    return std::move(decision_);
  }

  Ticket ticket_;
  const KitchenSettings& settings_;
  Now now_;
  Decision decision_;
};

Ticket ticket_for(const PrepareOrder& command, const Id& order_id) {
  return {.id = order_id,
          .order_number = command.order_number,
          .lines = lines_of(command.lines),
          .ref = command.ref,
          .note = command.note};
}

// A cancellation that came before its ticket: the ticket will be refused.
Decision tombstone(const CancelTicket& command, const Id& order_id) {
  Decision decision;
  decision.saves(Ticket{.id = order_id, .status = TicketStatus::cancelled});
  decision.sends(StepAnswer{.ref = command.ref, .result = Result::undone});
  return decision;
}

// There is no ticket: nothing to hold, and nothing to change.
Decision without_ticket(const HoldTicket& command) {
  Decision decision;
  return std::move(decision.sends(StepAnswer{.ref = command.ref, .result = Result::done}));
}
Decision without_ticket(const ReleaseTicket& command) {
  Decision decision;
  const auto result = command.is_undo ? Result::undone : Result::done;
  return std::move(decision.sends(StepAnswer{.ref = command.ref, .result = result}));
}

bool needs_board(const Payload& payload, const KitchenSettings& settings) {
  if (const auto* prepare = std::get_if<PrepareOrder>(&payload)) {
    return settings.by_hand || preparation_time(prepare->lines, settings) > Duration{0};
  }
  return std::holds_alternative<CancelTicket>(payload) ||
         std::holds_alternative<HandleTicket>(payload) ||
         std::holds_alternative<HoldTicket>(payload) ||
         std::holds_alternative<ReleaseTicket>(payload);
}

Decision erase_person_from(const Ticket* known, const Id& order_id) {
  Decision decision;
  if (known != nullptr) {
    if (auto erased = *known; erase_person(erased)) decision.saves(std::move(erased));
  }
  decision.forget.push_back(order_id.text());
  decision.sends(PersonalDataErased{.by = ServiceName::kitchen});
  return decision;
}

}  // namespace

void KitchenService::needs(const Message& message, const Records&, Keys& keys) const {
  keys.push_back(key_of<Ticket>(message.order_id));
  if (needs_board(message.payload, settings_)) keys.push_back(board_key());
}

Decision KitchenService::decide(const Message& message, const Records& records, Now now) const {
  const Ticket* ticket = records.get<Ticket>(message.order_id);
  const bool is_on_board = needs_board(message.payload, settings_);
  const Board* board = is_on_board ? records.get<Board>(Board{}.id) : nullptr;
  if (const auto* prepare = std::get_if<PrepareOrder>(&message.payload)) {
    if (ticket != nullptr) return Course{*ticket, settings_, now}.repeat(*prepare);
    return Course{ticket_for(*prepare, message.order_id), settings_, now}.open(*prepare, board);
  }
  if (const auto* cancel = std::get_if<CancelTicket>(&message.payload)) {
    if (ticket == nullptr) return tombstone(*cancel, message.order_id);
    return Course{*ticket, settings_, now}.on(*cancel, board);
  }
  if (const auto* handle = std::get_if<HandleTicket>(&message.payload)) {
    if (ticket != nullptr) return Course{*ticket, settings_, now}.on(*handle, board);
    Decision decision;
    return std::move(decision.refuses(ErrorKind::not_found, "there is no such ticket"));
  }
  if (const auto* hold = std::get_if<HoldTicket>(&message.payload)) {
    if (ticket == nullptr) return without_ticket(*hold);
    return Course{*ticket, settings_, now}.on(*hold, board);
  }
  if (const auto* release = std::get_if<ReleaseTicket>(&message.payload)) {
    if (ticket == nullptr) return without_ticket(*release);
    return Course{*ticket, settings_, now}.on(*release, board);
  }
  if (const auto* change = std::get_if<ChangeTicketNote>(&message.payload)) {
    return ticket != nullptr ? Course{*ticket, settings_, now}.on(*change) : Decision{};
  }
  if (std::holds_alternative<ErasePersonalData>(message.payload)) {
    return erase_person_from(ticket, message.order_id);
  }
  if (ticket == nullptr) throw std::runtime_error("there is no such ticket");
  if (std::holds_alternative<WakeUp>(message.payload)) {
    return Course{*ticket, settings_, now}.on_wake_up();
  }
  throw std::runtime_error("the kitchen does not take this message");
}

}  // namespace oms::kitchen
