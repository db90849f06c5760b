#include <fmt/format.h>

#include <algorithm>

#include "codec/json_names.h"
#include "services/notifications/service.h"
#include "tools/check/rules.h"

namespace oms::check {
namespace {

using json::name_of;

std::optional<NoticeKind> announced_at(const orders::Order& order, OrderStatus status) {
  switch (status) {
    case OrderStatus::paid:
      return NoticeKind::paid;
    case OrderStatus::ready:  // to be collected
      if (order.saga != "pickup") return std::nullopt;
      return NoticeKind::ready;
    case OrderStatus::completed:
      return NoticeKind::completed;
    case OrderStatus::cancelled:
      return NoticeKind::cancelled;
    default:
      return std::nullopt;
  }
}

template <class Notices>
std::ptrdiff_t count(const Notices& notices, NoticeKind kind, Channel channel) {
  return std::ranges::count_if(notices, [&](const auto& notice) {
    return notice.kind == kind && notice.channel == channel;
  });
}

template <class Notices>
void check_once(const Notices& notices, const Id& id, Findings& findings) {
  for (const auto& notice : notices) {
    findings.expect(Rule::notice_once, count(notices, notice.kind, notice.channel) == 1, id, [&] {
      return fmt::format("its customer is told {} more than once by {}", name_of(notice.kind),
                         name_of(notice.channel));
    });
  }
}

// Each step that is announced has its notice on each channel, be it only to say that there is no
// address.
void check_told(const orders::Order& order, Findings& findings) {
  if (order.face == Face::fulfilment) {  // its clients ask
    findings.expect(Rule::notice_once, order.notices.empty(), order.id,
                    [] { return "has notices, and its client asks by itself"; });
    return;
  }
  for (const auto& entry : order.history) {
    const auto kind = announced_at(order, entry.status);
    if (!kind) continue;
    for (const auto channel : {Channel::email, Channel::sms}) {
      findings.expect(Rule::notice_once, count(order.notices, *kind, channel) == 1, order.id, [&] {
        return fmt::format("was {}, and there is no notice of it by {}", name_of(entry.status),
                           name_of(channel));
      });
    }
  }
}

bool has_been(const orders::Order& order, NoticeKind kind) {
  return std::ranges::any_of(
      order.history, [&](const auto& entry) { return announced_at(order, entry.status) == kind; });
}

// A customer who left an address is told by that way, others are not; and of nothing that has not
// happened.
void check_reached(const orders::Order& order, Findings& findings) {
  for (const auto& notice : order.notices) {
    const auto& address =
        notice.channel == Channel::email ? order.customer.email : order.customer.phone_number;
    const bool is_skipped = notice.status == NoticeStatus::skipped_no_address;
    // Which addresses there were is not known any more once they are erased.
    const bool is_right = order.erasure.has_value() || is_skipped == address.empty();
    findings.expect(Rule::notice_once, is_right, order.id, [&] {
      return fmt::format("left {} address for {}, and its notice of {} is {}",
                         address.empty() ? "no" : "an", name_of(notice.channel),
                         name_of(notice.kind), name_of(notice.status));
    });
    findings.expect(Rule::notice_once, has_been(order, notice.kind), order.id, [&] {
      return fmt::format("has a notice of {}, and never was", name_of(notice.kind));
    });
  }
}

// Nobody is written to without end.
void check_attempts(const std::vector<notifications::Notice>& notices, const Id& id,
                    Findings& findings) {
  for (const auto& notice : notices) {
    findings.expect(Rule::notice_once, notice.attempt <= notifications::attempts_max, id, [&] {
      return fmt::format("its notice of {} by {} was tried {} times", name_of(notice.kind),
                         name_of(notice.channel), notice.attempt);
    });
  }
}

// What the order shows of its notices is what has become of them.
void check_shown(const orders::Order& order, const std::vector<notifications::Notice>& notices,
                 Findings& findings) {
  for (const auto& notice : notices) {
    const bool is_shown = std::ranges::any_of(order.notices, [&](const auto& shown) {
      return shown.kind == notice.kind && shown.channel == notice.channel &&
             shown.status == notice.status;
    });
    findings.expect(Rule::notice_once, is_shown, order.id, [&] {
      return fmt::format("does not show that its notice of {} by {} is {}", name_of(notice.kind),
                         name_of(notice.channel), name_of(notice.status));
    });
  }
}

}  // namespace

void check_notices(const Story& story, const Circumstances& circumstances, Findings& findings) {
  static const std::vector<notifications::Notice> none;
  const auto& notices = story.notices != nullptr ? story.notices->notices : none;
  check_once(notices, story.id, findings);
  check_attempts(notices, story.id, findings);
  const bool is_pending =
      std::ranges::count(notices, NoticeStatus::pending, &notifications::Notice::status) > 0;
  findings.expect(Rule::due_or_over, !is_pending || story.notices->due.has_value(), story.id,
                  [] { return "a notice is pending for ever"; });
  if (story.order == nullptr || may_be_tidied(story, circumstances)) return;
  check_once(story.order->notices, story.id, findings);
  check_told(*story.order, findings);
  check_reached(*story.order, findings);
  check_shown(*story.order, notices, findings);
}

}  // namespace oms::check
