#include "runtime/batch.h"

#include <algorithm>
#include <exception>
#include <stdexcept>

#include "runtime/records.h"

namespace oms::runtime {
namespace {

// The order's id as a key, for telling which records a fresh order cannot have.
ShortText text_of(const Id& id) {
  std::array<char, Id::text_size> text{};
  id.write(text.data());
  return ShortText{std::string_view{text.data(), text.size()}};
}

}  // namespace

Services::Services(std::vector<const Service*> services) {
  for (const auto* service : services) {
    by_name_.at(static_cast<std::size_t>(service->name())) = service;
    for (const auto* type : service->owns()) {
      owners_[type] = service;
      types_.push_back(type);
    }
  }
}

const Service* Services::owner_of(const RecordType& type) const {
  const auto owner = owners_.find(&type);
  return owner == owners_.end() ? nullptr : owner->second;
}

const RecordType* Services::type_named(std::string_view table) const {
  const auto type = std::ranges::find(types_, table, &RecordType::table);
  return type == types_.end() ? nullptr : *type;
}

Result<void> Batch::decide(std::span<const Inbound> messages, Time now) {
  now_ = now;
  const auto first = replies_.size();
  replies_.resize(first + messages.size());
  repeated_.resize(first + messages.size());
  std::vector<Pending> wave;
  wave.reserve(messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    wave.push_back({.message = messages[i].message, .root = first + i, .is_root = true});
  }
  for (int depth = 0; !wave.empty(); ++depth) {
    if (depth == waves_max) {
      for (const auto& pending : wave) {
        OMS_CHECK(set_aside(pending.message, "the cascade is longer than 64 waves"));
      }
      break;
    }
    std::vector<Pending> next;
    OMS_CHECK(prefetch(wave));
    for (auto& pending : wave) OMS_CHECK(decide_one(pending, next));
    wave = std::move(next);
  }
  for (const auto& [message, root] : to_remember_) remember(message, root);
  to_remember_.clear();
  return {};
}

Result<Record> Batch::answer(std::size_t n) const {
  if (repeated_[n]) return repeated_[n];
  const Reply& reply = replies_[n];
  if (reply.refusal) return std::unexpected(*reply.refusal);
  if (!reply.show) return Record{};
  const Record* record = records_.find(*reply.show);
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

void Batch::collect(const Message& message, const Service& service, Keys& keys) const {
  if (message.once) keys.push_back(key_of<InboxEntry>(message.once->key.view()));
  for (const auto& question : service.questions(message)) {
    const auto name = std::visit([](const auto& q) { return q.to; }, question);
    if (const auto* asked = services_.named(name)) asked->needs(question, keys);
  }
  const auto own = keys.size();
  service.needs(message, records_, keys);
  for (auto i = own; i < keys.size(); ++i) {
    if (services_.owner_of(*keys[i].type) != &service) {
      throw std::logic_error("a service asked for another service's record");
    }
  }
}

// One load for all that a wave is known to need. What a rule only learns from these records is
// loaded when its turn comes.
Result<void> Batch::prefetch(std::span<const Pending> wave) {
  Keys missing;
  Keys keys;
  for (const auto& pending : wave) {
    const auto* service = service_for(pending.message);
    if (service == nullptr) continue;
    keys.clear();
    try {
      collect(pending.message, *service, keys);
    } catch (const std::exception&) {
      continue;  // it will fail again when it is decided, and be set aside then
    }
    const auto own_id = text_of(pending.message.order_id);
    for (const auto& key : keys) {
      if (records_.knows(key)) continue;
      if (pending.message.fresh && key.id == own_id) {
        records_.put(key, {});
      } else {
        missing.push_back(key);
      }
    }
  }
  return load(missing);
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
  OMS_TRY(auto found, store_.load(keys));
  for (std::size_t i = 0; i < keys.size(); ++i) records_.put(keys[i], std::move(found[i]));
  return {};
}

Result<void> Batch::decide_one(Pending& pending, std::vector<Pending>& next) {
  const auto& message = pending.message;
  const auto* service = service_for(message);
  if (service == nullptr) {
    if (destination(message.payload) == ServiceName::world &&
        !std::holds_alternative<WakeUp>(message.payload)) {
      events.push_back(std::move(pending.message));
    } else {
      return set_aside(message, "no service here decides this message");
    }
    return {};
  }
  ++decided;
  auto decision = Result<Decision>{};
  try {
    Keys keys;
    for (int round = 0; round < rounds_max; ++round) {
      keys.clear();
      collect(message, *service, keys);
      std::erase_if(keys, [&](const Key& key) { return records_.knows(key); });
      if (keys.empty()) break;
      OMS_CHECK(load(keys));
    }
    if (pending.is_root && message.once) {
      OMS_TRY(const bool is_repeated, repeat_answer(pending));
      if (is_repeated) return {};
    }
    decision = ask(*service, message);
    if (!decision) return std::unexpected(std::move(decision).error());
    check_ownership(*decision, *service);
  } catch (const std::exception& problem) {
    OMS_CHECK(set_aside(message, problem.what()));
    if (pending.is_root) {
      replies_[pending.root].refusal =
          Error{ErrorKind::internal,
                "the request could not be decided; the operator finds it "
                "among the dead letters as " +
                    message.id.text()};
    }
    return {};
  }
  apply(*std::move(decision), pending, next);
  return {};
}

Result<Decision> Batch::ask(const Service& service, const Message& message) {
  std::vector<Answer> answers;
  for (const auto& question : service.questions(message)) {
    const auto name = std::visit([](const auto& q) { return q.to; }, question);
    const auto* asked = services_.named(name);
    if (asked == nullptr) throw std::runtime_error("the service that is asked is not here");
    answers.push_back(asked->answer(question, records_));
  }
  records_.set_answers(std::move(answers));
  return service.decide(message, records_, now_);
}

// True when the idempotency key was used before: the caller gets the first answer again.
Result<bool> Batch::repeat_answer(const Pending& pending) {
  const auto& once = *pending.message.once;
  const auto* entry = records_.get<InboxEntry>(once.key.view());
  if (entry == nullptr) {
    // The key may have come twice in this very batch.
    for (const auto& [message, root] : to_remember_) {
      if (message.once->key != once.key) continue;
      replies_[pending.root] = replies_[root];
      if (message.once->fingerprint != once.fingerprint) {
        replies_[pending.root].refusal =
            Error{ErrorKind::unprocessable, "this Idempotency-Key was used for another request"};
      }
      return true;
    }
    return false;
  }
  if (entry->fingerprint != once.fingerprint) {
    replies_[pending.root].refusal =
        Error{ErrorKind::unprocessable, "this Idempotency-Key was used for another request"};
    return true;
  }
  const auto* type = services_.type_named(entry->table);
  if (type == nullptr) return fail(ErrorKind::internal, "an inbox entry names an unknown table");
  OMS_TRY(auto value, type->decode(entry->shown.text));
  repeated_[pending.root] = Record{*type, std::move(value)};
  return true;
}

void Batch::remember(const Message& message, std::size_t root) {
  const auto& reply = replies_[root];
  const Record* record = reply.show ? records_.find(*reply.show) : nullptr;
  if (reply.refusal || record == nullptr) return;  // a refusal may be mended and tried again
  InboxEntry entry{.id = std::string{message.once->key.view()},
                   .fingerprint = message.once->fingerprint,
                   .table = std::string{record->type().table},
                   .shown = {},
                   .at = now_};
  record->type().encode(record->value(), entry.shown.text);
  records_.save(make_record(std::move(entry)));
}

void Batch::check_ownership(const Decision& decision, const Service& service) const {
  const auto is_foreign = [&](const RecordType& type) {
    return services_.owner_of(type) != &service;
  };
  for (const auto& record : decision.save) {
    if (is_foreign(record.type())) {
      throw std::logic_error("a service saved another service's record");
    }
  }
  for (const auto& key : decision.erase) {
    if (is_foreign(*key.type)) throw std::logic_error("a service erased another's record");
  }
}

void Batch::apply(Decision decision, Pending& pending, std::vector<Pending>& next) {
  for (auto& record : decision.save) records_.save(std::move(record));
  for (const auto& key : decision.erase) records_.erase(key);
  std::ranges::move(decision.effects, std::back_inserter(effects));
  const auto& parent = pending.message;
  for (std::uint32_t n = 0; n < decision.send.size(); ++n) {
    next.push_back({.message = {.id = Id::child_of(parent.id, n),
                                .order_id = parent.order_id,
                                .payload = std::move(decision.send[n]),
                                .trace = parent.trace,
                                .fresh = parent.fresh},
                    .root = pending.root,
                    .is_root = false});
  }
  if (!pending.is_root) return;
  if (decision.reply) replies_[pending.root] = *std::move(decision.reply);
  if (parent.once) to_remember_.emplace_back(parent, pending.root);
}

// The same webhook told twice is the same message, so its letter may be there already.
Result<void> Batch::set_aside(const Message& message, std::string reason) {
  ++failed;
  Keys key{key_of<DeadLetter>(message.id.text())};
  if (!records_.knows(key[0])) OMS_CHECK(load(key));
  records_.save(make_record(DeadLetter{.id = message.id,
                                       .order_id = message.order_id,
                                       .reason = std::move(reason),
                                       .payload = message.payload,
                                       .at = now_}));
  return {};
}

}  // namespace oms::runtime
