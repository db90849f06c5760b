#include "edge/stream_hub.h"

#include <algorithm>

#include "edge/views.h"

namespace oms::edge {
namespace {

EventStream::Frame frame_of(const OrderView& order) {
  auto frame = std::make_shared<std::string>("id: " + std::to_string(order.version) +
                                             "\nevent: order\ndata: ");
  *frame += order_json(order);
  *frame += "\n\n";
  return frame;
}

EventStream::Frame end_frame() {
  static const auto frame = std::make_shared<const std::string>("event: end\ndata: {}\n\n");
  return frame;
}

// Whether the order is in one of these, or has been since that version: one commit may take it
// through several.
bool is_chosen(const std::vector<OrderStatus>& only, const OrderView& order, std::int64_t since) {
  const auto is_named = [&](OrderStatus status) {
    return std::ranges::find(only, status) != only.end();
  };
  return only.empty() || is_named(order.status) ||
         std::ranges::any_of(order.history, [&](const orders::HistoryEntry& entry) {
           return entry.version > since && is_named(entry.status);
         });
}

}  // namespace

void StreamHub::follow(const Follow& follow, std::shared_ptr<EventStream> stream) {
  Watcher watcher{.stream = stream,
                  .seen = follow.after.value_or(0),
                  .only = follow.only,
                  .until = follow.until};
  {
    const std::scoped_lock lock{mutex_};
    if (follow.order_id) {
      by_order_.emplace(*follow.order_id, std::move(watcher));
    } else {
      of_all_.push_back(std::move(watcher));
    }
    count();
  }
  // At once if it was refused or its reader is gone already.
  stream->on_closed([this] { forget_closed(); });
}

void StreamHub::forget_closed() {
  const std::scoped_lock lock{mutex_};
  std::erase_if(by_order_, [](const auto& entry) { return !entry.second.stream->is_open(); });
  std::erase_if(of_all_, [](const auto& watcher) { return !watcher.stream->is_open(); });
  count();
}

void StreamHub::count() {
  watched_.store(by_order_.size() + of_all_.size(), std::memory_order_relaxed);
}

void StreamHub::show(const OrderView& order) {
  const std::scoped_lock lock{mutex_};
  EventStream::Frame frame;
  show_to_its_own(order, frame);
}

void StreamHub::order_changed(const OrderView& order, std::int64_t since) {
  const std::scoped_lock lock{mutex_};
  show_to_all(order, since);
}

bool StreamHub::is_over(const Watcher& watcher, const OrderView& order) {
  if (!watcher.until || order.updated_at < *watcher.until) return false;
  watcher.stream->close();
  return true;
}

void StreamHub::show_to_all(const OrderView& order, std::int64_t since) {
  EventStream::Frame frame;
  for (auto& watcher : of_all_) {
    if (is_over(watcher, order) || !is_chosen(watcher.only, order, since)) continue;
    if (!frame) frame = frame_of(order);
    watcher.stream->send(frame);
  }
  show_to_its_own(order, frame);
}

// The frame is made when somebody wants it.
void StreamHub::show_to_its_own(const OrderView& order, EventStream::Frame& frame) {
  const auto [first, last] = by_order_.equal_range(order.id);
  for (auto it = first; it != last; ++it) {
    auto& watcher = it->second;
    if (is_over(watcher, order)) continue;
    if (order.version > watcher.seen) {
      if (!frame) frame = frame_of(order);
      watcher.seen = order.version;
      watcher.stream->send(frame);
    }
    if (is_final(order.status)) {
      watcher.stream->send(end_frame());
      watcher.stream->close();
    }
  }
}

void StreamHub::close_all() {
  const std::scoped_lock lock{mutex_};
  for (auto& [id, watcher] : by_order_) watcher.stream->close();
  for (auto& watcher : of_all_) watcher.stream->close();
}

}  // namespace oms::edge
