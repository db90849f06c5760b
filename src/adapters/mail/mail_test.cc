#include "adapters/mail/mail.h"

#include <gtest/gtest.h>

#include <sstream>

namespace oms::mail {
namespace {

Mail notice() {
  return {.from = "OMS <no-reply@oms.invalid>",
          .name = "Ada Lovelace",
          .address = "ada@example.com",
          .subject = "Your order is paid",
          .text = "Thank you.",
          .id = "65a0-paid-email",
          .date = parse_time("2026-11-21T09:30:00.000Z").value()};
}

std::string mail(const Mail& line) {
  return write_mail(line).value_or("no mail");
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
    line.name = line.subject = line.text = line.id = evil;
    EXPECT_EQ(header_names(mail(line)), expected) << evil;
  }
}

TEST(Mail, NeedsAnAddress) {
  for (const std::string address :
       {"", "ada", "@example.com", "ada@", "a@b@c", "ada@example.com\r\nBcc: y@z", "a b@c",
        "ada@example.com, bob@example.com", "<ada@example.com>", "ada\u202E@example.com"}) {
    auto line = notice();
    line.address = address;
    EXPECT_FALSE(write_mail(line)) << address;
  }
}

TEST(Mail, KeepsAnInternationalAddressAsItIs) {
  auto line = notice();
  line.address = "zoë@exämple.com";
  line.name = "Zoë";
  EXPECT_NE(mail(line).find("To: =?UTF-8?Q?Zo=C3=AB?= <zoë@exämple.com>\r\n"), std::string::npos);
  EXPECT_TRUE(is_international(line.address));
  EXPECT_FALSE(is_international("zoe@xn--exmple-cua.com"));
}

TEST(Mail, HasAPageBesideItsText) {
  auto line = notice();
  line.html = "<p title=\"x\">Grüße</p>\n--=_oms--\n";
  EXPECT_TRUE(
      mail(line).ends_with("MIME-Version: 1.0\r\n"
                           "Content-Type: multipart/alternative; boundary=\"=_oms\"\r\n"
                           "\r\n"
                           "--=_oms\r\n"
                           "Content-Type: text/plain; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: quoted-printable\r\n"
                           "\r\n"
                           "Thank you.\r\n"
                           "--=_oms\r\n"
                           "Content-Type: text/html; charset=utf-8\r\n"
                           "Content-Transfer-Encoding: quoted-printable\r\n"
                           "\r\n"
                           "<p title=3D\"x\">Gr=C3=BC=C3=9Fe</p>\r\n"
                           "--=3D_oms--\r\n"
                           "\r\n"
                           "--=_oms--\r\n"))
      << mail(line);
}

TEST(Sender, HasANameAndAnAddress) {
  const auto header = [](std::string_view text) {
    const auto sender = read_sender(text);
    return sender ? sender->header + " at " + sender->domain : "none";
  };
  EXPECT_EQ(header("The Shop <shop@example.com>"), "The Shop <shop@example.com> at example.com");
  EXPECT_EQ(header(" shop@example.com "), "shop@example.com at example.com");
  EXPECT_EQ(header("\"Café, open\" <shop@example.com>"),
            "=?UTF-8?Q?Caf=C3=A9=2C_open?= <shop@example.com> at example.com");
  EXPECT_EQ(header("Shop <shop@exämple.com>"), "Shop <shop@exämple.com> at oms.invalid");
  for (const auto* bad : {"", "Shop", "Shop <shop>", "<a@b.c", "a@b.c>", "A <a@b>\r\nBcc: x@y"}) {
    EXPECT_EQ(header(bad), "none") << bad;
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
}  // namespace oms::mail
