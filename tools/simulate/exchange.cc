#include "tools/simulate/exchange.h"

namespace oms::simulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// A receiver that has not settled a message by then is taken for dead.
constexpr Duration settled_within = seconds{30};
constexpr Duration asked_in_vain = seconds{2};

}  // namespace

// Whether a publication fails: nobody knows of it, and the sender hears nothing.
bool Exchange::is_unheard(const Sender& sender, const std::vector<Envelope>& envelopes) {
  const bool is_down = stage_.hazards.is_on(Fault::broker_down, stage_.now());
  const bool is_cut = stage_.hazards.is_cut(sender.service, Way::out, stage_.now());
  if (!is_down && !is_cut) return false;
  for (const auto& envelope : envelopes) {
    stage_.mark(is_down ? Fault::broker_down : Fault::partition, envelope.order_id);
  }
  return true;
}

// The first that may lose it decides for all.
bool Exchange::is_confirm_lost(const std::vector<Envelope>& envelopes) {
  for (const auto& envelope : envelopes) {
    const auto* plan = stage_.plan_of(envelope.order_id);
    const bool may_lose_it = plan != nullptr && plan->faults.has(Fault::confirm_lost);
    if (may_lose_it) return stage_.meets(Fault::confirm_lost, envelope.order_id);
  }
  return false;
}

void Exchange::take(const Sender& sender, std::vector<Envelope> envelopes,
                    Broker::OnConfirmed on_confirmed) {
  if (is_unheard(sender, envelopes)) return;
  const bool is_cut = stage_.hazards.is_cut(sender.service, Way::in, stage_.now());
  const bool is_lost = !is_cut && is_confirm_lost(envelopes);
  const bool is_torn = is_lost && stage_.chance.one_in(2);  // the broker has only some of them
  std::vector<std::size_t> confirmed;
  for (std::size_t place = 0; place < envelopes.size(); ++place) {
    if (is_torn && stage_.chance.one_in(2)) continue;
    auto& envelope = envelopes[place];
    const auto id = envelope.order_id;
    const auto [first, is_new] = publishers_.emplace(envelope.id, sender.process);
    if (!is_new && first->second != sender.process) stage_.mark(Fault::two_publishers, id);
    accept(std::move(envelope));
    if (!is_cut && (!is_lost || (is_torn && stage_.chance.one_in(2)))) confirmed.push_back(place);
  }
  if (confirmed.empty()) return;
  stage_.agenda.in(stage_.chance.between(milliseconds{0}, milliseconds{10}),
                   [on_confirmed = std::move(on_confirmed), confirmed = std::move(confirmed)] {
                     on_confirmed(confirmed);
                   });
}

void Exchange::accept(Envelope envelope) {
  if (envelope.to == ServiceName::world) return stage_.oracle.published(envelope);
  const auto id = envelope.order_id;
  auto& chance = stage_.chance_of(id);
  if (stage_.meets(Fault::message_twice, id)) {
    bring_in(chance.between(Duration{0}, chance.one_in(2) ? Duration{20} : Duration{minutes{2}}),
             envelope);
  }
  const bool is_late = stage_.meets(Fault::message_late, id);
  bring_in(is_late ? chance.between(milliseconds{20}, minutes{1})
                   : chance.between(milliseconds{0}, milliseconds{10}),
           std::move(envelope));
}

void Exchange::bring_in(Duration span, Envelope envelope) {
  stage_.agenda.in(span, [this, envelope = std::move(envelope)] { bring(envelope); });
}

void Exchange::bring_later(const Envelope& envelope) {
  bring_in(stage_.chance_of(envelope.order_id).between(milliseconds{200}, seconds{3}), envelope);
}

// To one of those who live; and again, if that one does not say that it is done with it.
void Exchange::bring(const Envelope& envelope) {
  const auto id = envelope.order_id;
  const bool is_down = stage_.hazards.is_on(Fault::broker_down, stage_.now());
  const bool is_cut = stage_.hazards.is_cut(envelope.to, Way::in, stage_.now());
  if (is_down || is_cut) {
    const auto fault = is_down ? Fault::broker_down : Fault::partition;
    stage_.mark(fault, id);
    return bring_in(stage_.hazards.until(fault) - stage_.now() + milliseconds{1}, envelope);
  }
  auto* process = find_(envelope.to);
  const bool is_read = !stage_.meets(Fault::message_unknown, id);
  if (process == nullptr || !is_read) return bring_later(envelope);
  const auto is_settled = std::make_shared<bool>(false);
  stage_.agenda.in(settled_within, [this, is_settled, envelope] {
    if (!std::exchange(*is_settled, true)) bring(envelope);
  });
  process->receive(envelope, [this, is_settled, envelope](Disposition disposition) {
    if (stage_.hazards.is_cut(envelope.to, Way::out, stage_.now())) return;
    if (std::exchange(*is_settled, true)) return;
    if (disposition == Disposition::retry) bring_later(envelope);
  });
}

// What the asked one answers, or, after a while, that nobody does.
void Exchange::ask(const Sender& sender, const Question& question, Peers::OnAnswer on_answer) {
  const auto is_answered = std::make_shared<bool>(false);
  const auto tell = [is_answered, on_answer = std::move(on_answer)](Result<Answer> answer) {
    if (!std::exchange(*is_answered, true)) on_answer(std::move(answer));
  };
  stage_.agenda.in(asked_in_vain, [tell] { tell(fail(ErrorKind::unavailable, "nobody answers")); });
  const auto asked_one = asked(question);
  const auto is_cut = [&](ServiceName service) {
    return stage_.hazards.is_cut(service, Way::in, stage_.now()) ||
           stage_.hazards.is_cut(service, Way::out, stage_.now());
  };
  auto* process = find_(asked_one);
  if (process == nullptr || is_cut(sender.service) || is_cut(asked_one)) return;
  process->answer(question, [this, tell](Result<Answer> answer) {
    stage_.agenda.in(stage_.chance.between(milliseconds{0}, milliseconds{10}),
                     [tell, answer = std::move(answer)] { tell(answer); });
  });
}

}  // namespace oms::simulate
