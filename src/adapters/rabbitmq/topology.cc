// Declares the exchanges and queues before a message is published or consumed.
#include <array>

#include "adapters/rabbitmq/connection.h"

namespace oms::rabbitmq {
namespace {

// A process that dies while it reads a message ends its hold, as does one that gives its partitions
// up: both count. So many of them, and the message is set aside.
constexpr int deliveries_max = 100;

amqp_table_entry_t entry(const char* name, const char* value) {
  amqp_table_entry_t out{};
  out.key = amqp_cstring_bytes(name);
  out.value.kind = AMQP_FIELD_KIND_UTF8;
  out.value.value.bytes = amqp_cstring_bytes(value);
  return out;
}

amqp_table_entry_t entry(const char* name, int value) {
  amqp_table_entry_t out{};
  out.key = amqp_cstring_bytes(name);
  out.value.kind = AMQP_FIELD_KIND_I32;
  out.value.value.i32 = value;
  return out;
}

std::string dead_letters_of(const Settings& settings) {
  return settings.prefix + ".dead";
}

Result<void> declare_exchange(Connection& connection, amqp_channel_t channel,
                              const std::string& name, const char* type) {
  amqp_exchange_declare(connection.get(), channel, to_bytes(name), amqp_cstring_bytes(type), 0, 1,
                        0, 0, amqp_empty_table);
  return connection.outcome(channel);
}

Result<void> open_channel(Connection& connection, amqp_channel_t channel) {
  amqp_channel_open(connection.get(), channel);
  return connection.outcome(channel);
}

Result<void> close_channel(Connection& connection, amqp_channel_t channel) {
  const auto reply = amqp_channel_close(connection.get(), channel, AMQP_REPLY_SUCCESS);
  if (reply.reply_type == AMQP_RESPONSE_NORMAL) return {};
  return fail(ErrorKind::unavailable, "a channel could not be closed");
}

// Leaves the channel open. An operator may have made the queue with options of their own.
Result<void> declare_unless_there(Connection& connection, amqp_channel_t channel,
                                  const std::string& queue, const amqp_table_t& arguments) {
  OMS_CHECK(open_channel(connection, channel));
  amqp_queue_declare(connection.get(), channel, to_bytes(queue), 1, 1, 0, 0, amqp_empty_table);
  const auto is_there = connection.outcome(channel);
  if (is_there || is_there.error().kind != ErrorKind::not_found) return is_there;
  OMS_CHECK(open_channel(connection, channel));
  amqp_queue_declare(connection.get(), channel, to_bytes(queue), 0, 1, 0, 0, arguments);
  return connection.outcome(channel);
}

Result<void> bind(Connection& connection, amqp_channel_t channel, const std::string& queue,
                  const std::string& exchange) {
  amqp_queue_bind(connection.get(), channel, to_bytes(queue), to_bytes(exchange), to_bytes(queue),
                  amqp_empty_table);
  return connection.outcome(channel);
}

}  // namespace

Result<void> declare_exchanges(Connection& connection, amqp_channel_t channel,
                               const Settings& settings) {
  const auto dead = dead_letters_of(settings);
  std::array quorum{entry("x-queue-type", "quorum")};
  const amqp_table_t arguments{static_cast<int>(quorum.size()), quorum.data()};
  OMS_CHECK(declare_unless_there(connection, channel, dead, arguments));
  OMS_CHECK(declare_exchange(connection, channel, settings.prefix, "direct"));
  OMS_CHECK(declare_exchange(connection, channel, settings.event_exchange(), "topic"));
  OMS_CHECK(declare_exchange(connection, channel, dead, "fanout"));
  OMS_CHECK(bind(connection, channel, dead, dead));
  return close_channel(connection, channel);
}

Result<void> declare_queue(Connection& connection, amqp_channel_t channel, const Settings& settings,
                           const std::string& queue) {
  const auto dead = dead_letters_of(settings);
  // Why dead letters are passed on at most once: docs/decisions/0026-brokers.md.
  std::array options{entry("x-queue-type", "quorum"), entry("x-delivery-limit", deliveries_max),
                     entry("x-dead-letter-exchange", dead.c_str())};
  const amqp_table_t arguments{static_cast<int>(options.size()), options.data()};
  OMS_CHECK(declare_unless_there(connection, channel, queue, arguments));
  OMS_CHECK(bind(connection, channel, queue, settings.prefix));
  return close_channel(connection, channel);
}

}  // namespace oms::rabbitmq
