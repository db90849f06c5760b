#include "tools/bench/loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <ctime>
#include <stdexcept>

namespace oms::bench {
namespace {

volatile std::sig_atomic_t interrupted = 0;

void interrupt(int) {
  interrupted = 1;
}

}  // namespace

Nanos clock_now() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * second + now.tv_nsec;
}

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::runtime_error("cannot create an epoll instance");
}

Loop::~Loop() {
  ::close(epoll_);
}

void Loop::watch(int socket, Watcher& watcher) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &watcher;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event) != 0) {
    throw std::runtime_error("cannot watch a socket");
  }
}

void Loop::step(Nanos patience) {
  std::array<epoll_event, 128> events;
  patience = std::clamp<Nanos>(patience, 0, second);
  const timespec wait{.tv_sec = patience / second, .tv_nsec = patience % second};
  const int count =
      ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &wait, nullptr);
  for (int i = 0; i < count; ++i) {
    static_cast<Watcher*>(events[static_cast<std::size_t>(i)].data.ptr)->ready();
  }
}

bool is_interrupted() {
  return interrupted != 0;
}

void catch_interrupts() {
  struct sigaction action{};
  action.sa_handler = interrupt;  // without SA_RESTART: a waiting thread wakes up
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

}  // namespace oms::bench
