#include "tests/support/browser.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "codec/json_text.h"

namespace oms::testing {
namespace {

constexpr const char* chromium = "/usr/bin/chromium";

std::string text_field(std::string_view json, std::string_view name) {
  const auto key = "\"" + std::string{name} + "\":\"";
  const auto at = json.find(key);
  if (at == std::string_view::npos) return {};
  const auto begin = at + key.size();
  return std::string{json.substr(begin, json.find('"', begin) - begin)};
}

// Runs in the child: the protocol's pipe is on the descriptors 3 and 4.
[[noreturn]] void become_chromium(int input, int output, const std::string& profile,
                                  const std::string& window) {
  const int in = ::fcntl(input, F_DUPFD, 10);
  const int out = ::fcntl(output, F_DUPFD, 10);
  ::dup2(in, 3);
  ::dup2(out, 4);
  const int nothing = ::open("/dev/null", O_RDWR);
  for (const int stream : {0, 1, 2}) ::dup2(nothing, stream);
  const auto user_data = "--user-data-dir=" + profile;
  ::execl(chromium, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
          "--no-first-run", "--disable-background-networking", "--disable-component-update",
          "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
          "--remote-debugging-pipe", user_data.c_str(), window.c_str(), "about:blank",
          static_cast<char*>(nullptr));
  ::_exit(127);
}

// Base64 (RFC 4648) without line breaks.
std::string decode_base64(std::string_view text) {
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    unsigned value = 0;
    if (c >= 'A' && c <= 'Z')
      value = static_cast<unsigned>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      value = static_cast<unsigned>(c - 'a') + 26;
    else if (c >= '0' && c <= '9')
      value = static_cast<unsigned>(c - '0') + 52;
    else if (c == '+')
      value = 62;
    else if (c == '/')
      value = 63;
    else
      break;
    bits = (bits << 6U) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes += static_cast<char>((bits >> static_cast<unsigned>(count)) & 255U);
    }
  }
  return bytes;
}

}  // namespace

bool Browser::is_there() {
  return ::access(chromium, X_OK) == 0;
}

Browser::Browser(int width, int height) {
  auto name = (std::filesystem::temp_directory_path() / "oms-browser-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder");
  profile_ = name;
  std::array<int, 2> there{};
  std::array<int, 2> back{};
  if (::pipe2(there.data(), O_CLOEXEC) != 0 || ::pipe2(back.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipes");
  }
  const auto window = "--window-size=" + std::to_string(width) + "," + std::to_string(height);
  pid_ = ::fork();
  if (pid_ == 0) become_chromium(there[0], back[1], profile_.string(), window);
  ::close(there[0]);
  ::close(back[1]);
  to_browser_ = there[1];
  from_browser_ = back[0];
  const auto target =
      text_field(call("Target.createTarget", R"({"url":"about:blank"})"), "targetId");
  session_ = text_field(
      call("Target.attachToTarget", R"({"targetId":")" + target + R"(","flatten":true})"),
      "sessionId");
  call("Emulation.setDeviceMetricsOverride", R"({"width":)" + std::to_string(width) +
                                                 R"(,"height":)" + std::to_string(height) +
                                                 R"(,"deviceScaleFactor":2,"mobile":false})");
  call("Page.enable", "{}");
}

Browser::~Browser() {
  ::close(to_browser_);
  ::close(from_browser_);
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  std::this_thread::sleep_for(std::chrono::milliseconds{50});  // its children write to the last
  std::error_code ignored;
  std::filesystem::remove_all(profile_, ignored);
}

void Browser::open(const std::string& url) {
  call("Page.navigate", R"({"url":")" + url + R"("})");
  if (!await("document.readyState === 'complete'")) throw std::runtime_error("no page at " + url);
}

std::string Browser::evaluate(std::string_view expression) {
  std::string parameters = R"({"returnByValue":true,"awaitPromise":true,"expression":)";
  write_json_string("String(" + std::string{expression} + ")", parameters);
  const auto answer = call("Runtime.evaluate", parameters + "}");
  return text_field(answer, "value");
}

bool Browser::await(std::string_view expression) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{15};
  while (evaluate(expression) != "true") {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{25});
  }
  return true;
}

void Browser::press(const std::string& key) {
  const auto text = key == "Enter" ? "\\r" : key == "Space" ? " " : "";
  const auto name = key == "Space" ? std::string{" "} : key;
  const auto code = key == "Enter" ? 13 : key == "Tab" ? 9 : key == "ArrowRight" ? 39 : 32;
  const auto event = [&](const char* type) {
    return std::string{R"({"type":")"} + type + R"(","key":")" + name + R"(","code":")" + key +
           R"(","windowsVirtualKeyCode":)" + std::to_string(code) +
           (*text != '\0' ? R"(,"text":")" + std::string{text} + '"' : "") + "}";
  };
  call("Input.dispatchKeyEvent", event("keyDown"));
  call("Input.dispatchKeyEvent", event("keyUp"));
}

void Browser::take_picture(const std::filesystem::path& path) {
  const auto answer = call("Page.captureScreenshot", R"({"format":"png"})");
  std::ofstream{path, std::ios::binary} << decode_base64(text_field(answer, "data"));
}

std::string Browser::call(std::string_view method, const std::string& parameters) {
  const auto id = std::to_string(++calls_);
  auto message =
      R"({"id":)" + id + R"(,"method":")" + std::string{method} + R"(","params":)" + parameters;
  if (!session_.empty()) message += R"(,"sessionId":")" + session_ + '"';
  message += '}';
  message += '\0';
  if (::write(to_browser_, message.data(), message.size()) !=
      static_cast<ssize_t>(message.size())) {
    throw std::runtime_error("the browser is gone");
  }
  while (true) {
    auto answer = read_message();
    if (answer.starts_with("{\"id\":" + id + ",")) return answer;
  }
}

std::string Browser::read_message() {
  std::array<char, 65536> chunk{};
  while (true) {
    if (const auto end = buffer_.find('\0'); end != std::string::npos) {
      auto message = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return message;
    }
    pollfd waiting{.fd = from_browser_, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, 30'000) != 1) throw std::runtime_error("the browser is silent");
    const auto count = ::read(from_browser_, chunk.data(), chunk.size());
    if (count <= 0) throw std::runtime_error("the browser is gone");
    buffer_.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace oms::testing
