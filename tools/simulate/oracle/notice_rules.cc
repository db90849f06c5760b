// Who was told what, and by which way: each customer once, by each way that they left, and nobody
// else.
#include <algorithm>
#include <array>

#include "codec/json_names.h"
#include "tools/simulate/fingerprint.h"
#include "tools/simulate/oracle/oracle.h"
#include "tools/simulate/oracle/rules.h"

namespace oms::simulate {
namespace {

constexpr int tries_max = 10;

constexpr std::array announced{std::pair{OrderStatus::paid, NoticeKind::paid},
                               std::pair{OrderStatus::ready, NoticeKind::ready},
                               std::pair{OrderStatus::completed, NoticeKind::completed},
                               std::pair{OrderStatus::cancelled, NoticeKind::cancelled}};

bool is_due(const Life& life, NoticeKind kind) {
  const auto* at = std::ranges::find(announced, kind, [](const auto& pair) { return pair.second; });
  const bool is_for_pickup_alone = kind == NoticeKind::ready;
  return life.has_been(at->first) && (!is_for_pickup_alone || life.order->saga == "pickup");
}

std::string address_of(const Life& life, Channel channel) {
  if (life.plan == nullptr) return {};
  return channel == Channel::email ? life.plan->email() : life.plan->phone_number();
}

std::string key_of(const Life& life, NoticeKind kind, Channel channel) {
  std::string key = life.id.text();
  key.append("-").append(json::name_of(kind));
  key.append("-").append(json::name_of(channel));
  return key;
}

bool has_incident(const Scenario& scenario, Fault fault) {
  return std::ranges::find(scenario.incidents, fault, &Incident::fault) != scenario.incidents.end();
}

// All shops of the simulation take dollars.
std::string dollars(MinorUnits amount) {
  const auto cents = std::to_string(amount % 100);
  return std::to_string(amount / 100) + (cents.size() < 2 ? ".0" : ".") + cents + " USD";
}

// What the order's page says has become of a notice; null if it says nothing, or says it twice.
const NoticeSummary* shown(const orders::Order& order, NoticeKind kind, Channel channel) {
  const NoticeSummary* found = nullptr;
  for (const auto& notice : order.notices) {
    if (notice.kind != kind || notice.channel != channel) continue;
    if (found != nullptr) return nullptr;
    found = &notice;
  }
  return found;
}

const notifications::Notice* kept(const Life& life, NoticeKind kind, Channel channel) {
  if (!life.notices) return nullptr;
  for (const auto& notice : life.notices->notices) {
    if (notice.kind == kind && notice.channel == channel) return &notice;
  }
  return nullptr;
}

void check_sent(const Life& life, const notifications::Notice& notice, const Scenario& scenario) {
  const auto key = key_of(life, notice.kind, notice.channel);
  if (notice.status == NoticeStatus::sent && !life.sent.contains(key)) {
    broken("notice_once", "a notice is called sent and was not: " + key, life);
  }
  if (notice.status == NoticeStatus::sent) return;
  if (notice.status != NoticeStatus::failed || !has_incident(scenario, Fault::notifier_down)) {
    broken("notice_once", "a notice was never sent: " + key, life);
  }
  if (notice.attempt < tries_max) {
    broken("attempts_bounded", "a notice was given up before its last try: " + key, life);
  }
}

void check_notice(const Life& life, NoticeKind kind, Channel channel, const Scenario& scenario) {
  const auto key = key_of(life, kind, channel);
  const bool has_address = !address_of(life, channel).empty();
  const auto* page = shown(*life.order, kind, channel);
  const auto* notice = kept(life, kind, channel);
  if (!is_due(life, kind)) {
    if (page != nullptr || notice != nullptr || life.sent.contains(key)) {
      broken("notice_once", "a customer was told what has not happened: " + key, life);
    }
    return;
  }
  if (page == nullptr) {
    broken("notice_once", "the order does not show, or shows twice, the notice " + key, life);
  }
  if (!has_address) {
    if (page->status != NoticeStatus::skipped_no_address || life.sent.contains(key)) {
      broken("notice_once", "somebody without that address was told: " + key, life);
    }
    return;
  }
  if (notice == nullptr) broken("notice_once", "a customer was not told: " + key, life);
  check_sent(life, *notice, scenario);
  if (page->status != notice->status) {
    broken("page_is_true", "the order does not show what has become of the notice " + key, life);
  }
}

}  // namespace

void check_attempt(Life& life, const NoticeToSend& notice) {
  if (kept(life, notice.kind, notice.channel) == nullptr) {
    broken("effect_is_committed", "a notice was sent before its commit", life);
  }
  if (++life.tries[notice.key] > tries_max) {
    broken("attempts_bounded", "a notice is tried again and again: " + notice.key, life);
  }
}

// The order as it was when it got there: what was changed since, the notice does not tell.
const orders::Order& order_told(const Life& life, NoticeKind kind) {
  const auto* at = std::ranges::find(announced, kind, [](const auto& pair) { return pair.second; });
  const auto entry =
      std::ranges::find(life.order->history, at->first, &orders::HistoryEntry::status);
  const auto later = std::ranges::find_if(
      life.before_revisions, [&](const auto& before) { return before->version >= entry->version; });
  return later == life.before_revisions.end() ? *life.order : **later;
}

void check_order_told(const Life& life, const NoticeToSend& notice, const orders::Order& order) {
  const auto says = [&](std::string_view text) {
    return notice.text.find(text) != std::string::npos ||
           notice.subject.find(text) != std::string::npos;
  };
  if (!says(dollars(order.total))) {
    broken("notice_true", "a notice does not tell the order's total: " + notice.text, life);
  }
  for (const auto& line : order.lines) {
    if (says(std::to_string(line.quantity) + " × " + line.product_name)) continue;
    broken("notice_true", "a notice does not tell what was ordered: " + notice.text, life);
  }
}

void check_content(const Life& life, const NoticeToSend& notice) {
  if (notice.key != key_of(life, notice.kind, notice.channel)) {
    broken("notice_once", "a notice has no stable key", life);
  }
  if (notice.address.empty() || notice.address != address_of(life, notice.channel)) {
    broken("notice_once", "a notice went to an address that its customer has not left", life);
  }
  if (!life.order || !is_due(life, notice.kind)) {
    broken("notice_once", "a customer was told what has not happened: " + notice.key, life);
  }
  check_order_told(life, notice, order_told(life, notice.kind));
}

void Oracle::asked(const NoticeToSend& notice) {
  check_attempt(known(notice.order_id), notice);
}

void Oracle::sent(const NoticeToSend& notice) {
  auto& life = known(notice.order_id);
  check_content(life, notice);
  Fingerprint text;
  text.add(std::string_view{notice.text});
  text.add(std::string_view{notice.address});
  const auto [at, is_new] = life.sent.emplace(notice.key, text.value());
  if (!is_new && at->second != text.value()) {
    broken("notice_once", "one key was used for two different notices", life);
  }
}

void check_told(const Life& life, const Scenario& scenario) {
  if (life.order->face == Face::fulfilment) {  // its clients ask
    if (life.order->notices.empty() && !life.notices) return;
    broken("notice_once", "somebody was told who asks by themselves", life);
  }
  for (const auto& [status, kind] : announced) {
    for (const auto channel : {Channel::email, Channel::sms}) {
      check_notice(life, kind, channel, scenario);
    }
  }
  const bool is_reachable = life.plan != nullptr && (life.plan->has_email || life.plan->has_phone);
  if (life.notices && !is_reachable) {
    broken("notice_once", "notices are kept for somebody who left no address", life);
  }
}

}  // namespace oms::simulate
