#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace oms::postgres {

// PostgreSQL's binary format of parameters and results: nothing is escaped, nothing is parsed.

template <std::integral T>
T big_endian(T number) {
  return std::endian::native == std::endian::little ? std::byteswap(number) : number;
}

template <std::integral T>
void append(std::string& out, T number) {
  number = big_endian(number);
  out.append(reinterpret_cast<const char*>(&number), sizeof number);
}

template <std::integral T>
T read_integer(const char* bytes) {
  T number = 0;
  std::memcpy(&number, bytes, sizeof number);
  return big_endian(number);
}

inline std::string integer(std::int64_t number) {
  std::string out;
  append(out, number);
  return out;
}

// An array parameter: one element for each row that a statement reads or writes.
class Array {
 public:
  enum class Of : std::int32_t { integer = 20, text = 25, json = 114 };  // the types' object ids

  explicit Array(Of element) {
    append(bytes_, std::int32_t{1});  // dimensions
    append(bytes_, std::int32_t{0});  // whether there are nulls
    append(bytes_, static_cast<std::int32_t>(element));
    append(bytes_, std::int32_t{0});  // size
    append(bytes_, std::int32_t{1});  // first index
  }

  void add(std::string_view text) {
    begin_element(static_cast<std::int32_t>(text.size()));
    bytes_ += text;
  }
  void add(std::int64_t number) {
    begin_element(sizeof number);
    append(bytes_, number);
  }
  void add_null() {
    begin_element(-1);
    put(4, 1);
  }

  std::string take() && {
    put(12, size_);
    return std::move(bytes_);
  }

 private:
  void begin_element(std::int32_t bytes) {
    ++size_;
    append(bytes_, bytes);
  }
  void put(std::size_t at, std::int32_t number) {
    number = big_endian(number);
    std::memcpy(bytes_.data() + at, &number, sizeof number);
  }

  std::string bytes_;
  std::int32_t size_ = 0;
};

}  // namespace oms::postgres
