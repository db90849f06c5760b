#include "adapters/rabbitmq/connection.h"

#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>

namespace oms::rabbitmq {
namespace {

constexpr int frame_bytes_max = 131072;
constexpr int heartbeat_seconds = 5;
constexpr timeval answered_within{5, 0};  // the library would wait for ever
constexpr timeval closed_within{2, 0};
constexpr int silent_ms_max = 10'000;  // of a peer that acknowledges nothing

amqp_table_entry_t capability(const char* name) {
  amqp_table_entry_t entry{};
  entry.key = amqp_cstring_bytes(name);
  entry.value.kind = AMQP_FIELD_KIND_BOOLEAN;
  entry.value.value.boolean = 1;
  return entry;
}

std::string text_of(int status) {
  return amqp_error_string2(status);
}

}  // namespace

Alarm::Alarm() : descriptor_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (descriptor_ < 0) throw std::runtime_error("no descriptor is left for an alarm");
}

Alarm::~Alarm() {
  ::close(descriptor_);
}

void Alarm::ring() {
  const std::uint64_t one = 1;
  // It fails only where it has been ringing 2^64 times.
  (void)!::write(descriptor_, &one, sizeof one);
}

void Alarm::wait(std::chrono::milliseconds at_most) {
  pollfd wanted{descriptor_, POLLIN, 0};
  if (::poll(&wanted, 1, static_cast<int>(at_most.count())) <= 0) return;
  std::uint64_t count = 0;
  (void)!::read(descriptor_, &count, sizeof count);
}

Result<void> Connection::open() {
  const auto& host = settings_.hosts[attempts_++ % settings_.hosts.size()];
  auto done = connect(host);
  if (done) done = log_in(host);
  if (!done) drop();
  return done;
}

Result<void> Connection::connect(const Url::Host& host) {
  const auto failed = [&](const std::string& why) {
    return fail(ErrorKind::unavailable, "RabbitMQ at " + host.name + ":" +
                                            std::to_string(host.port) + " does not answer: " + why);
  };
  state_.reset(amqp_new_connection());
  auto* const socket =
      settings_.is_secure ? amqp_ssl_socket_new(get()) : amqp_tcp_socket_new(get());
  if (socket == nullptr) return failed("no memory");
  if (settings_.is_secure) {
    int status = amqp_ssl_socket_set_cacert(socket, settings_.ca_file.c_str());
    if (status != AMQP_STATUS_OK) {
      return failed("the CA file " + settings_.ca_file + " cannot be read");
    }
    if (!settings_.certificate_file.empty()) {
      status = amqp_ssl_socket_set_key(socket, settings_.certificate_file.c_str(),
                                       settings_.key_file.c_str());
    }
    if (status != AMQP_STATUS_OK) {
      return failed("the certificate " + settings_.certificate_file + " or its key cannot be read");
    }
    amqp_ssl_socket_set_verify_peer(socket, 1);
    amqp_ssl_socket_set_verify_hostname(socket, 1);
  }
  amqp_set_handshake_timeout(get(), &answered_within);
  amqp_set_rpc_timeout(get(), &answered_within);
  const int status =
      amqp_socket_open_noblock(socket, host.name.c_str(), host.port, &answered_within);
  if (status != AMQP_STATUS_OK) return failed(text_of(status));
  const int on = 1;
  const int descriptor = amqp_get_sockfd(get());
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &silent_ms_max, sizeof silent_ms_max);
  return {};
}

Result<void> Connection::log_in(const Url::Host& host) {
  // Without these the broker neither says that it blocks nor that a queue is gone.
  std::array can{capability("connection.blocked"), capability("consumer_cancel_notify"),
                 capability("basic.nack"), capability("publisher_confirms"),
                 capability("authentication_failure_close")};
  amqp_table_entry_t capabilities{};
  capabilities.key = amqp_cstring_bytes("capabilities");
  capabilities.value.kind = AMQP_FIELD_KIND_TABLE;
  capabilities.value.value.table = {static_cast<int>(can.size()), can.data()};
  const amqp_table_t properties{1, &capabilities};
  const auto reply = amqp_login_with_properties(
      get(), settings_.vhost.c_str(), 0, frame_bytes_max, heartbeat_seconds, &properties,
      AMQP_SASL_METHOD_PLAIN, settings_.user.c_str(), settings_.password.c_str());
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return {};
  const auto place = host.name + ":" + std::to_string(host.port);
  if (reply.reply_type == AMQP_RESPONSE_SERVER_EXCEPTION) {
    return fail(ErrorKind::unauthorized, "RabbitMQ at " + place + " refuses the user " +
                                             settings_.user + " at the virtual host " +
                                             settings_.vhost + ": " + reason_of(reply.reply));
  }
  return fail(ErrorKind::unavailable,
              "RabbitMQ at " + place + " does not let us in: " + text_of(reply.library_error));
}

