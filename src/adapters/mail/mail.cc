#include "adapters/mail/mail.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>

#include "adapters/crypto/crypto.h"
#include "base/mail_address.h"
#include "base/time.h"

namespace oms::mail {
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
std::string mail_date(Time time) {
  using namespace std::chrono;
  static constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed",
                                                            "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> months{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
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

std::optional<std::string> write_mail(const Mail& mail) {
  if (!is_mail_address(mail.address)) return std::nullopt;
  std::string out;
  const auto header = [&out](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append(end_of_line);
  };
  const auto body = [&](std::string_view type, std::string_view text) {
    header("Content-Type", std::string{type} + "; charset=utf-8");
    header("Content-Transfer-Encoding", "quoted-printable");
    out.append(end_of_line).append(quoted_printable(text));
  };
  const auto name = display_name(mail.name);
  header("From", mail.from);
  header("To", name.empty() ? mail.address : name + " <" + mail.address + ">");
  header("Subject", header_text(mail.subject));
  header("Date", mail_date(mail.date));
  header("Message-ID", "<" + safe_name(mail.id) + "@" + mail.domain + ">");
  header("Auto-Submitted", "auto-generated");
  header("MIME-Version", "1.0");
  if (mail.html.empty()) {
    body("text/plain", mail.text);
    return out;
  }
  // No line of quoted-printable text can be this: its = is followed by two digits.
  constexpr std::string_view boundary = "=_oms";
  header("Content-Type", "multipart/alternative; boundary=\"" + std::string{boundary} + "\"");
  out.append(end_of_line).append("--").append(boundary).append(end_of_line);
  body("text/plain", mail.text);
  out.append("--").append(boundary).append(end_of_line);
  body("text/html", mail.html);
  return out.append("--").append(boundary).append("--").append(end_of_line);
}

bool is_international(std::string_view address) {
  return !std::ranges::all_of(address, is_ascii);
}

std::optional<Sender> read_sender(std::string_view text) {
  const auto trimmed = [](std::string_view part) {
    part.remove_prefix(std::min(part.find_first_not_of(' '), part.size()));
    return part.substr(0, part.find_last_not_of(' ') + 1);
  };
  text = trimmed(text);
  std::string_view name;
  auto address = text;
  if (const auto open = text.find('<'); open != std::string_view::npos && text.ends_with('>')) {
    name = trimmed(text.substr(0, open));
    address = text.substr(open + 1, text.size() - open - 2);
  }
  if (name.size() > 1 && name.starts_with('"') && name.ends_with('"')) {
    name = name.substr(1, name.size() - 2);
  }
  if (!is_mail_address(address)) return std::nullopt;
  Sender sender{.address = std::string{address},
                .domain = std::string{address.substr(address.find('@') + 1)}};
  // An id has to be ASCII for servers that do not offer SMTPUTF8.
  if (is_international(sender.domain)) sender.domain = "oms.invalid";
  const auto shown = display_name(name);
  sender.header = shown.empty() ? sender.address : shown + " <" + sender.address + ">";
  return sender;
}

}  // namespace oms::mail
