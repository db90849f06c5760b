#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "adapters/http/server.h"
#include "ports/webhooks.h"
#include "process/failure_log.h"
#include "process/notice_reports.h"
#include "process/probes.h"

namespace oms::process {

// An HTTP address for few and small requests, beside the one where customers are served.
class SideDoor {
 public:
  using Answer = std::move_only_function<void(HttpResponse)>;
  using Handle = std::function<void(HttpRequest, Answer)>;  // on the door's thread

  // Binds "host:port"; nothing is answered before `start`.
  static Result<std::unique_ptr<SideDoor>> open(const std::string& address,
                                                FailureLog::Parts failures, Handle handle);
  SideDoor(const SideDoor&) = delete;
  SideDoor& operator=(const SideDoor&) = delete;
  ~SideDoor() { stop(); }

  const std::string& url() const { return url_; }
  void start();
  // Takes no more requests, and answers those under way.
  void stop();

 private:
  explicit SideDoor(FailureLog::Parts failures) : failures_(std::move(failures)) {}

  FailureLog failures_;
  std::string url_;
  std::unique_ptr<HttpServer> http_;
  std::thread io_;
};

// For those who watch over the process: to hosts of this machine only, or where the address is not
// its own, to that one.
SideDoor::Handle admin_of(const std::string& address, const Probes& probes);

// For the payment provider, POST /webhook, and for carriers, POST /sms/status. Null: there is none.
SideDoor::Handle webhooks_to(Webhooks* webhooks, NoticeReports* reports);

}  // namespace oms::process
