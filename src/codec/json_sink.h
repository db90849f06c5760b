#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace oms::json {

// Appends to a text through its spare room, so that a few bytes cost a few instructions and not a
// call each. While it lives the text is the sink's alone; afterwards it ends with what was put.
class Sink {
 public:
  // `likely` bytes will be put, it is thought: then the text grows once.
  explicit Sink(std::string& text, std::size_t likely = usual) : text_(text) {
    expose(text.size(), text.size() + likely);
  }
  ~Sink() { text_.resize(size()); }
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  std::size_t size() const { return static_cast<std::size_t>(at_ - text_.data()); }
  // What was put at `place`, counted as `size` counts.
  char& operator[](std::size_t place) { return text_[place]; }

  void put(char c) {
    *room(1) = c;
    ++at_;
  }
  void put(std::string_view part) {
    char* const begin = room(part.size());
    at_ = begin + part.copy(begin, part.size());
  }
  // Where up to `most` bytes may be written; `took` then tells where they end.
  char* room(std::size_t most) {
    if (static_cast<std::size_t>(end_ - at_) < most) grow(most);
    return at_;
  }
  void took(char* end) { at_ = end; }

 private:
  static constexpr std::size_t usual = 512;  // of one record

  void grow(std::size_t most) {
    const auto used = size();
    expose(used, std::max(2 * used, used + std::max(most, usual)));
  }
  // Makes all that the text has room for part of it, whatever it holds there: nobody reads it
  // before it is written or cut off.
  void expose(std::size_t used, std::size_t wanted) {
    if (text_.capacity() < wanted) text_.reserve(std::max(wanted, 2 * used));
    text_.resize_and_overwrite(text_.capacity(), [](char*, std::size_t all) { return all; });
    at_ = text_.data() + used;
    end_ = text_.data() + text_.size();
  }

  std::string& text_;
  char* at_ = nullptr;
  char* end_ = nullptr;
};

}  // namespace oms::json
