#include <netdb.h>
#include <pthread.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "adapters/static/registry.h"

namespace oms::fixed {
namespace {

std::vector<std::string> look_up(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned{found, ::freeaddrinfo};
  std::vector<std::string> all;
  for (const auto* each = found; each != nullptr; each = each->ai_next) {
    std::array<char, NI_MAXHOST> text{};
    const bool is_written = ::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(),
                                          nullptr, 0, NI_NUMERICHOST) == 0;
    if (is_written) all.emplace_back(text.data());
  }
  return all;
}

class DnsRegistry final : public Registry {
 public:
  DnsRegistry(const Addresses& names, DnsSettings settings)
      : names_(names), resolve_(std::move(settings.resolve)), every_(settings.every) {
    if (!resolve_) resolve_ = look_up;
    thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
  }
  DnsRegistry(const DnsRegistry&) = delete;
  DnsRegistry& operator=(const DnsRegistry&) = delete;
  ~DnsRegistry() override {
    thread_.request_stop();
    thread_.join();
  }

  // The name server is told by others.
  void announce(std::span<const ServiceName>, std::string_view) override {}
  void withdraw() override {}

  void watch(ServiceName service, OnAddresses on_addresses) override {
    const std::scoped_lock telling{telling_};
    std::vector<std::string> known;
    {
      const std::scoped_lock lock{mutex_};
      auto& watched = watched_[service];
      known = watched.addresses;
      watched.watchers.push_back(on_addresses);
      is_asked_ = true;
    }
    asked_.notify_all();
    on_addresses(std::move(known));
  }

 private:
  struct Watched {
    std::vector<OnAddresses> watchers;
    std::vector<std::string> addresses = {};
  };

  void run(const std::stop_token& stop) {
    ::pthread_setname_np(::pthread_self(), "oms-dns");
    while (!stop.stop_requested()) {
      for (const auto service : services()) {
        auto found = find(service);
        if (stop.stop_requested()) return;
        if (!found.empty()) tell(service, std::move(found));
      }
      std::unique_lock lock{mutex_};
      asked_.wait_for(lock, stop, every_, [this] { return is_asked_; });
      is_asked_ = false;
    }
  }

  std::vector<ServiceName> services() {
    const std::scoped_lock lock{mutex_};
    std::vector<ServiceName> all;
    for (const auto& [service, watched] : watched_) all.push_back(service);
    return all;
  }

  std::vector<std::string> find(ServiceName service) const {
    std::vector<std::string> all;
    const auto named = names_.find(service);
    if (named == names_.end()) return all;
    for (const auto& name : named->second) {
      const auto colon = name.rfind(':');
      for (const auto& address : resolve_(name.substr(0, colon))) {
        const bool is_six = address.contains(':') && !address.starts_with('[');
        all.push_back((is_six ? "[" + address + "]" : address) + name.substr(colon));
      }
    }
    std::ranges::sort(all);
    const auto twice = std::ranges::unique(all);
    all.erase(twice.begin(), twice.end());
    return all;
  }

  void tell(ServiceName service, std::vector<std::string> found) {
    const std::scoped_lock telling{telling_};  // one call after another
    std::vector<OnAddresses> watchers;
    {
      const std::scoped_lock lock{mutex_};
      auto& watched = watched_[service];
      if (watched.addresses == found) return;
      watched.addresses = found;
      watchers = watched.watchers;
    }
    for (const auto& watcher : watchers) watcher(found);
  }

  const Addresses names_;
  Resolve resolve_;
  const std::chrono::milliseconds every_;
  std::mutex telling_;  // taken before the other
  std::mutex mutex_;
  std::condition_variable_any asked_;
  std::map<ServiceName, Watched> watched_;
  bool is_asked_ = false;
  std::jthread thread_;
};

}  // namespace

std::unique_ptr<Registry> dns_registry(const Addresses& addresses, DnsSettings settings) {
  return std::make_unique<DnsRegistry>(addresses, std::move(settings));
}

}  // namespace oms::fixed
