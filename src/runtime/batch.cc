#include "runtime/batch.h"

#include <algorithm>
#include <exception>
#include <stdexcept>
#include <string_view>

#include "base/assert.h"
#include "runtime/questions.h"
#include "runtime/records.h"

namespace oms::runtime {
namespace {

// That what was sent about an order is to be looked after.
bool is_about_correspondence(const Message& message) {
  const auto* wake_up = std::get_if<WakeUp>(&message.payload);
  return wake_up != nullptr && wake_up->table == type_of<Correspondence>().table;
}

// A record whose rule fails is woken again and again, and an effect whose outcome cannot be decided
// is repeated: one letter says it all. The digest (FNV-1a) keeps those of one order apart.
Id letter_id(const Message& message) {
  std::string_view source;
  if (const auto* wake_up = std::get_if<WakeUp>(&message.payload)) source = wake_up->table;
  if (std::holds_alternative<PaymentOutcome>(message.payload)) source = "payment outcome";
  if (source.empty() || message.order_id.is_nil()) return message.id;
  std::uint32_t digest = 0x811C9DC5U;
  for (const auto c : source) digest = (digest ^ static_cast<unsigned char>(c)) * 0x1000193U;
  return Id::child_of(message.order_id, digest);
}

}  // namespace

Result<void> Batch::decide(std::span<const Inbound> messages, Now now) {
  now_ = now;
  const auto first = replies_.size();
  replies_.resize(first + messages.size());
  repeated_.resize(first + messages.size());
  std::vector<Pending> wave;
  wave.reserve(messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    auto& pending = wave.emplace_back(Pending{.root = first + i, .inbound = &messages[i]});
    if (messages[i].from) pending.passage = messages[i].from->passage();
  }
  for (int depth = 0; !wave.empty(); ++depth) {
    if (depth == waves_max) {
      for (const auto& pending : wave) {
        if (pending.passage) continue;  // it waits in its row
        OMS_CHECK(set_aside(pending.message(), "the cascade is longer than 64 waves"));
      }
      break;
    }
    std::vector<Pending> next;
    next.reserve(wave.size());
    OMS_CHECK(prefetch(wave));
    for (auto& pending : wave) OMS_CHECK(decide_one(pending, next));
    wave = std::move(next);
  }
  for (const auto& [once, root] : to_remember_) remember(once, root);
  to_remember_.clear();
  OMS_CHECK(send_elsewhere());
  settle_correspondences();
  return {};
}

Result<Record> Batch::answer(std::size_t n) const {
  if (repeated_[n]) return repeated_[n];
  const Reply& reply = replies_[n];
  if (reply.refusal) return std::unexpected(*reply.refusal);
  if (!reply.show) return Record{};
  const Record* record = find(*reply.show);
  if (record == nullptr) return fail(ErrorKind::not_found, "there is no such thing");
  return *record;
}

const Service* Batch::service_for(const Message& message) const {
  if (const auto* wake_up = std::get_if<WakeUp>(&message.payload)) {
    const auto* type = services_.type_named(wake_up->table);
    return type != nullptr ? services_.owner_of(*type) : nullptr;
  }
  const auto name = destination(message.payload);
  return name == ServiceName::world ? nullptr : services_.named(name);
}

void Batch::collect(const Pending& pending, const Service& service, Keys& keys) const {
  const auto& message = pending.message();
  if (message.once) keys.push_back(key_of<InboxEntry>(message.once->key.view()));
  for (const auto& question : pending.questions) {
    if (const auto* other = services_.named(asked(question))) other->needs(question, keys);
  }
  const auto sequence = service.sequence(message, now_);
  if (sequence && !numbers_.has(*sequence)) keys.push_back(key_of<Sequence>(sequence->view()));
  const auto own = keys.size();
  service.needs(message, records_, keys);
  for (auto i = own; i < keys.size(); ++i) {
    OMS_ASSERT(services_.owner_of(*keys[i].type) == &service,
               "a service asked for another service's record");
  }
}

// One load a round for all that a wave is known to need, and for the questions that it puts. What a
// rule only learns from an earlier decision of the wave is loaded when its turn comes.
Result<void> Batch::prefetch(std::span<Pending> wave) {
  Keys missing;
  for (auto& pending : wave) begin_collecting(pending, missing);
  for (int round = 0; round < rounds_max; ++round) {
    for (auto& pending : wave) {
      if (pending.needs_more) pending.needs_more = collect_missing(pending, missing);
    }
    if (missing.empty()) return {};
    OMS_CHECK(load(missing));
    missing.clear();
  }
  return {};
}

void Batch::begin_collecting(Pending& pending, Keys& missing) {
  const auto& message = pending.message();
  if (pending.passage || is_about_correspondence(message)) {
    const auto key = key_of<Correspondence>(message.order_id);
    if (!records_.knows(key)) missing.push_back(key);
  }
  if (pending.is_root() && !pending.inbound->is_readable) return;
  const auto* service = service_for(message);
  if (service == nullptr) return;
  pending.questions = service->questions(message);
  pending.needs_more = true;
}

// Whether there is something to be loaded for it. If so, it may then need more.
bool Batch::collect_missing(Pending& pending, Keys& missing) {
  const auto& message = pending.message();
  auto& keys = keys_;
  keys.clear();
  try {
    collect(pending, *service_for(message), keys);
  } catch (const std::exception&) {
    return false;  // it will fail again when it is decided, and be set aside then
  }
  const auto before = missing.size();
  const auto own_id = message.order_id.key();
  for (const auto& key : keys) {
    if (records_.knows(key)) continue;
    if (message.fresh && key.id == own_id) {
      records_.put(key, {});
    } else {
      missing.push_back(key);
    }
  }
  return missing.size() > before;
}

bool Batch::take_from_flight(const Key& key) {
  if (in_flight_ == nullptr) return false;
  auto found = in_flight_->records_.committed(key);
  if (!found) return false;
  records_.put(key, *std::move(found));
  return true;
}

Result<void> Batch::load(Keys& keys) {
  std::erase_if(keys, [&](const Key& key) { return take_from_flight(key); });
  if (keys.empty()) return {};
  std::ranges::sort(keys, std::less<>{});
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  OMS_TRY(auto found, store_.load(keys, hold_));
  for (std::size_t i = 0; i < keys.size(); ++i) records_.put(keys[i], std::move(found[i]));
  return {};
}

// What of it is not loaded yet. Throws if a newer version has written some of it.
Result<void> Batch::load_rounds(const Pending& pending) {
  const auto& message = pending.message();
  const bool is_readable = !pending.is_root() || pending.inbound->is_readable;
  const auto* service = is_readable ? service_for(message) : nullptr;
  auto& keys = keys_;
  for (int round = 0;; ++round) {
    keys.clear();
    if (pending.passage || is_about_correspondence(message)) {
      keys.push_back(key_of<Correspondence>(message.order_id));
    }
    if (service != nullptr) collect(pending, *service, keys);
    std::erase_if(keys, [&](const Key& key) { return records_.is_readable(key); });
    if (keys.empty() || round == rounds_max) return {};
    OMS_CHECK(load(keys));
  }
}

// Whether it can be decided here.
Result<bool> Batch::load_needed(Pending& pending) {
  try {
    OMS_CHECK(load_rounds(pending));
  } catch (const NewerRecord& record) {
    // One that came early stays where it is kept.
    if (pending.is_root() || !pending.passage) hold_up(pending.root, record);
    return false;
  } catch (const std::exception&) {
    pending.problem = std::current_exception();
  }
  return true;
}

void Batch::hold_up(std::size_t root, const NewerRecord& record) {
  held_up.try_emplace(root, Error{ErrorKind::unavailable, record.what()});
}

Result<void> Batch::decide_one(Pending& pending, std::vector<Pending>& next) {
  OMS_TRY(const bool is_ready, load_needed(pending));
  if (!is_ready) return {};
  if (pending.passage) {
    OMS_TRY(const bool is_next, receive(pending, next));
    if (!is_next) return {};
  }
  const auto& message = pending.message();
  if (is_about_correspondence(message)) return resume(pending, next);
  if (std::holds_alternative<NoteAction>(message.payload)) return put_on_record(message, {});
  const auto* service = service_for(message);
  if (service == nullptr) {
    if (!pending.is_root() && services_.is_elsewhere(destination(message.payload))) {
      to_send_.push_back(std::move(pending));
    } else {
      return set_aside(message, "no service here decides this message");
    }
    return {};
  }
  ++decided;
  const auto begin_ns = tracer_ != nullptr ? tracer_->now_ns() : 0;
  const auto metered_from = meter_ != nullptr ? Meter::now_ns() : 0;
  Decision decision;
  try {
    if (pending.problem) std::rethrow_exception(pending.problem);
    if (pending.is_root() && message.once) {
      OMS_TRY(const bool is_repeated, repeat_answer(pending));
      if (is_repeated) return {};
    }
    decision = ask(*service, pending);
  } catch (const NewerRecord& record) {
    hold_up(pending.root, record);
    return {};
  } catch (const std::exception& problem) {
    // What it says may be a provider's own words: it is in the letter, and in no span.
    trace(pending, service->name(), begin_ns, message.trace, "dead_letter");
    meter(message, metered_from, true);
    OMS_CHECK(set_aside(message, problem.what()));
    Error failure{ErrorKind::internal,
                  "the request could not be decided; the operator finds it among the dead letters "
                  "as " +
                      message.id.text()};
    OMS_CHECK(put_on_record(message, {.refusal = failure}));
    if (pending.is_root()) replies_[pending.root].refusal = std::move(failure);
    return {};
  }
  if (message.by) OMS_CHECK(put_on_record(message, decision.reply.value_or(Reply{})));
  OMS_CHECK(note_erased(decision.forget));
  trace(pending, service->name(), begin_ns, decision.trace.value_or(message.trace));
  apply(std::move(decision), service->name(), pending, next);
  meter(message, metered_from, false);
  return {};
}

Decision Batch::ask(const Service& service, const Pending& pending) {
  std::vector<Answer> answers;
  std::size_t from_elsewhere = 0;
  for (const auto& question : pending.questions) {
    if (const auto* other = services_.named(asked(question))) {
      answers.push_back(other->answer(question, records_));
    } else if (pending.is_root() && from_elsewhere < pending.inbound->answers.size()) {
      answers.push_back(pending.inbound->answers[from_elsewhere++]);
    } else {
      throw std::runtime_error("the service that is asked is not here");
    }
  }
  records_.set_answers(std::move(answers));
  const auto sequence = service.sequence(pending.message(), now_);
  records_.set_next_number(sequence ? numbers_.next(*sequence, records_) : 0);
  auto decision = service.decide(pending.message(), records_, now_);
  check(decision, service);
  if (!decision.takes_number) return decision;
  OMS_ASSERT(sequence, "a service took a number of no sequence");
  numbers_.take(*sequence, records_, now_);
  return decision;
}

Result<void> Batch::load_one(const Key& key) {
  if (records_.knows(key)) return {};
  Keys keys{key};
  return load(keys);
}

// Here, so that a wrong decision becomes a dead letter and nothing of it is applied.
void Batch::check(const Decision& decision, const Service& service) const {
  const auto check_key = [&](const Key& key, bool is_new) {
    OMS_ASSERT(services_.owner_of(*key.type) == &service,
               "a service changed another service's record");
    OMS_ASSERT(records_.knows(key) != is_new,
               is_new ? "a service added a record that may be there"
                      : "a service changed a record that it did not ask for");
  };
  for (const auto& record : decision.save) check_key(record.key(), false);
  for (const auto& key : decision.erase) check_key(key, false);
  for (const auto& record : decision.add) check_key(record.key(), true);
}

std::vector<Effect> Batch::take_effects() {
  OMS_ASSERT(is_committed_, "an effect is about to start before its commit");
  return std::exchange(effects_, {});
}

void Batch::apply(Decision&& decision, ServiceName sender, Pending& pending,
                  std::vector<Pending>& next) {
  const auto& parent = pending.message();
  const bool is_other = decision.trace && decision.trace->trace_id != parent.trace.trace_id;
  const auto trace = told_outside(child_trace(is_other ? *decision.trace : parent.trace, parent.id),
                                  parent.order_id);
  for (auto& record : decision.save) {
    note_announcer(record.key(), record.key().id.view(), pending);
    records_.save(std::move(record), trace);
  }
  for (const auto& key : decision.erase) records_.erase(key);
  for (auto& record : decision.add) {
    note_announcer(record.key(), record.key().id.view(), pending);
    records_.add(std::move(record), trace);
  }
  for (auto& event : decision.announce) {
    event.source = sender;
    event.time = now_.wall;
    event.trace = trace;
    note_announcer({}, event.subject, pending);
    unrecorded.push_back(std::move(event));
  }
  for (auto& effect : decision.effects) {
    std::visit([&](auto& one) { one.trace = trace; }, effect);
    effects_.push_back(std::move(effect));
  }
  for (std::uint32_t n = 0; n < decision.send.size(); ++n) {
    next.push_back({.root = pending.root,
                    .caused = {.id = Id::child_of(parent.id, n),
                               .order_id = parent.order_id,
                               .payload = std::move(decision.send[n]),
                               .trace = trace,
                               .fresh = parent.fresh},
                    .sender = sender});
  }
  if (!pending.is_root()) return;
  if (decision.reply) replies_[pending.root] = *std::move(decision.reply);
  if (parent.once) to_remember_.emplace_back(*parent.once, pending.root);
}

// The same webhook told twice is the same message, so its letter may be there already.
Result<void> Batch::set_aside(const Message& message, std::string reason) {
  ++failed;
  const auto id = letter_id(message);
  const auto key = key_of<DeadLetter>(id);
  OMS_CHECK(load_one(key));
  if (records_.is_newer(key)) return {};  // one letter says it all
  // Its questions are only put for a caller that waits for the answer.
  const auto* service = service_for(message);
  const bool is_final = service != nullptr && !questions_to_peers(services_, message).empty();
  records_.save(
      make_record(DeadLetter{.id = id,
                             .order_id = message.order_id,
                             .reason = std::move(reason),
                             .payload = message.payload,
                             .at = now_.wall,
                             .is_final = is_final,
                             .traceparent = traceparent_to_keep(message.trace, message.order_id)}));
  return {};
}

}  // namespace oms::runtime
