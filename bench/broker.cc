// What an envelope costs on a real broker, in the shape of our services: one process's worth of
// connections for each of seven, of which one speaks with the six others. The broker's CPU is that
// of the process PID, which must run on this machine.
//
//   broker URL PID [ENVELOPES_PER_SECOND [SECONDS [PACE_MS]]]
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <mutex>
#include <sstream>
#include <thread>

#include "adapters/kafka/kafka_broker.h"
#include "adapters/rabbitmq/rabbitmq_broker.h"

namespace oms {
namespace {

using Clock = std::chrono::steady_clock;

std::int64_t now_us() {
  const auto now = Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::microseconds>(now).count();
}

double own_cpu_us() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

double cpu_us(const std::string& pid) {
  std::ifstream in{"/proc/" + pid + "/stat"};
  const std::string all{std::istreambuf_iterator<char>{in}, {}};
  std::istringstream rest{all.substr(all.rfind(')') + 2)};
  std::string skipped;
  for (int i = 0; i < 11; ++i) rest >> skipped;
  long user = 0;
  long system = 0;
  rest >> user >> system;
  return static_cast<double>(user + system) * 1e6 / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

constexpr std::array services{ServiceName::coordinator,  ServiceName::orders,
                              ServiceName::stock,        ServiceName::payments,
                              ServiceName::kitchen,      ServiceName::delivery,
                              ServiceName::notifications};

struct Tally {
  std::atomic<std::uint32_t> sent = 0;
  std::atomic<std::uint32_t> confirmed = 0;
  std::mutex mutex;
  std::vector<std::int64_t> taken_us;  // from publish to arrival
};

std::unique_ptr<Broker> open(const std::string& url) {
  const auto warn = [](const std::string& line) { fmt::print(stderr, "{}\n", line); };
  const auto opens = url.starts_with("kafka") ? open_kafka_broker : open_rabbitmq_broker;
  auto broker = opens(url, warn, {});
  if (!broker) throw std::runtime_error(broker.error().detail);
  return *std::move(broker);
}

Broker::Subscription consume(Broker& broker, ServiceName service, Tally& tally) {
  auto subscription =
      broker.subscribe(service, [&tally](const Envelope& envelope, const Broker::Settle& settle) {
        {
          const std::scoped_lock lock{tally.mutex};
          tally.taken_us.push_back(now_us() - envelope.number);
        }
        settle(Disposition::ack);
      });
  std::vector<std::size_t> all;
  for (std::size_t n = 0; n < broker.partitions(); ++n) all.push_back(n);
  broker.consume(service, all);
  return subscription;
}

// The coordinator sends half of all, the others the rest.
void publish(Broker& broker, std::size_t place, double each_ms, int pace_ms,
             const std::stop_token& stop, Tally& tally) {
  constexpr std::size_t payload_bytes = 250;  // 400 with all that is around it
  const std::string payload = '"' + std::string(payload_bytes, 'x') + '"';
  double owed = 0;
  auto next = Clock::now();
  while (!stop.stop_requested()) {
    owed += each_ms * pace_ms * (place == 0 ? 6.0 : 1.0);
    std::vector<Envelope> envelopes;
    for (; owed >= 1; owed -= 1) {
      const auto n = ++tally.sent;
      auto& envelope = envelopes.emplace_back();
      envelope.id = Id::child_of(Id{{1}}, n);
      envelope.order_id = Id::child_of(Id{{2}}, n / 20);
      envelope.from = services[place];
      envelope.to = place == 0 ? services[1 + n % 6] : services[0];
      envelope.number = now_us();
      envelope.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
      envelope.payload.text = payload;
    }
    broker.publish(std::move(envelopes), [&tally](std::span<const std::size_t> places) {
      tally.confirmed += static_cast<std::uint32_t>(places.size());
    });
    next += std::chrono::milliseconds{pace_ms};
    std::this_thread::sleep_until(next);
  }
}

int number(int count, char** arguments, int place, int otherwise) {
  if (place >= count) return otherwise;
  const std::string_view text{arguments[place]};
  std::from_chars(text.data(), text.data() + text.size(), otherwise);
  return otherwise;
}

void run(const std::string& url, const std::string& pid, int rate, int seconds, int pace_ms) {
  Tally tally;
  std::vector<std::unique_ptr<Broker>> brokers;
  std::vector<Broker::Subscription> subscriptions;
  for (const auto service : services) {
    brokers.push_back(open(url));
    subscriptions.push_back(consume(*brokers.back(), service, tally));
  }
  const double each_ms = rate / 12.0 / 1000.0;
  std::vector<std::jthread> threads;
  for (std::size_t place = 0; place < services.size(); ++place) {
    threads.emplace_back([&, place](const std::stop_token& stop) {
      publish(*brokers[place], place, each_ms, pace_ms, stop, tally);
    });
  }
  std::this_thread::sleep_for(std::chrono::seconds{2});
  const auto began = Clock::now();
  const auto own = own_cpu_us();
  const auto theirs = cpu_us(pid);
  {
    const std::scoped_lock lock{tally.mutex};
    tally.taken_us.clear();
  }
  std::this_thread::sleep_for(std::chrono::seconds{seconds});
  std::vector<std::int64_t> taken;
  {
    const std::scoped_lock lock{tally.mutex};
    taken = tally.taken_us;
  }
  const auto count = static_cast<double>(taken.size());
  const std::chrono::duration<double> span = Clock::now() - began;
  const auto own_each = (own_cpu_us() - own) / count;
  const auto their_each = (cpu_us(pid) - theirs) / count;
  threads.clear();
  std::this_thread::sleep_for(std::chrono::seconds{1});
  std::ranges::sort(taken);
  const auto quantile_ms = [&](double q) {
    return static_cast<double>(taken[static_cast<std::size_t>(q * (count - 1))]) / 1000;
  };
  fmt::print(
      "{:.0f} envelopes/s, {:.0f}+{:.0f} us CPU of broker and clients an envelope, "
      "p50 {:.1f} ms, p99 {:.1f} ms, {} of {} confirmed\n",
      count / span.count(), their_each, own_each, quantile_ms(0.5), quantile_ms(0.99),
      tally.confirmed.load(), tally.sent.load());
  brokers.clear();
}

}  // namespace
}  // namespace oms

int main(int count, char** arguments) {
  if (count < 3) {
    fmt::print(stderr, "broker URL PID [ENVELOPES_PER_SECOND [SECONDS [PACE_MS]]]\n");
    return 2;
  }
  oms::run(arguments[1], arguments[2], oms::number(count, arguments, 3, 5000),
           oms::number(count, arguments, 4, 5), oms::number(count, arguments, 5, 20));
  return 0;
}
