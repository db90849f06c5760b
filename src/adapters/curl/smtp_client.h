#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/time.h"

namespace oms::curl {

// Where mails are submitted (RFC 6409).
struct SmtpServer {
  enum class Security {
    starttls,  // RFC 3207; a server that does not offer it is given nothing
    tls,       // from the first byte (RFC 8314)
    none,
  };
  std::string host;
  int port = 587;
  Security security = Security::starttls;
  std::string user;  // empty: no login
  std::string password;
  std::string ca_file;  // PEM; empty: who the system trusts
};

struct SmtpMail {
  std::string from;  // addresses alone
  std::string to;
  std::string text;               // RFC 5322, with CRLF line ends
  bool is_international = false;  // an address is: the server must offer SMTPUTF8 (RFC 6531)
};

struct SmtpOutcome {
  enum class Kind {
    accepted,   // the server has it
    temporary,  // 4xx; or no answer, and nobody knows whether the server has it
    permanent,  // 5xx to the mail, its sender or its recipient
    login,      // the server does not take the login, or wants one
    trust,      // there is no TLS, or its certificate is not good: nothing was sent
    no_utf8,    // the server does not offer what an international address needs
  };
  Kind kind = Kind::temporary;
  // For a log: "550 5.1.1", "cannot connect: …". Never what a server has written, which may name an
  // address.
  std::string reason;
};

// Submits mails, each over one of a few connections that it keeps open. TLS is verified; no proxy
// is used. A connection is a thread of its own, which waits while it is idle.
class SmtpClient {
 public:
  using Done = std::move_only_function<void(SmtpOutcome)>;

  struct Options {
    std::size_t connections = 2;
    Duration connect_timeout{10'000};
    Duration timeout{60'000};  // of one mail, from its start to the server's last word
  };

  // Throws std::runtime_error if there is no memory for it.
  SmtpClient(SmtpServer server, Options options);
  // Mails without an answer end as `temporary`, within a second or two.
  ~SmtpClient();
  SmtpClient(const SmtpClient&) = delete;
  SmtpClient& operator=(const SmtpClient&) = delete;

  // Greets the server, with TLS and the login, and sends no mail. Waits for it.
  static SmtpOutcome greet(const SmtpServer& server, Options options);

  // Any thread. `done` is called once, on a thread of the client. How many wait is up to the
  // caller.
  void send(SmtpMail mail, Done done);

  std::uint64_t connections_made() const { return connections_made_.load(); }

 private:
  class Connection;
  struct Job {
    SmtpMail mail;
    Done done;
  };

  void run();

  const SmtpServer server_;
  const Options options_;
  std::atomic<std::uint64_t> connections_made_ = 0;
  std::atomic<bool> is_closed_ = false;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job> waiting_;
  std::vector<std::thread> threads_;
};

}  // namespace oms::curl
