#include "adapters/curl/client.h"

#include <curl/curl.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "adapters/curl/set_up.h"

namespace oms::curl {
namespace {

using Steady = std::chrono::steady_clock;

struct FreeMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
using Easy = std::unique_ptr<CURL, FreeEasy>;
using Headers = std::unique_ptr<curl_slist, FreeList>;

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// One call on its way.
struct Flight {
  Call call;
  Client::Done done;
  std::size_t max_body_bytes = 0;
  Steady::time_point silent_at = {};  // where a stream is followed
  bool has_seen_enough = false;
  Easy easy = {};
  Headers headers = {};
  HttpResponse response = {.status = 0, .content_type = {}};
};

std::size_t on_body(const char* bytes, std::size_t size, std::size_t count, void* data) {
  auto& flight = *static_cast<Flight*>(data);
  auto& stream = flight.call.stream;
  auto& response = flight.response;
  const std::string_view part{bytes, size * count};
  if (stream.on_part && response.content_type.starts_with("text/event-stream")) {
    flight.silent_at = Steady::now() + stream.silence;
    flight.has_seen_enough = !stream.on_part(part);
    return flight.has_seen_enough ? 0 : part.size();
  }
  if (response.body.size() + part.size() > flight.max_body_bytes) return 0;
  response.body.append(part);
  return part.size();
}

int on_progress(void* flight, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return Steady::now() < static_cast<Flight*>(flight)->silent_at ? 0 : 1;
}

std::string reason(CURL* easy, CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_CONNECT: {
      long error = 0;
      curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &error);
      if (error == 0) break;
      return "cannot connect: " + std::generic_category().message(static_cast<int>(error));
    }
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_ABORTED_BY_CALLBACK:
      return "the server took too long";
    case CURLE_WRITE_ERROR:
      return "the server's answer is too long";
    default:
      break;
  }
  return curl_easy_strerror(code);
}

std::size_t on_header(const char* bytes, std::size_t size, std::size_t count, void* data) {
  auto& flight = *static_cast<Flight*>(data);
  flight.silent_at = Steady::now() + flight.call.stream.silence;
  const std::string_view line{bytes, size * count};
  auto& response = flight.response;
  if (line.starts_with("HTTP/")) response.headers.clear();  // after a 100
  const auto colon = line.find(':');
  if (colon != std::string_view::npos) {
    auto& [name, value] = response.headers.emplace_back(
        lower(line.substr(0, colon)), std::string{trimmed(line.substr(colon + 1))});
    if (name == "content-type") response.content_type = value;
  }
  return size * count;
}

}  // namespace

