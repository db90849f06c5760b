#pragma once

#include <array>
#include <charconv>
#include <string>
#include <string_view>

#include "adapters/simulated/book.h"

// The provider's objects as Stripe writes them.
namespace oms::simulated {

inline constexpr std::string_view api_version = "2026-08-26.dahlia";

// JSON under construction. A text is put in as it stands; what others have said is quoted.
class Text {
 public:
  Text() { text_.reserve(768); }

  Text& operator<<(std::string_view part) {
    text_ += part;
    return *this;
  }
  Text& operator<<(bool value) { return *this << std::string_view{value ? "true" : "false"}; }
  Text& operator<<(const char* part) { return *this << std::string_view{part}; }
  Text& operator<<(const std::string& part) { return *this << std::string_view{part}; }
  Text& operator<<(std::int64_t number) {
    std::array<char, 20> digits;
    text_.append(digits.data(),
                 std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
    return *this;
  }
  Text& operator<<(const Id& id) {
    std::array<char, Id::text_size> hex;
    id.write(hex.data());
    text_.append(hex.data(), hex.size());
    return *this;
  }
  Text& quote(std::string_view text);

  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

// Which objects are put in whole, where otherwise their names would stand.
struct Expanded {
  bool intent = false;
  bool charge = false;
};

// `base_url` is that of the payment pages: an open session has its own there.
void write_session(const Session& session, const Standing& standing, std::string_view base_url,
                   Text& out, Expanded expanded = {});
// `card` is the last one, which was declined, or empty.
void write_intent(const Session& session, const Standing& standing, std::string_view card,
                  Text& out, Expanded expanded = {});
void write_charge(const Session& session, const Standing& standing, Text& out);

std::string write_metadata(const Metadata& metadata);

struct RefundFacts {
  std::string name;
  MinorUnits amount = 0;
  std::string_view status = "succeeded";
  Time created_at;
  std::string metadata;  // as JSON
};
// `whole` is how the charge stands, if it is to be put in.
void write_refund(const Session& session, const RefundFacts& refund, const Standing* whole,
                  Text& out);

}  // namespace oms::simulated