void Connection::close() {
  if (is_open()) {
    amqp_set_rpc_timeout(get(), &closed_within);
    amqp_connection_close(get(), AMQP_REPLY_SUCCESS);
  }
  drop();
}

void Connection::drop() {
  state_.reset();
}

Result<void> Connection::outcome(amqp_channel_t channel) {
  const auto reply = amqp_get_rpc_reply(get());
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return {};
  if (reply.reply_type != AMQP_RESPONSE_SERVER_EXCEPTION) {
    return fail(ErrorKind::unavailable, text_of(reply.library_error));
  }
  const auto why = reason_of(reply.reply);
  if (reply.reply.id != AMQP_CHANNEL_CLOSE_METHOD) return fail(ErrorKind::unavailable, why);
  const auto* const closed = static_cast<amqp_channel_close_t*>(reply.reply.decoded);
  const auto kind =
      closed->reply_code == AMQP_NOT_FOUND ? ErrorKind::not_found : ErrorKind::conflict;
  amqp_channel_close_ok_t ok{};
  amqp_send_method(get(), channel, AMQP_CHANNEL_CLOSE_OK_METHOD, &ok);
  return fail(kind, why);
}

int Connection::next(amqp_frame_t& frame) {
  const timeval none{0, 0};
  return amqp_simple_wait_frame_noblock(get(), &frame, &none);
}

void Connection::wait(Alarm& alarm, std::chrono::milliseconds at_most) {
  if (amqp_frames_enqueued(get()) != 0 || amqp_data_in_buffer(get()) != 0) return;
  std::array<pollfd, 2> wanted{pollfd{amqp_get_sockfd(get()), POLLIN, 0},
                               pollfd{alarm.descriptor(), POLLIN, 0}};
  const int count = ::poll(wanted.data(), wanted.size(), static_cast<int>(at_most.count()));
  if (count > 0 && wanted[1].revents != 0) alarm.wait(std::chrono::milliseconds{0});
}

std::optional<Content> read_content(Connection& connection, amqp_channel_t channel) {
  amqp_message_t message{};
  const auto reply = amqp_read_message(connection.get(), channel, &message, 0);
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) return std::nullopt;
  Content content{.body = std::string{to_text(message.body)}, .message_id = {}};
  if ((message.properties._flags & AMQP_BASIC_MESSAGE_ID_FLAG) != 0) {
    content.message_id = to_text(message.properties.message_id);
  }
  amqp_destroy_message(&message);
  return content;
}

std::string reason_of(const amqp_method_t& method) {
  if (method.id == AMQP_CONNECTION_CLOSE_METHOD) {
    return std::string{to_text(static_cast<amqp_connection_close_t*>(method.decoded)->reply_text)};
  }
  if (method.id == AMQP_CHANNEL_CLOSE_METHOD) {
    return std::string{to_text(static_cast<amqp_channel_close_t*>(method.decoded)->reply_text)};
  }
  if (method.id == AMQP_BASIC_CANCEL_METHOD) return "the queue is gone or has moved";
  return "method " + std::to_string(method.id);
}

void Backoff::wait(Alarm& alarm, const std::stop_token& stop) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + next();
  for (auto now = Clock::now(); now < end && !stop.stop_requested(); now = Clock::now()) {
    alarm.wait(std::chrono::ceil<std::chrono::milliseconds>(end - now));
  }
}

std::chrono::milliseconds Backoff::next() {
  constexpr int doublings_max = 6;
  constexpr int shortest_ms = 100;
  const int span = shortest_ms << std::min(failures_++, doublings_max);
  thread_local std::minstd_rand chance{std::random_device{}()};
  return std::chrono::milliseconds{std::uniform_int_distribution{span / 2, span}(chance)};
}

}  // namespace oms::rabbitmq
