#include "adapters/files/mail.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "adapters/crypto/crypto.h"
#include "base/mail_address.h"
#include "base/time.h"

namespace oms::files {
namespace {

constexpr std::string_view end_of_line = "\r\n";
constexpr std::string_view hex_digits = "0123456789ABCDEF";
constexpr std::size_t name_max = 100;

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}
bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}
bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}
bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

void write_escaped_byte(char c, std::string& out) {
  const auto byte = static_cast<unsigned char>(c);
  out += '=';
  out += hex_digits[byte >> 4];
  out += hex_digits[byte & 15];
}

// RFC 2047: words of whole UTF-8 characters, so short that each fits a line of 76 characters, even
// after a header's name.
std::string encoded_words(std::string_view text) {
  constexpr std::string_view begin = "=?UTF-8?Q?";
  constexpr std::string_view end = "?=";
  constexpr std::size_t room = 66 - begin.size() - end.size();
  std::string out{begin};
  std::string character;
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size();) {
    character.clear();
    do {
      if (is_alphanumeric(text[i])) {
        character += text[i];
      } else if (text[i] == ' ') {
        character += '_';
      } else {
        write_escaped_byte(text[i], character);
      }
      ++i;
    } while (i < text.size() && is_continuation(text[i]) && character.size() < 12);
    if (used + character.size() > room) {
      out.append(end).append(end_of_line).append(" ").append(begin);
      used = 0;
    }
    out += character;
    used += character.size();
  }
  return out.append(end);
}

// Free text in a header. A line may have 998 characters at most; encoded words are folded.
std::string header_text(std::string_view text) {
  std::string clean{text};
  std::ranges::replace_if(clean, is_control, ' ');
  constexpr std::size_t plain_max = 60;
  const bool is_plain = clean.size() <= plain_max && std::ranges::all_of(clean, is_ascii) &&
                        clean.find("=?") == std::string::npos;
  return is_plain ? clean : encoded_words(clean);
}

std::string display_name(std::string_view name) {
  const auto is_plain = [](char c) { return is_alphanumeric(c) || c == ' '; };
  if (name.size() <= 60 && std::ranges::all_of(name, is_plain)) return std::string{name};
  std::string clean{name};
  std::ranges::replace_if(clean, is_control, ' ');
  return encoded_words(clean);
}

// "Fri, 21 Nov 2026 09:30:00 +0000"
std::string mail_date(std::string_view at) {
  using namespace std::chrono;
  static constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed",
                                                            "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto time = parse_time(at).value_or(Time{});
  const auto text = to_text(time);  // 2026-11-21T09:30:00.000Z
  const auto day = floor<days>(sys_time<milliseconds>{milliseconds{time.unix_ms}});
  const year_month_day date{day};
  std::string out{weekdays[weekday{day}.c_encoding()]};
  out.append(", ").append(text, 8, 2).append(" ");
  out.append(months[static_cast<unsigned>(date.month()) - 1]).append(" ");
  return out.append(text, 0, 4).append(" ").append(text, 11, 8).append(" +0000");
}

// RFC 2045: printable ASCII as it is, the rest escaped, lines of at most 76 characters.
std::string quoted_printable(std::string_view text) {
  constexpr std::size_t line_max = 73;  // an escape and the soft break still fit
  std::string out;
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n' || c == '\r') {
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') ++i;
      out.append(end_of_line);
      used = 0;
      continue;
    }
    if (used >= line_max) {
      out.append("=").append(end_of_line);
      used = 0;
    }
    const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
    const bool is_plain = is_ascii(c) && !is_control(c) && c != '=' && !(c == ' ' && ends_line) &&
                          !(c == '.' && used == 0);  // a lone dot ends a mail on its way
    const auto before = out.size();
    if (is_plain) {
      out += c;
    } else {
      write_escaped_byte(c, out);
    }
    used += out.size() - before;
  }
  return out.append(end_of_line);
}

}  // namespace

std::string safe_name(std::string_view key) {
  const auto is_plain = [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; };
  if (!key.empty() && key.size() <= name_max && std::ranges::all_of(key, is_plain)) {
    return std::string{key};
  }
  return to_hex(sha256(key));
}

std::optional<std::string> write_mail(const NoticeLine& notice, std::string_view from) {
  if (!is_mail_address(notice.address)) return std::nullopt;
  std::string out;
  const auto header = [&out](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append(end_of_line);
  };
  const auto name = display_name(notice.name);
  header("From", from);
  header("To", name.empty() ? notice.address : name + " <" + notice.address + ">");
  header("Subject", header_text(notice.subject));
  header("Date", mail_date(notice.at));
  header("Message-ID", "<" + safe_name(notice.key) + "@oms.invalid>");
  header("Auto-Submitted", "auto-generated");
  header("MIME-Version", "1.0");
  header("Content-Type", "text/plain; charset=utf-8");
  header("Content-Transfer-Encoding", "quoted-printable");
  out.append(end_of_line);
  return out.append(quoted_printable(notice.text));
}

}  // namespace oms::files
