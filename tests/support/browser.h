#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace oms::testing {

// Headless Chromium, driven by its DevTools protocol over a pipe. One page.
class Browser {
 public:
  // Whether Chromium is installed here.
  static bool is_there();

  // The size of a phone's screen, in CSS pixels.
  explicit Browser(int width = 390, int height = 844);
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  void open(const std::string& url);

  // The value of a JavaScript expression as text.
  std::string evaluate(std::string_view expression);

  // Waits until the expression is true. False after 15 s.
  bool await(std::string_view expression);

  // Presses a key as a person does: "Tab", "Enter", "Space".
  void press(const std::string& key);

  // A PNG of what is seen.
  void take_picture(const std::filesystem::path& path);

 private:
  std::string call(std::string_view method, const std::string& parameters);
  std::string read_message();

  std::filesystem::path profile_;
  pid_t pid_ = -1;
  int to_browser_ = -1;
  int from_browser_ = -1;
  int calls_ = 0;
  std::string session_;
  std::string buffer_;
};

}  // namespace oms::testing