class Client::Loop {
 public:
  explicit Loop(Options options) : options_(options) {
    set_up_once();
    multi_.reset(curl_multi_init());
    if (!multi_) throw std::runtime_error("libcurl has no memory");
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(options.in_flight_max));
    thread_ = std::thread{[this] { run(); }};
    ::pthread_setname_np(thread_.native_handle(), "oms-curl");
  }
  ~Loop() {
    {
      const std::scoped_lock lock{mutex_};
      is_closed_ = true;
    }
    curl_multi_wakeup(multi_.get());
    thread_.join();
  }

  void send(Call call, Done done) {
    {
      const std::scoped_lock lock{mutex_};
      arrived_.push_back({std::move(call), std::move(done), options_.max_body_bytes});
    }
    curl_multi_wakeup(multi_.get());
  }

  void after(Duration pause, std::move_only_function<void()> run) {
    {
      const std::scoped_lock lock{mutex_};
      later_.emplace(Steady::now() + pause, std::move(run));
    }
    curl_multi_wakeup(multi_.get());
  }

  std::size_t in_flight() const { return in_flight_.load(); }

 private:
  void run() {
    while (take_what_came()) {
      run_what_is_due();
      start_what_waits();
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      finish_what_ended();
      if (is_idle()) curl_multi_poll(multi_.get(), nullptr, 0, pause(), nullptr);
    }
    auto flights = std::move(flights_);
    in_flight_ = 0;
    for (auto& flight : flights) {
      curl_multi_remove_handle(multi_.get(), flight.easy.get());
      give_up(flight);
    }
    while (is_anything_left()) {
      for (auto& flight : std::exchange(waiting_, {})) give_up(flight);
    }
  }

  // What comes of an end may be another call, which ends too.
  bool is_anything_left() {
    std::multimap<Steady::time_point, std::move_only_function<void()>> later;
    {
      const std::scoped_lock lock{mutex_};
      later.swap(later_);
    }
    for (auto& [at, run] : later) run();
    take_what_came();
    return !later.empty() || !waiting_.empty();
  }

  static void give_up(Flight& flight) {
    flight.done(fail(ErrorKind::unavailable, "the HTTP client is being closed"));
  }

  // False when all is to end.
  bool take_what_came() {
    const std::scoped_lock lock{mutex_};
    std::ranges::move(arrived_, std::back_inserter(waiting_));
    arrived_.clear();
    return !is_closed_;
  }

  void run_what_is_due() {
    while (true) {
      std::unique_lock lock{mutex_};
      if (later_.empty() || later_.begin()->first > Steady::now()) return;
      auto run = std::move(later_.begin()->second);
      later_.erase(later_.begin());
      lock.unlock();
      run();
    }
  }

  void start_what_waits() {
    while (!waiting_.empty() && flights_.size() < options_.in_flight_max) {
      auto& flight = flights_.emplace_back(std::move(waiting_.front()));
      waiting_.pop_front();
      start(flight);
      in_flight_ = flights_.size();
    }
  }

  void start(Flight& flight) {
    if (idle_.empty()) {
      flight.easy.reset(curl_easy_init());
      if (!flight.easy) throw std::runtime_error("libcurl has no memory");
    } else {
      flight.easy = std::move(idle_.back());
      idle_.pop_back();
    }
    auto* const easy = flight.easy.get();
    const auto& call = flight.call;
    curl_slist* headers = curl_slist_append(nullptr, "Expect:");
    const auto is_type = [](const auto& header) { return lower(header.first) == "content-type"; };
    if (std::ranges::none_of(call.headers, is_type)) {
      headers = curl_slist_append(headers, "Content-Type:");  // or libcurl says one
    }
    for (const auto& [name, value] : call.headers) {
      headers = curl_slist_append(headers, (name + ": " + value).c_str());
    }
    flight.headers.reset(headers);
    curl_easy_setopt(easy, CURLOPT_URL, call.url.c_str());
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    if (!options_.uses_proxy) curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "oms");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options_.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &flight);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &flight);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, &flight);
    if (call.method == "HEAD") curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    if (call.method == "POST" || !call.body.empty()) {
      curl_easy_setopt(easy, CURLOPT_POST, 1L);
      curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                       static_cast<curl_off_t>(call.body.size()));
      curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call.body.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
    limit_time(flight);
    curl_multi_add_handle(multi_.get(), easy);
  }

  static void limit_time(Flight& flight) {
    auto* const easy = flight.easy.get();
    if (!flight.call.stream.on_part) {
      curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(flight.call.timeout.count()));
      return;
    }
    flight.silent_at = Steady::now() + flight.call.timeout;
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &flight);
  }

  void finish_what_ended() {
    int left = 0;
    while (const auto* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      finish(message->easy_handle, message->data.result);
    }
  }

  void finish(CURL* easy, CURLcode code) {
    const auto place = std::ranges::find_if(
        flights_, [easy](const Flight& flight) { return flight.easy.get() == easy; });
    curl_multi_remove_handle(multi_.get(), easy);
    auto flight = std::move(*place);
    flights_.erase(place);
    in_flight_ = flights_.size();
    Result<HttpResponse> result;
    if (code == CURLE_OK || flight.has_seen_enough) {
      long status = 0;
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      flight.response.status = static_cast<int>(status);
      result = std::move(flight.response);
    } else {
      result = fail(ErrorKind::unavailable, reason(easy, code));
    }
    curl_easy_reset(easy);
    idle_.push_back(std::move(flight.easy));
    flight.done(std::move(result));
  }

  // Whether there is nothing to do but to wait.
  bool is_idle() {
    const std::scoped_lock lock{mutex_};
    return arrived_.empty() && !is_closed_ &&
           (waiting_.empty() || flights_.size() >= options_.in_flight_max);
  }

  int pause() {
    constexpr std::chrono::milliseconds longest{1'000};
    const std::scoped_lock lock{mutex_};
    if (later_.empty()) return static_cast<int>(longest.count());
    const auto wait =
        std::chrono::ceil<std::chrono::milliseconds>(later_.begin()->first - Steady::now());
    return static_cast<int>(std::clamp(wait, std::chrono::milliseconds{0}, longest).count());
  }

  const Options options_;
  std::unique_ptr<CURLM, FreeMulti> multi_;
  std::mutex mutex_;
  std::vector<Flight> arrived_;
  std::multimap<Steady::time_point, std::move_only_function<void()>> later_;
  bool is_closed_ = false;
  std::atomic<std::size_t> in_flight_ = 0;
  // The thread's own.
  std::deque<Flight> waiting_;
  std::list<Flight> flights_;
  std::vector<Easy> idle_;
  std::thread thread_;
};

Client::Client(Options options) : loop_(std::make_unique<Loop>(options)) {}
Client::~Client() = default;

void Client::send(Call call, Done done) {
  loop_->send(std::move(call), std::move(done));
}

void Client::after(Duration pause, std::move_only_function<void()> run) {
  loop_->after(pause, std::move(run));
}

std::size_t Client::in_flight() const {
  return loop_->in_flight();
}

}  // namespace oms::curl
