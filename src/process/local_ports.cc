#include "process/local_ports.h"

#include <pthread.h>

#include <utility>

#include <boost/asio/post.hpp>

#include "services/orders/records.h"

namespace oms::process {

void LocalViews::aside(std::move_only_function<void()> work) {
  boost::asio::post(threads_, [work = std::move(work)]() mutable {
    [[maybe_unused]] thread_local const int named =
        ::pthread_setname_np(::pthread_self(), "oms-read");
    work();
  });
}

void LocalViews::stop() {
  threads_.stop();
  threads_.join();
}

void LocalChanges::observe(const runtime::Committed& committed) {
  auto* const sink = sink_.load();
  if (sink == nullptr || !sink->is_wanted()) return;
  for (const auto& change : committed.changes) {
    if (change.record && change.record.as<orders::Order>() != nullptr) {
      sink->order_changed(change.record, change.before);
    }
  }
}

}  // namespace oms::process
