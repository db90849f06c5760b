#include "adapters/files/mail.h"

#include <gtest/gtest.h>

#include <sstream>

namespace oms::files {
namespace {

NoticeLine notice() {
  return {.key = "65a0-paid-email",
          .address = "ada@example.com",
          .name = "Ada Lovelace",
          .subject = "Your order is paid",
          .text = "Thank you.",
          .at = "2026-11-21T09:30:00.000Z"};
}

std::string mail(const NoticeLine& line) {
  return write_mail(line, "OMS <no-reply@oms.invalid>").value_or("no mail");
}

// The names of the headers, in order: what an injection would change.
std::vector<std::string> header_names(const std::string& text) {
  std::vector<std::string> names;
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line) && line != "\r";) {
    if (line.front() != ' ') names.push_back(line.substr(0, line.find(':')));
  }
  return names;
}

TEST(Mail, HasWhatRfc5322Wants) {
  EXPECT_EQ(mail(notice()),
            "From: OMS <no-reply@oms.invalid>\r\n"
            "To: Ada Lovelace <ada@example.com>\r\n"
            "Subject: Your order is paid\r\n"
            "Date: Sat, 21 Nov 2026 09:30:00 +0000\r\n"
            "Message-ID: <65a0-paid-email@oms.invalid>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "Thank you.\r\n");
}

TEST(Mail, EncodesWhatIsNotAscii) {
  auto line = notice();
  line.name = "Zoë";
  line.subject = "Crème brûlée";
  line.text = "2 × Crème = 9 €";
  const auto text = mail(line);
  EXPECT_NE(text.find("To: =?UTF-8?Q?Zo=C3=AB?= <ada@example.com>\r\n"), std::string::npos);
  EXPECT_NE(text.find("Subject: =?UTF-8?Q?Cr=C3=A8me_br=C3=BBl=C3=A9e?=\r\n"), std::string::npos);
  EXPECT_NE(text.find("\r\n\r\n2 =C3=97 Cr=C3=A8me =3D 9 =E2=82=AC\r\n"), std::string::npos);
}

TEST(Mail, KeepsLinesShort) {
  auto line = notice();
  for (int i = 0; i < 200; ++i) line.subject += " é" + std::to_string(i);
  line.name = line.subject;
  line.text = line.subject;
  std::istringstream lines{mail(line)};
  for (std::string one; std::getline(lines, one);) EXPECT_LE(one.size(), 77U) << one;
}

TEST(Mail, CannotBeGivenMoreHeaders) {
  const auto expected = header_names(mail(notice()));
  for (const std::string evil :
       {"x\r\nBcc: all@example.com", "x\nBcc: all@example.com", "x\rBcc: y", "\r\n\r\nbody",
        "x\r\n\r\n<script>", "=?UTF-8?Q?x=0D=0ABcc:_y?="}) {
    auto line = notice();
    line.name = line.subject = line.text = line.key = evil;
    line.at = evil;
    EXPECT_EQ(header_names(mail(line)), expected) << evil;
  }
}

TEST(Mail, NeedsAnAddress) {
  for (const std::string address :
       {"", "ada", "@example.com", "ada@", "a@b@c", "ada@example.com\r\nBcc: y@z", "a b@c",
        "ada@example.com, bob@example.com", "<ada@example.com>", "ada@exämple.com"}) {
    auto line = notice();
    line.address = address;
    EXPECT_FALSE(write_mail(line, "x@y")) << address;
  }
}

TEST(Mail, WithoutANameGoesToTheAddress) {
  auto line = notice();
  line.name.clear();
  EXPECT_NE(mail(line).find("To: ada@example.com\r\n"), std::string::npos);
}

TEST(Mail, KeepsTheLinesOfItsText) {
  auto line = notice();
  line.text = "one \ntwo\r\n\r\n.\nend";
  EXPECT_TRUE(mail(line).ends_with("\r\n\r\none=20\r\ntwo\r\n\r\n=2E\r\nend\r\n"));
}

}  // namespace
}  // namespace oms::files
