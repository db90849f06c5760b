#include "adapters/curl/smtp_client.h"

#include <curl/curl.h>
#include <pthread.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "adapters/curl/set_up.h"

namespace oms::curl {
namespace {

using Kind = SmtpOutcome::Kind;

constexpr int closing = 221;
constexpr int go_ahead = 354;
constexpr int greeting = 220;
constexpr int good = 250;

// The words of a server, line by line (RFC 5321, 4.2): "250-SMTPUTF8", "550 5.1.1 no such user".
class Replies {
 public:
  // Whether an international mail may go on. `greetings` come before the last EHLO: the first, and
  // one more for STARTTLS.
  bool take(std::string_view line, int greetings, bool is_international) {
    int code = 0;
    if (line.size() < 3 || std::from_chars(line.data(), line.data() + 3, code).ec != std::errc{}) {
      return true;
    }
    const auto text = line.substr(std::min<std::size_t>(4, line.size()));
    const bool is_last = line.size() < 4 || line[3] != '-';
    if (code == closing) return true;  // what ended was said before
    code_ = code;
    status_ = enhanced_status(text);
    saw_go_ahead_ |= code == go_ahead;
    if (code == greeting) {
      ++greetings_;
      reads_offers_ = true;
      offers_utf8 = false;
      return true;
    }
    if (!reads_offers_ || code != good) return true;
    offers_utf8 |= text.starts_with("SMTPUTF8");
    if (!is_last) return true;
    reads_offers_ = false;
    lacks_utf8 = is_international && greetings_ == greetings && !offers_utf8;
    return !lacks_utf8;
  }

  void begin() {
    code_ = 0;
    status_.clear();
    greetings_ = 0;
    saw_go_ahead_ = reads_offers_ = lacks_utf8 = false;
  }

  int code() const { return code_; }
  bool saw_go_ahead() const { return saw_go_ahead_; }
  std::string text() const {
    return std::to_string(code_) + (status_.empty() ? "" : " " + status_);
  }

  bool offers_utf8 = true;  // the server of the last connection; nothing is known yet
  bool lacks_utf8 = false;

 private:
  // RFC 3463: "5.1.1".
  static std::string enhanced_status(std::string_view text) {
    const auto word = text.substr(0, text.find_first_of(" \r\n"));
    const auto is_part = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
    const bool is_status = word.size() >= 5 && word.size() <= 11 && word[1] == '.' &&
                           std::ranges::count(word, '.') == 2 && std::ranges::all_of(word, is_part);
    return std::string{is_status ? word : ""};
  }

  int code_ = 0;
  std::string status_;
  int greetings_ = 0;
  bool saw_go_ahead_ = false;
  bool reads_offers_ = false;
};

struct Transfer {
  const SmtpMail& mail;
  Replies& replies;
  const std::atomic<bool>& is_closed;
  int greetings = 1;
  std::size_t sent = 0;
};

std::size_t on_reply(const char* bytes, std::size_t size, std::size_t count, void* data) {
  auto& transfer = *static_cast<Transfer*>(data);
  const std::string_view line{bytes, size * count};
  const bool goes_on =
      transfer.replies.take(line, transfer.greetings, transfer.mail.is_international);
  return goes_on ? line.size() : 0;
}

std::size_t on_text(char* to, std::size_t size, std::size_t count, void* data) {
  auto& transfer = *static_cast<Transfer*>(data);
  const auto part = std::string_view{transfer.mail.text}.substr(transfer.sent, size * count);
  std::ranges::copy(part, to);
  transfer.sent += part.size();
  return part.size();
}

int on_progress(void* data, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const Transfer*>(data)->is_closed.load() ? 1 : 0;
}

std::string reason_of(CURL* easy, CURLcode code) {
  long error = 0;
  curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &error);
  if (code == CURLE_OPERATION_TIMEDOUT) return "the server took too long";
  if (code == CURLE_ABORTED_BY_CALLBACK) return "the mail client is being closed";
  if (code == CURLE_COULDNT_CONNECT && error != 0) {
    return "cannot connect: " + std::generic_category().message(static_cast<int>(error));
  }
  return curl_easy_strerror(code);
}

bool is_about_trust(CURLcode code) {
  return code == CURLE_USE_SSL_FAILED || code == CURLE_PEER_FAILED_VERIFICATION ||
         code == CURLE_SSL_CONNECT_ERROR || code == CURLE_SSL_CACERT_BADFILE ||
         code == CURLE_SSL_CERTPROBLEM || code == CURLE_SSL_ISSUER_ERROR;
}

// RFC 4954: what a server says of the login, whatever the mail.
bool is_about_login(int code) {
  constexpr int wants_login = 530;
  constexpr int weak_login = 534;
  constexpr int wrong_login = 535;
  constexpr int plain_login = 538;
  return code == wants_login || code == weak_login || code == wrong_login || code == plain_login;
}

SmtpOutcome outcome_of(CURL* easy, CURLcode code, const Replies& replies) {
  if (code == CURLE_OK) return {.kind = Kind::accepted, .reason = replies.text()};
  if (replies.lacks_utf8) return {.kind = Kind::no_utf8, .reason = "the server lacks SMTPUTF8"};
  constexpr int permanent = 500;
  const bool is_permanent = replies.code() >= permanent;
  const bool is_denied = code == CURLE_LOGIN_DENIED && (is_permanent || replies.code() == 0);
  if (is_denied || is_about_login(replies.code())) {
    return {.kind = Kind::login, .reason = replies.text()};
  }
  if (is_about_trust(code)) return {.kind = Kind::trust, .reason = reason_of(easy, code)};
  constexpr int failure = 400;
  if (replies.code() < failure) return {.kind = Kind::temporary, .reason = reason_of(easy, code)};
  // To be turned away at the door says nothing of the mail.
  const bool is_of_the_mail = code == CURLE_SEND_ERROR || replies.saw_go_ahead();
  return {.kind = is_permanent && is_of_the_mail ? Kind::permanent : Kind::temporary,
          .reason = replies.text()};
}

}  // namespace

