// What a batch receives from services elsewhere, and sends to them.
#include <algorithm>

#include "codec/json_names.h"
#include "runtime/announce.h"
#include "runtime/batch.h"

namespace oms::runtime {

Correspondence Batch::correspondence_about(const Id& order_id) const {
  const auto* known = records_.get<Correspondence>(order_id);
  return known != nullptr ? *known : Correspondence{.id = order_id.text()};
}

// Whether a message from elsewhere is to be decided now. One that is early, or that this version
// cannot read, is kept until it can be.
Result<bool> Batch::receive(const Pending& pending, std::vector<Pending>& next) {
  using Arrival = Correspondence::Arrival;
  const auto& passage = *pending.passage;
  const auto& message = pending.message();
  const auto key = key_of<Correspondence>(message.order_id);
  auto correspondence = correspondence_about(message.order_id);
  const auto arrival = correspondence.arrival_of(passage, message.id);
  const bool is_readable = !pending.is_root() || pending.inbound->is_readable;
  if (arrival == Arrival::repeated) return false;
  if (arrival == Arrival::too_far) {
    replies_[pending.root].refusal =
        Error{ErrorKind::unavailable, "too many messages before this one are missing"};
    return false;
  }
  if (arrival == Arrival::reused) {
    OMS_CHECK(set_aside(message, "number " + std::to_string(passage.number) + " from " +
                                     std::string{json::name_of(passage.from)} +
                                     " was another message before: its store was set back"));
    return false;
  }
  const bool is_to_decide = arrival == Arrival::next && is_readable;
  if (is_to_decide) {
    correspondence.receive(passage, message.id);
    go_on(correspondence.next_early(passage.to, passage.from), pending.root, next);
  } else if (pending.is_root()) {
    correspondence.keep_early(*pending.inbound->from);
  }
  records_.save(make_record(std::move(correspondence)));
  corresponded_.push_back(key);
  return is_to_decide;
}

// What came early has its turn in the next wave, if it can be read.
void Batch::go_on(std::optional<Envelope> early, std::size_t root,
                  std::vector<Pending>& next) const {
  if (!early) return;
  auto message = to_message(*early);
  if (!message) return;
  next.push_back({.root = root, .caused = *std::move(message), .passage = early->passage()});
}

// An unsent message of a row that is due was confirmed, or is under way; or its sender is gone, and
// it is published from here. This version may be able to read what an older one could not.
Result<void> Batch::resume(const Pending& pending, std::vector<Pending>& next) {
  const auto order_id = pending.message().order_id;
  auto correspondence = correspondence_about(order_id);
  const bool is_due = correspondence.due && *correspondence.due <= now_;
  const bool is_tidier = drop_confirmed(correspondence);
  if (!is_due && !is_tidier) return {};
  for (auto& envelope : correspondence.unsent()) {
    const bool is_left = !relay_.is_under_way({order_id, envelope.passage()}) && relay_.has_room();
    const bool is_abandoned = is_due && is_left;
    if (is_abandoned) outgoing.push_back(std::move(envelope));
  }
  for (const auto& with : correspondence.channels) {
    go_on(correspondence.next_early(with), pending.root, next);
  }
  correspondence.schedule(now_, !is_tidier);
  records_.save(make_record(std::move(correspondence)));
  return {};
}

// True if there was something to drop.
bool Batch::drop_confirmed(Correspondence& correspondence) {
  const auto before = confirmed.size();
  for (const auto& envelope : correspondence.unsent()) {
    const OutgoingKey key{envelope.order_id, envelope.passage()};
    if (relay_.is_confirmed(key) && correspondence.confirm(key.passage)) confirmed.push_back(key);
  }
  return confirmed.size() > before;
}

// What belongs to no order is kept under its own name. No key: of an event that no record tells.
void Batch::note_announcer(const Key& key, std::string_view name, const Pending& pending) {
  if (!has_followers_) return;
  const auto& message = pending.message();
  const auto order_id = message.order_id.is_nil() ? Id::named(name) : message.order_id;
  if (key.type == nullptr) keeps_unrecorded_.push_back(order_id);
  to_announce_.push_back(
      {.key = key, .order_id = order_id, .root = pending.root, .is_fresh = message.fresh});
}

// Of the orders that something is sent or announced about.
Result<void> Batch::load_correspondences() {
  Keys missing;
  const auto want = [&](const Id& order_id, bool is_fresh) {
    const auto key = key_of<Correspondence>(order_id);
    if (records_.knows(key)) return;
    if (is_fresh) {
      records_.put(key, {});
    } else {
      missing.push_back(key);
    }
  };
  for (const auto& pending : to_send_) want(pending.caused.order_id, pending.caused.fresh);
  for (const auto& announcer : to_announce_) want(announcer.order_id, announcer.is_fresh);
  OMS_CHECK(load(missing));
  for (const auto& announcer : to_announce_) {
    const auto key = key_of<Correspondence>(announcer.order_id);
    if (records_.is_newer(key)) {
      hold_up(announcer.root, NewerRecord{key});
    } else if (announcer.key.type != nullptr) {
      announcers_.insert_or_assign(announcer.key, announcer.order_id);
    }
  }
  to_announce_.clear();
  return {};
}

void Batch::announce_outside(Time wall) {
  std::vector<PublicEvent> events;
  for (const auto& [key, order_id] : announcers_) {
    const auto change = records_.change_of(key);
    if (!change) continue;
    events.clear();
    announce(services_, *change, records_.trace_of(key), wall, events);
    keep_events(events, order_id);
  }
  for (std::size_t i = 0; i < keeps_unrecorded_.size(); ++i) {
    keep_events({&unrecorded[i], 1}, keeps_unrecorded_[i]);
  }
  settle_correspondences();
}

void Batch::keep_events(std::span<const PublicEvent> events, const Id& order_id) {
  if (events.empty()) return;
  auto correspondence = correspondence_about(order_id);
  for (const auto& event : events) outgoing.push_back(correspondence.announce(event));
  records_.save(make_record(std::move(correspondence)));
  corresponded_.push_back(key_of<Correspondence>(order_id));
}

// Numbers what goes to services elsewhere, and keeps it until the broker has it.
Result<void> Batch::send_elsewhere() {
  if (to_send_.empty() && to_announce_.empty()) return {};
  OMS_CHECK(load_correspondences());
  for (const auto& pending : to_send_) {
    const auto key = key_of<Correspondence>(pending.caused.order_id);
    if (records_.is_newer(key)) {
      hold_up(pending.root, NewerRecord{key});
      continue;
    }
    auto correspondence = correspondence_about(pending.caused.order_id);
    outgoing.push_back(correspondence.send(pending.caused, pending.sender));
    corresponded_.push_back(key);
    records_.save(make_record(std::move(correspondence)));
  }
  to_send_.clear();
  return {};
}

// The rows are written anyway: what the broker has leaves them.
void Batch::settle_correspondences() {
  std::ranges::sort(corresponded_, std::less<>{});
  const auto repeated = std::ranges::unique(corresponded_);
  corresponded_.erase(repeated.begin(), repeated.end());
  for (const auto& key : corresponded_) {
    auto correspondence = *records_.find(key)->as<Correspondence>();
    drop_confirmed(correspondence);
    correspondence.schedule(now_, false);
    records_.save(make_record(std::move(correspondence)));
  }
  corresponded_.clear();
}

}  // namespace oms::runtime
