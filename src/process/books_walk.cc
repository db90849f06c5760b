#include "process/books_walk.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "process/awaited.h"
#include "services/reconciliation/rules.h"

namespace oms::process {
namespace {

using Steady = std::chrono::steady_clock;

// By so much the provider's clock and ours may differ.
constexpr Duration skew = std::chrono::minutes{5};
constexpr Duration longest_rest{500};

constexpr Duration widest = std::chrono::hours{24};
constexpr Duration narrowest = std::chrono::seconds{1};
constexpr std::size_t few = 200;          // charges of a window: the next may be wider
constexpr std::size_t many = 5'000;       // then it is to be narrower
constexpr std::size_t too_many = 20'000;  // then it is read again, narrower
constexpr std::size_t waiting_max = 200'000;
constexpr std::size_t orders_at_a_time = 100;

// The first of the ids that begin with that second.
std::string id_from(Time time) {
  const auto seconds = static_cast<std::uint32_t>(time.unix_ms / 1000);
  Id::Bytes bytes{};
  for (std::size_t i = 0; i < 4; ++i)
    bytes.at(i) = static_cast<std::uint8_t>(seconds >> (24 - 8 * i));
  return Id{bytes}.text();
}

Duration whole_seconds(Duration span) {
  return std::chrono::floor<std::chrono::seconds>(span);
}

Time whole_second(Time time) {
  return Time{} + whole_seconds(time - Time{});
}

template <class Facts>
const Facts* facts_of(const std::vector<Facts>& all, const Id& order) {
  const auto found = std::ranges::lower_bound(all, order, {}, &Facts::order_id);
  return found != all.end() && found->order_id == order ? &*found : nullptr;
}

}  // namespace

// Waits for the answer, and rests as long as that took.
template <class T, class Start>
Result<T> BooksWalk::await(Start start) {
  const auto began = Steady::now();
  auto answer = process::await<T>(stop_, std::move(start));
  rest(std::chrono::duration_cast<Duration>(Steady::now() - began));
  return answer;
}

void BooksWalk::rest(Duration worked) const {
  std::mutex mutex;
  std::unique_lock lock{mutex};
  std::condition_variable_any().wait_for(lock, stop_, std::min(worked, longest_rest),
                                         [] { return false; });
}

Result<BooksWalk::Seen> BooksWalk::run(const OnProgress& on_progress) {
  last_order_ = id_from(period_.until + std::chrono::seconds{1});
  const auto begin = whole_second(period_.until + skew);
  const auto end = whole_second(period_.since - skew);
  auto width = std::chrono::duration_cast<Duration>(std::chrono::minutes{15});
  for (auto until = begin; until > end;) {
    const auto since = std::max(until - width, end);
    const auto before = seen_.charges;
    OMS_TRY(const bool fits, read_charges(since, until));
    if (!fits) {
      width = std::max(whole_seconds(width / 4), narrowest);
      continue;
    }
    OMS_CHECK(compare_orders(std::max(since + skew, period_.since)));
    until = since;
    const auto came = static_cast<std::size_t>(seen_.charges - before);
    if (came < few) width = std::min(width * 2, widest);
    if (came > many) width = std::max(whole_seconds(width / 2), narrowest);
    if (on_progress) {
      on_progress(static_cast<int>((begin - until) * 100 / (begin - end)), seen_);
    }
  }
  OMS_CHECK(look_at_rest());
  return std::move(seen_);
}

// False: there are more than are to be in memory at a time.
Result<bool> BooksWalk::read_charges(Time since, Time until) {
  std::vector<ProviderCharge> charges;
  ChargesWanted wanted{.since = since, .until = until};
  const bool can_be_narrower = until - since > narrowest;
  do {
    OMS_TRY(auto page, await<ChargePage>([&](PaymentProvider::OnCharges on_charges) {
              parts_.provider.list(wanted, std::move(on_charges));
            }));
    for (auto& charge : page.charges) charges.push_back(std::move(charge));
    if (charges.size() > too_many && can_be_narrower) return false;
    wanted.cursor = std::move(page.next);
  } while (!wanted.cursor.empty());
  charges_waiting_ += charges.size();
  seen_.charges += std::ssize(charges);
  if (charges_waiting_ > waiting_max) {
    return fail(ErrorKind::unavailable,
                "more charges than can be kept in memory were made long after their orders");
  }
  for (auto& charge : charges) charges_[charge.order_id].push_back(std::move(charge));
  return true;
}

// Those that were placed from then on: all their charges are read.
Result<void> BooksWalk::compare_orders(Time since) {
  for (;;) {
    if (orders_.empty()) {
      if (!has_more_orders_) return {};
      OMS_CHECK(read_orders());
    }
    std::vector<OrderView> batch;
    while (!orders_.empty() && orders_.back().created_at >= since) {
      batch.push_back(std::move(orders_.back()));
      orders_.pop_back();
    }
    if (batch.empty() && !orders_.empty()) return {};
    if (!batch.empty()) OMS_CHECK(compare_batch(batch));
  }
}

Result<void> BooksWalk::read_orders() {
  const Query query{.type = &type_of<OrderView>(),
                    .after = last_order_,
                    .limit = orders_at_a_time,
                    .and_newer = true};
  OMS_TRY(
      const auto page, await<Page>([&](auto answer) {
        parts_.views.aside([&views = parts_.views, query, answer = std::move(answer)]() mutable {
          answer(views.list(query));
        });
      }));
  last_order_ = page.last;
  has_more_orders_ = page.more;
  for (const auto& found : page.records) {
    const auto* order = found.record ? found.record.as<OrderView>() : nullptr;
    if (order != nullptr)
      orders_.push_back(*order);  // a newer version compares what it has written
  }
  std::ranges::reverse(orders_);
  return {};
}

Result<void> BooksWalk::compare_batch(const std::vector<OrderView>& orders) {
  std::vector<Id> ids;
  for (const auto& order : orders) ids.push_back(order.id);
  std::ranges::sort(ids);
  const auto ask = [&](const Question& question) {
    return await<Answer>([&](auto answer) { parts_.peers.ask(question, std::move(answer)); });
  };
  OMS_TRY(const auto payments, ask(PaymentsOf{.ids = ids}));
  OMS_TRY(const auto reservations, ask(ReservationsOf{.ids = ids}));
  for (const auto& order : orders) {
    reconciliation::Books books{
        .order = order,
        .payment = facts_of(std::get<PaymentsAre>(payments).payments, order.id),
        .reservation = facts_of(std::get<ReservationsAre>(reservations).reservations, order.id)};
    if (auto charges = charges_.extract(order.id)) {
      books.charges = std::move(charges.mapped());
      charges_waiting_ -= books.charges.size();
    }
    const Now now{parts_.clock.now(), parts_.clock.wall()};
    auto findings = reconciliation::compare(books, now, grace_);
    if (!findings && watched_.contains(order.id)) seen_.in_motion.insert(order.id);
    if (findings) add(*std::move(findings));
  }
  seen_.orders += std::ssize(orders);
  return {};
}

// Of orders before the period, or of none.
Result<void> BooksWalk::look_at_rest() {
  const Now now{parts_.clock.now(), parts_.clock.wall()};
  for (const auto& [order, charges] : charges_) {
    for (const auto& charge : charges) {
      auto finding = reconciliation::unknown_order(charge, now, grace_);
      if (!finding) continue;
      OMS_TRY(const bool is_here, is_known(order));
      if (is_here) break;
      add({*std::move(finding)});
    }
  }
  return {};
}

Result<bool> BooksWalk::is_known(const Id& order) {
  for (const auto& key : {key_of<OrderView>(order), key_of<ArchivedOrderView>(order)}) {
    OMS_TRY(
        const auto found, await<Found>([&](auto answer) {
          parts_.views.aside([&views = parts_.views, key, answer = std::move(answer)]() mutable {
            answer(views.get(key));
          });
        }));
    if (found.record) return true;
  }
  return false;
}

void BooksWalk::add(std::vector<Finding> findings) {
  for (auto& finding : findings) {
    if (seen_.findings.size() < Reconciliation::findings_max) {
      seen_.findings.push_back(std::move(finding));
    } else {
      ++seen_.unlisted;
    }
  }
}

}  // namespace oms::process
