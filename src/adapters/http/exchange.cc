#include "adapters/http/exchange.h"

#include <utility>

#include "adapters/http/mailbox.h"
#include "adapters/http/stream_queue.h"

namespace oms {

HttpExchange::HttpExchange(std::shared_ptr<Mailbox> mailbox, std::uint32_t slot,
                           std::uint64_t serial)
    : mailbox_(std::move(mailbox)), slot_(slot), serial_(serial) {}

HttpExchange& HttpExchange::operator=(HttpExchange&& other) noexcept {
  if (this == &other) return *this;
  drop();
  mailbox_ = std::move(other.mailbox_);
  slot_ = other.slot_;
  serial_ = other.serial_;
  return *this;
}

HttpExchange::~HttpExchange() {
  drop();
}

void HttpExchange::drop() {
  if (const auto mailbox = std::exchange(mailbox_, nullptr)) {
    mailbox->put({slot_, serial_, Delivery::Dropped{}});
  }
}

void HttpExchange::take_long() {
  if (mailbox_) mailbox_->put({slot_, serial_, Delivery::TakesLong{}});
}

void HttpExchange::answer(HttpResponse response) {
  if (const auto mailbox = std::exchange(mailbox_, nullptr)) {
    mailbox->put({slot_, serial_, std::move(response)});
  }
}

void HttpExchange::answer(Render render) {
  if (const auto mailbox = std::exchange(mailbox_, nullptr)) {
    mailbox->put({slot_, serial_, std::move(render)});
  }
}

std::shared_ptr<EventStream> HttpExchange::start_stream(Headers headers) {
  const auto mailbox = std::exchange(mailbox_, nullptr);
  auto queue = std::make_shared<StreamQueue>(mailbox, slot_, serial_);
  if (mailbox) {
    mailbox->put({slot_, serial_, Delivery::StreamStart{queue, std::move(headers)}});
  } else {
    queue->end();
  }
  return queue;
}

}  // namespace oms