// The handle of one thread: libcurl keeps its connection from one mail to the next.
class SmtpClient::Connection {
 public:
  explicit Connection(SmtpClient& client) : client_(client), easy_(curl_easy_init()) {
    if (!easy_) throw std::runtime_error("libcurl has no memory");
  }

  SmtpOutcome submit(const SmtpMail& mail) {
    auto* const easy = easy_.get();
    curl_easy_reset(easy);  // the connection stays
    // What the last connection did not offer, a new one may.
    const bool is_fresh = mail.is_international && !replies_.offers_utf8;
    replies_.begin();
    const bool is_starttls = client_.server_.security == SmtpServer::Security::starttls;
    Transfer transfer{.mail = mail,
                      .replies = replies_,
                      .is_closed = client_.is_closed_,
                      .greetings = is_starttls ? 2 : 1};
    set_server();
    if (is_fresh) curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXCONNECTS, 1L);
    const std::string from = "<" + mail.from + ">";
    const std::unique_ptr<curl_slist, FreeList> to{
        curl_slist_append(nullptr, ("<" + mail.to + ">").c_str())};
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, from.c_str());
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, to.get());
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_text);
    curl_easy_setopt(easy, CURLOPT_READDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.text.size()));
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_reply);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &transfer);
    const auto code = curl_easy_perform(easy);
    long made = 0;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &made);
    client_.connections_made_ += static_cast<std::uint64_t>(made);
    return outcome_of(easy, code, replies_);
  }

  SmtpOutcome greet() {
    auto* const easy = easy_.get();
    replies_.begin();
    const bool is_starttls = client_.server_.security == SmtpServer::Security::starttls;
    const SmtpMail none;
    Transfer transfer{.mail = none,
                      .replies = replies_,
                      .is_closed = client_.is_closed_,
                      .greetings = is_starttls ? 2 : 1};
    set_server();
    // Without a recipient libcurl sends one command, this one.
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "NOOP");
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_reply);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
    const auto code = curl_easy_perform(easy);
    return outcome_of(easy, code, replies_);
  }

 private:
  void set_server() {
    using Security = SmtpServer::Security;
    auto* const easy = easy_.get();
    const auto& server = client_.server_;
    const auto& options = client_.options_;
    const auto* const scheme = server.security == Security::tls ? "smtps://" : "smtp://";
    const auto url = scheme + server.host + ":" + std::to_string(server.port);
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(
        easy, CURLOPT_USE_SSL,
        static_cast<long>(server.security == Security::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (!server.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, server.ca_file.c_str());
    if (!server.user.empty()) {
      curl_easy_setopt(easy, CURLOPT_USERNAME, server.user.c_str());
      curl_easy_setopt(easy, CURLOPT_PASSWORD, server.password.c_str());
    }
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(options.connect_timeout.count()));
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
  }

  SmtpClient& client_;
  Replies replies_;
  std::unique_ptr<CURL, FreeEasy> easy_;
};

SmtpClient::SmtpClient(SmtpServer server, Options options)
    : server_(std::move(server)), options_(options) {
  set_up_once();
  for (std::size_t i = 0; i < options_.connections; ++i) {
    threads_.emplace_back([this] { run(); });
    ::pthread_setname_np(threads_.back().native_handle(), "oms-smtp");
  }
}

SmtpOutcome SmtpClient::greet(const SmtpServer& server, Options options) {
  options.connections = 0;
  SmtpClient client{server, options};
  return Connection{client}.greet();
}

SmtpClient::~SmtpClient() {
  {
    const std::scoped_lock lock{mutex_};
    is_closed_ = true;
  }
  arrived_.notify_all();
  for (auto& thread : threads_) thread.join();
}

void SmtpClient::send(SmtpMail mail, Done done) {
  {
    const std::scoped_lock lock{mutex_};
    waiting_.push_back({.mail = std::move(mail), .done = std::move(done)});
  }
  arrived_.notify_one();
}

void SmtpClient::run() {
  Connection connection{*this};
  while (true) {
    std::unique_lock lock{mutex_};
    arrived_.wait(lock, [this] { return is_closed_ || !waiting_.empty(); });
    if (waiting_.empty()) return;
    auto job = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    job.done(is_closed_ ? SmtpOutcome{.reason = "the mail client is being closed"}
                        : connection.submit(job.mail));
  }
}

}  // namespace oms::curl
