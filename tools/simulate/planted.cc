#include "tools/simulate/planted.h"

#include <array>

#include "base/planted.h"

namespace oms::simulate {

#ifdef OMS_PLANTED

namespace {

constexpr std::array faults{
    "accept_any_amount",
    "announce_again",
    "announce_contact",
    "announce_last_step",
    "answer_any_run",
    "answer_before_commit",
    "archive_unsettled",
    "begin_before_its_turn",
    "believe_decline",
    "believe_failed_commit",
    "believe_old_word",
    "bill_first_line",
    "call_it_delivered",
    "call_it_refused",
    "call_it_sent",
    "cancel_after_pivot",
    "cancel_while_cooking",
    "cap_before_batch",
    "cap_below_bound",
    "cap_per_order",
    "confirm_all_before",
    "cook_first_line",
    "count_disputed",
    "count_events_anew",
    "count_from_zero",
    "count_last_line",
    "count_total_again",
    "decide_early",
    "decide_twice",
    "drop_failed_timer",
    "drop_repeated_line",
    "effects_before_commit",
    "expire_keys_early",
    "first_cook_only",
    "first_is_fresh",
    "first_price_for_all",
    "first_quantity_for_all",
    "forget_claimed_numbers",
    "forget_compensation",
    "forget_early",
    "forget_refund",
    "forget_return",
    "forget_step_in_doubt",
    "forget_sums",
    "forget_the_key",
    "forget_the_oven",
    "forget_unconfirmed",
    "halve_notice_total",
    "hide_failed_change",
    "ignore_backoff",
    "ignore_body_in_batch",
    "ignore_cap",
    "ignore_currency",
    "ignore_fingerprint",
    "ignore_version",
    "keep_confirmed",
    "keep_key_of_refusal",
    "keep_last_piece",
    "keep_late_money",
    "keep_replayed_letter",
    "keep_reserved",
    "keep_void_batch",
    "leave_abandoned",
    "leave_cancel_flag",
    "leave_early",
    "lines_below_bound",
    "lines_by_name",
    "longest_line_only",
    "look_never_again",
    "lose_phone",
    "lose_price",
    "lose_reason",
    "lose_restock",
    "lose_wake_ups",
    "never_commit",
    "never_look_after",
    "never_overdue",
    "never_purge_sagas",
    "new_key_each_time",
    "number_each_notice",
    "number_from_unsent",
    "one_cook_more",
    "oversell",
    "price_without_quantity",
    "promise_without_queue",
    "publish_before_commit",
    "publish_once",
    "purge_due_payments",
    "purge_live_orders",
    "quantity_below_bound",
    "queue_one_less",
    "queue_one_more",
    "read_behind_flight",
    "refund_each_time",
    "refund_too_much",
    "refund_whole_line",
    "refuse_once_paid",
    "release_before_word",
    "release_twice",
    "repeat_dead_letters",
    "reserve_in_part",
    "restock_is_not_there",
    "restock_lost_goods",
    "retry_notices_forever",
    "return_all_again",
    "return_each_time",
    "return_kept_goods",
    "round_money",
    "settle_before_commit",
    "short_window",
    "show_before_commit",
    "skip_archive",
    "skip_inbox",
    "skip_last_step",
    "skip_phone_only",
    "stay_in_queue",
    "swap_addresses",
    "total_in_32_bits",
    "trust_old_key",
    "two_changes_at_once",
    "version_stays",
    "write_off_all",
};

}  // namespace

bool has_planted_faults() {
  return true;
}

std::vector<Caught> find_planted(Campaign campaign,
                                 const std::function<void(const Caught&)>& on_caught) {
  campaign.stops_at_first = true;
  std::vector<Caught> all;
  for (const auto* fault : faults) {
    planted::name = fault;
    const auto totals = run(campaign);
    Caught caught{.fault = fault};
    if (!totals.failures.empty()) {
      const auto& first = totals.failures.front();
      caught.seeds = first.seed - campaign.first_seed + 1;
      caught.violation = first.violation;
    }
    on_caught(caught);
    all.push_back(std::move(caught));
  }
  planted::name = {};
  return all;
}

#else

bool has_planted_faults() {
  return false;
}

std::vector<Caught> find_planted(Campaign, const std::function<void(const Caught&)>&) {
  return {};
}

#endif

}  // namespace oms::simulate
