#include "tools/bench/server_watch.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <string>

namespace oms::bench {
namespace {

constexpr Nanos patience = 5 * second;

// The number on the line that begins with that name; the sum, if there is one for each label.
std::uint64_t metric(std::string_view text, std::string_view name) {
  double sum = 0;
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const bool is_line = at == 0 || text[at - 1] == '\n';
    auto rest = text.substr(at + name.size());
    if (rest.starts_with('{')) rest = rest.substr(std::min(rest.find('}') + 1, rest.size()));
    if (!is_line || !rest.starts_with(' ')) continue;
    double value = 0;
    std::from_chars(rest.data() + 1, rest.data() + rest.size(), value);
    sum += value;
  }
  return static_cast<std::uint64_t>(sum);
}

// The seconds of processor time that a process has used, all its threads together.
double cpu_of(pid_t pid) {
  if (pid <= 0) return 0;
  std::ifstream file{"/proc/" + std::to_string(pid) + "/stat"};
  std::string line;
  std::getline(file, line);
  const auto name_end = line.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::size_t at = name_end + 1;
  for (int field = 0; field < 12; ++field) at = line.find(' ', at) + 1;
  char* end = nullptr;
  const auto user = std::strtod(line.c_str() + at, &end);
  const auto system = std::strtod(end, nullptr);
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// What all processes of this machine have used: of the first line of /proc/stat all but idling and
// waiting for a disk.
double machine_cpu() {
  std::ifstream file{"/proc/stat"};
  std::string name;
  double user = 0;
  double nice = 0;
  double system = 0;
  double idle = 0;
  double waiting = 0;
  double interrupts = 0;
  double soft_interrupts = 0;
  file >> name >> user >> nice >> system >> idle >> waiting >> interrupts >> soft_interrupts;
  return (user + nice + system + interrupts + soft_interrupts) /
         static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace

void ServerWatch::poll() {
  if (channel_.is_busy()) return;
  channel_.request() = "GET /metrics HTTP/1.1\r\nHost: " + target_.address.host + "\r\n\r\n";
  channel_.send();
}

Snapshot ServerWatch::snapshot() {
  const auto until = clock_now() + patience;
  while (channel_.is_busy() && clock_now() < until) loop_.step(second / 100);
  poll();
  while (channel_.is_busy() && clock_now() < until) loop_.step(second / 100);
  Snapshot taken = last_;
  taken.at = clock_now();
  taken.server_cpu = cpu_of(target_.pid);
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  taken.client_user = seconds_of(usage.ru_utime);
  taken.client_cpu = taken.client_user + seconds_of(usage.ru_stime);
  taken.machine_cpu = machine_cpu();
  return taken;
}

void ServerWatch::answered(Channel&, const Answer& answer) {
  if (answer.status != 200) return;
  const auto text = answer.body;
  last_ = {.batches = metric(text, "oms_batches_total"),
           .messages = metric(text, "oms_messages_total"),
           .rows = metric(text, "oms_rows_written_total"),
           .wake_ups = metric(text, "oms_wake_ups_total"),
           .dead_letters = metric(text, "oms_dead_letters_total"),
           .refused = metric(text, "oms_refused_full_total"),
           .deferred = metric(text, "oms_effects_deferred_total"),
           .failed_commits = metric(text, "oms_failed_commits_total"),
           .resident = metric(text, "process_resident_memory_bytes")};
  resident_max_ = std::max(resident_max_, last_.resident);
}

}  // namespace oms::bench
