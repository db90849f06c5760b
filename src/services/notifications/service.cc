#include "services/notifications/service.h"

#include <algorithm>
#include <stdexcept>

#include "codec/json_names.h"
#include "messages/personal_data.h"

namespace oms::notifications {
namespace {

constexpr Duration first_retry = std::chrono::seconds{2};
constexpr Duration retry_max = std::chrono::seconds{256};
constexpr std::int32_t doublings_max = 7;

std::string key_of_notice(const Id& order_id, const Notice& notice) {
  std::string key = order_id.text();
  key.append("-").append(json::name_of(notice.kind));
  key.append("-").append(json::name_of(notice.channel));
  return key;
}

void send(const Notices& record, const Notice& notice, Decision& decision) {
  decision.asks(NoticeToSend{.order_id = record.id,
                             .key = key_of_notice(record.id, notice),
                             .kind = notice.kind,
                             .channel = notice.channel,
                             .address = notice.address,
                             .name = record.name,
                             .subject = notice.subject,
                             .text = notice.text,
                             .html = notice.html,
                             .attempt = notice.attempt});
}

NoticeSummary summary_of(const Notice& notice) {
  return {.kind = notice.kind, .channel = notice.channel, .status = notice.status};
}

// The order shows what its customer was told. It hears only of what has changed, for each time
// costs it a row.
void show(NoticesChanged changed, Decision& decision) {
  if (!changed.notices.empty()) decision.sends(std::move(changed));
}

void drop_texts(Notice& notice) {
  notice.text.clear();
  notice.html.clear();
}

void add(Notices& record, const OrderAnnounced& announced, Channel channel,
         const NotificationsSettings& settings, NoticesChanged& changed, Decision& decision) {
  const auto& address =
      channel == Channel::email ? announced.customer.email : announced.customer.phone_number;
  const auto& switches = channel == Channel::email ? settings.by_email : settings.by_sms;
  const bool with_html = channel == Channel::email && settings.with_html;
  auto wording = settings.wordings->of(announced, record.id, with_html);
  Notice notice{.kind = announced.kind,
                .channel = channel,
                .attempt = 1,
                .address = address,
                .subject = std::move(wording.subject),
                .text = std::move(wording.text),
                .html = std::move(wording.html)};
  if (address.empty()) {
    notice.status = NoticeStatus::skipped_no_address;
    drop_texts(notice);
  } else if (!switches.at(static_cast<std::size_t>(announced.kind))) {
    notice.status = NoticeStatus::skipped_switched_off;
    drop_texts(notice);
  } else {
    send(record, notice, decision);
  }
  changed.notices.push_back(summary_of(notice));
  record.notices.push_back(std::move(notice));
}

bool is_pending(const Notice& notice) {
  return notice.status == NoticeStatus::pending;
}

// When what is pending is sent again: after 2 s, 4 s, 8 s and so on, up to each four minutes.
std::optional<Time> next_attempt(const Notices& record, Time now) {
  std::optional<std::int32_t> attempt;
  for (const auto& notice : record.notices) {
    if (is_pending(notice)) attempt = std::min(attempt.value_or(notice.attempt), notice.attempt);
  }
  if (!attempt) return std::nullopt;
  const auto doublings = std::clamp(*attempt - 1, 0, doublings_max);
  return now + std::min(first_retry * (1 << doublings), retry_max);
}

Decision notify(const OrderAnnounced& announced, const Id& order_id, const Notices* known,
                const NotificationsSettings& settings, Time now) {
  if (known != nullptr && announced.sequence <= known->sequence) return {};  // told already
  Decision decision;
  Notices record = known != nullptr ? *known : Notices{.id = order_id};
  record.name = announced.customer.name;
  record.sequence = announced.sequence;
  NoticesChanged changed;
  add(record, announced, Channel::email, settings, changed, decision);
  add(record, announced, Channel::sms, settings, changed, decision);
  show(std::move(changed), decision);
  record.due = next_attempt(record, now);
  decision.saves(std::move(record));
  return decision;
}

// The sender would write down again what is under way: it ends first.
Decision erase_person_from(const Notices* known, const Id& order_id) {
  Decision decision;
  if (known != nullptr) {
    auto record = *known;
    record.erase_requested = record.due.has_value();
    const bool is_changed = record.erase_requested != known->erase_requested;
    const bool is_to_wait = record.erase_requested;
    if ((!is_to_wait && erase_person(record)) || is_changed) decision.saves(std::move(record));
    if (is_to_wait) return decision;
  }
  decision.forget.push_back(order_id.text());
  decision.sends(PersonalDataErased{.by = ServiceName::notifications});
  return decision;
}

// The record after a try: who was told may have been asked to be erased.
void settle(Notices record, Decision& decision) {
  if (record.erase_requested && !record.due) {
    record.erase_requested = false;
    erase_person(record);
    decision.forget.push_back(record.id.text());
    decision.sends(PersonalDataErased{.by = ServiceName::notifications});
  }
  decision.saves(std::move(record));
}

// Reports of delivery come by another way than the answer to what was sent, and may be ahead of it.
std::optional<NoticeStatus> status_after(NoticeStatus status, NoticeResult result) {
  const bool is_open = status == NoticeStatus::pending || status == NoticeStatus::sent;
  const bool was_tried = is_open || status == NoticeStatus::failed;
  switch (result) {
    case NoticeResult::failed:
      return std::nullopt;  // `due` tries it again
    case NoticeResult::sent:
      // A try that was given up may have gone well after all.
      if (!was_tried || status == NoticeStatus::sent) return std::nullopt;
      return NoticeStatus::sent;
    case NoticeResult::refused:
      if (status != NoticeStatus::pending) return std::nullopt;
      return NoticeStatus::failed;
    case NoticeResult::delivered:
      if (!was_tried) return std::nullopt;
      return NoticeStatus::delivered;
    case NoticeResult::undelivered:
      if (!is_open) return std::nullopt;
      return NoticeStatus::failed;
  }
  return std::nullopt;
}

Decision on_outcome(const NoticeOutcome& outcome, Notices record) {
  NoticesChanged changed;
  for (auto& notice : record.notices) {
    if (notice.kind != outcome.kind || notice.channel != outcome.channel) continue;
    const auto status = status_after(notice.status, result_of(outcome));
    if (!status) return {};
    notice.status = *status;
    drop_texts(notice);
    changed.notices.push_back(summary_of(notice));
  }
  if (std::ranges::none_of(record.notices, is_pending)) record.due.reset();
  Decision decision;
  show(std::move(changed), decision);
  settle(std::move(record), decision);
  return decision;
}

Decision on_wake_up(Notices record, Time now) {
  if (!record.due || *record.due > now) return {};
  Decision decision;
  NoticesChanged changed;
  for (auto& notice : record.notices) {
    if (notice.status != NoticeStatus::pending) continue;
    if (notice.attempt >= attempts_max) {
      notice.status = NoticeStatus::failed;
      changed.notices.push_back(summary_of(notice));
      continue;
    }
    ++notice.attempt;
    send(record, notice, decision);
  }
  show(std::move(changed), decision);
  record.due = next_attempt(record, now);
  settle(std::move(record), decision);
  return decision;
}

bool is_late_report(const Payload& payload) {
  const auto* outcome = std::get_if<NoticeOutcome>(&payload);
  if (outcome == nullptr) return false;
  const auto result = result_of(*outcome);
  return result == NoticeResult::delivered || result == NoticeResult::undelivered;
}

}  // namespace

void NotificationsService::needs(const Message& message, const Records&, Keys& keys) const {
  keys.push_back(key_of<Notices>(message.order_id));
}

Decision NotificationsService::decide(const Message& message, const Records& records,
                                      Now now) const {
  const Notices* known = records.get<Notices>(message.order_id);
  if (const auto* announced = std::get_if<OrderAnnounced>(&message.payload)) {
    return notify(*announced, message.order_id, known, settings_, now);
  }
  if (std::holds_alternative<ErasePersonalData>(message.payload)) {
    return erase_person_from(known, message.order_id);
  }
  if (known == nullptr) {
    // A carrier may report when all of it is forgotten.
    if (is_late_report(message.payload)) return {};
    throw std::runtime_error("there are no notices for this order");
  }
  if (const auto* outcome = std::get_if<NoticeOutcome>(&message.payload)) {
    return on_outcome(*outcome, *known);
  }
  if (std::holds_alternative<WakeUp>(message.payload)) return on_wake_up(*known, now);
  throw std::runtime_error("notifications does not take this message");
}

}  // namespace oms::notifications
