#include "runtime/correspondence.h"

#include <algorithm>
#include <chrono>

#include "messages/cloud_event.h"
#include "messages/define_record.h"
#include "messages/trace.h"

namespace oms::runtime {
namespace {

constexpr Duration step{std::chrono::seconds{5}};
constexpr Duration longest_wait{std::chrono::minutes{1}};

Envelope envelope_of(const StoredMessage& stored, const Id& order_id, ServiceName from,
                     ServiceName to) {
  return {.id = stored.id,
          .order_id = order_id,
          .from = from,
          .to = to,
          .number = stored.number,
          .traceparent = stored.traceparent,
          .payload = stored.payload,
          .by = stored.by};
}

StoredMessage stored_from(const Envelope& envelope) {
  return {.number = envelope.number,
          .id = envelope.id,
          .traceparent = envelope.traceparent,
          .payload = envelope.payload,
          .by = envelope.by};
}

Id subject(const Correspondence& correspondence) {
  return Id::parse(correspondence.id).value_or(Id{});
}

}  // namespace

const Channel* Correspondence::find(ServiceName here, ServiceName there) const {
  const auto known = std::ranges::find_if(
      channels, [&](const Channel& each) { return each.here == here && each.there == there; });
  return known == channels.end() ? nullptr : &*known;
}

Channel& Correspondence::make(ServiceName here, ServiceName there) {
  if (const auto* known = find(here, there))
    return channels.at(static_cast<std::size_t>(known - channels.data()));
  return channels.emplace_back(Channel{.here = here, .there = there});
}

Correspondence::Arrival Correspondence::arrival_of(const Passage& passage,
                                                   const Id& message) const {
  const auto* with = find(passage.to, passage.from);
  const auto received = with != nullptr ? with->received : 0;
  const auto number = passage.number;
  const bool is_reused = with != nullptr && number == received && with->last_received != message;
  if (is_reused) return Arrival::reused;
  if (number <= received) return Arrival::repeated;
  if (number > received + early_max) return Arrival::too_far;
  if (number > received + 1) return Arrival::early;
  return Arrival::next;
}

void Correspondence::receive(const Passage& passage, const Id& message) {
  auto& with = make(passage.to, passage.from);
  with.received = passage.number;
  with.last_received = message;
  std::erase_if(with.early,
                [&](const StoredMessage& kept) { return kept.number <= passage.number; });
}

void Correspondence::keep_early(const Envelope& envelope) {
  auto& early = make(envelope.to, envelope.from).early;
  const auto place = std::ranges::lower_bound(early, envelope.number, {}, &StoredMessage::number);
  if (place != early.end() && place->number == envelope.number) return;
  early.insert(place, stored_from(envelope));
}

std::optional<Envelope> Correspondence::next_early(const Channel& with) const {
  if (with.early.empty()) return std::nullopt;
  if (with.early.front().number != with.received + 1) return std::nullopt;
  return envelope_of(with.early.front(), subject(*this), with.there, with.here);
}

std::optional<Envelope> Correspondence::next_early(ServiceName here, ServiceName there) const {
  const auto* with = find(here, there);
  return with != nullptr ? next_early(*with) : std::nullopt;
}

Envelope Correspondence::send(const Message& message, ServiceName here) {
  const auto there = destination(message.payload);
  auto& with = make(here, there);
  ++with.sent;
  auto envelope = to_envelope(message, {here, there, with.sent});
  with.unsent.push_back(stored_from(envelope));
  return envelope;
}

Envelope Correspondence::announce(const PublicEvent& event) {
  auto& with = make(event.source, ServiceName::world);
  ++with.sent;
  const auto way = static_cast<std::size_t>(event.source);
  const auto place = static_cast<std::size_t>(with.sent) * service_name_count + way;
  const auto named = Id::child_of(subject(*this), static_cast<std::uint32_t>(place));
  with.unsent.push_back({.number = with.sent,
                         .id = named,
                         .traceparent = to_traceparent(event.trace),
                         .payload = {to_cloud_event(event, named)}});
  return envelope_of(with.unsent.back(), subject(*this), event.source, ServiceName::world);
}

std::vector<Envelope> Correspondence::unsent() const {
  std::vector<Envelope> all;
  for (const auto& with : channels) {
    for (const auto& stored : with.unsent) {
      all.push_back(envelope_of(stored, subject(*this), with.here, with.there));
    }
  }
  return all;
}

bool Correspondence::confirm(const Passage& passage) {
  auto& unsent = make(passage.from, passage.to).unsent;
  return std::erase_if(unsent, [&](const StoredMessage& stored) {
           return stored.number == passage.number;
         }) > 0;
}

bool Correspondence::is_at_rest() const {
  return !due && std::ranges::all_of(channels, [](const Channel& with) {
    return with.unsent.empty() && with.early.empty();
  });
}

void Correspondence::schedule(Time now, bool is_in_vain) {
  const bool is_waiting = std::ranges::any_of(channels, [](const Channel& with) {
    const bool is_unread = !with.early.empty() && with.early.front().number == with.received + 1;
    return !with.unsent.empty() || is_unread;
  });
  if (!is_in_vain) at = now;
  if (!is_waiting) return due.reset();
  const auto wait = is_in_vain ? std::clamp(now - at, step, longest_wait) : step;
  const auto steps = (now.unix_ms + wait.count()) / step.count() + 1;
  due = Time{steps * step.count()};
}

const RecordType& record_type(const Correspondence*) {
  static const RecordType type = define_record<Correspondence>({.table = "runtime_correspondence"});
  return type;
}

}  // namespace oms::runtime
