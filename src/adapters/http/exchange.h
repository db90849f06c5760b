#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ports/exchange.h"

namespace oms {

class Mailbox;

// It never keeps a connection or a server alive: an answer that comes when those are gone is
// dropped.
class HttpExchange final : public Exchange {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  HttpExchange(std::shared_ptr<Mailbox> mailbox, std::uint32_t slot, std::uint64_t serial);
  HttpExchange(HttpExchange&& other) noexcept = default;
  HttpExchange& operator=(HttpExchange&& other) noexcept;
  ~HttpExchange() override;

  void answer(HttpResponse response) override;
  void answer(Render render) override;
  void take_long() override;  // up to `HttpServerOptions::long_answer_timeout`
  std::shared_ptr<EventStream> start_stream() override { return start_stream(Headers{}); }
  std::shared_ptr<EventStream> start_stream(Headers headers);

 private:
  void drop();

  std::shared_ptr<Mailbox> mailbox_;  // null once answered or moved from
  std::uint32_t slot_;
  std::uint64_t serial_;
};

}  // namespace oms
