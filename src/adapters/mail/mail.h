#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace oms::mail {

// One email to one customer.
struct Mail {
  std::string from;     // "Shop <shop@example.com>": as `read_sender` writes it
  std::string name;     // of the customer; empty: none is known
  std::string address;  // of the customer
  std::string subject;
  std::string text;
  std::string html = {};               // the same as a page; empty: there is none
  std::string id;                      // of the mail, the same however often it is written
  std::string domain = "oms.invalid";  // to which the id belongs
  Time date = {};
};

// The mail as RFC 5322 has it, with CRLF line ends, the text in MIME and, where it has a page, both
// as alternatives (RFC 2046). The Message-ID follows from the id. Nothing in the mail can add a
// header or end the head: control characters become spaces, and names and texts beyond ASCII are
// encoded (RFC 2047); an address beyond ASCII stands as it is (RFC 6532). No line has more than 998
// bytes. Empty if the address is not one.
std::optional<std::string> write_mail(const Mail& mail);

// A name for a file or a Message-ID: the key itself, or a digest where it has unusual characters.
std::string safe_name(std::string_view key);

// Whether only a server that offers SMTPUTF8 (RFC 6531) may be given this address.
bool is_international(std::string_view address);

// Who writes.
struct Sender {
  std::string header;   // "=?UTF-8?Q?Caf=C3=A9?= <cafe@example.com>"
  std::string address;  // "cafe@example.com"
  std::string domain;   // "example.com"
};

// "Name <address>", "<address>" or "address"; none if it is neither.
std::optional<Sender> read_sender(std::string_view text);

}  // namespace oms::mail
