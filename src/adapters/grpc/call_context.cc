#include "adapters/grpc/call_context.h"

#include <algorithm>
#include <utility>

#include <oms/v1/common.pb.h>

#include "adapters/crypto/crypto.h"
#include "adapters/grpc/mapping.h"

namespace oms::grpc_api {
namespace {

struct OnceContext {
  std::string key;
  std::string fingerprint;
};
BOOST_DESCRIBE_STRUCT(OnceContext, (), (key, fingerprint))

struct CallContext {
  Id message_id;
  std::optional<OnceContext> once;
  std::optional<By> by;
  bool fresh = false;
};
BOOST_DESCRIBE_STRUCT(CallContext, (), (message_id, once, by, fresh))

std::unexpected<Error> refuse(std::string_view key, std::string_view why) {
  return fail(ErrorKind::invalid, std::string{"the metadata "}.append(key).append(why));
}

Result<void> read_context(const std::string& bytes, Message& message) {
  oms::v1::CallContext wire;
  CallContext context;
  if (!wire.ParseFromString(bytes) || !read_message(wire, context)) {
    return refuse(context_key, " is no oms.v1.CallContext");
  }
  message.id = context.message_id;
  message.by = std::move(context.by);
  message.fresh = context.fresh;
  if (!context.once) return {};
  if (context.once->key.empty() || context.once->key.size() > ShortText::capacity) {
    return refuse(context_key, " has an idempotency key that is not 1 to 63 bytes long");
  }
  message.once = Once{.key = std::string_view{context.once->key},
                      .fingerprint = std::move(context.once->fingerprint)};
  return {};
}

Result<Once> once_of(const Method& method, std::string_view request, const CallMetadata& metadata) {
  constexpr std::size_t key_max = 255;
  constexpr std::size_t digest_digits = 48;  // as of a key that comes by HTTP
  const auto& key = metadata.idempotency;
  const bool is_printable = std::ranges::all_of(key, [](char c) { return c >= ' ' && c < 0x7F; });
  if (key.size() > key_max || !is_printable) {
    return refuse(idempotency_key, " must be at most 255 printable ASCII characters");
  }
  const auto scoped = method.path + '\n' + key + '\n' + metadata.caller.who;
  return Once{.key = std::string_view{to_hex(sha256(scoped))}.substr(0, digest_digits),
              .fingerprint = to_hex(sha256(request))};
}

bool is_customers(const Payload& payload) {
  return std::visit(
      [](const auto& p) {
        if constexpr (requires { p.customer_id; }) return !p.customer_id.empty();
        return false;
      },
      payload);
}

Result<void> read_outsider(const Method& method, std::string_view request,
                           const CallMetadata& metadata, Message& message) {
  if (!metadata.idempotency.empty()) {
    OMS_TRY(message.once, once_of(method, request, metadata));
  }
  const bool is_on_record =
      method.on_record == OnRecord::yes ||
      (method.on_record == OnRecord::unless_customers && !is_customers(message.payload));
  if (is_on_record) message.by = outsider(metadata.caller);
  return {};
}

}  // namespace

By outsider(const GrpcStanding& caller) {
  return {.who = caller.who.empty() ? "grpc" : caller.who, .reason = {}};
}

std::string context_of(const Message& message, bool is_retry) {
  CallContext context{
      .message_id = message.id, .once = {}, .by = message.by, .fresh = message.fresh && !is_retry};
  if (message.once) {
    context.once = OnceContext{.key = std::string{message.once->key.view()},
                               .fingerprint = message.once->fingerprint};
  }
  oms::v1::CallContext wire;
  write_message(context, wire);
  return wire.SerializeAsString();
}

Result<Message> read_command(const Method& method, const pb::Message& request,
                             std::string_view request_bytes, const CallMetadata& metadata,
                             const std::function<Id()>& make_id) {
  Message message;
  OMS_TRY(message.payload, method.read_payload(request));
  if (method.order_id != nullptr) {
    auto read = detail::read_id({request, *method.order_id}, message.order_id);
    if (!read) return fail(ErrorKind::invalid, std::move(read).error().detail, "/order_id");
  }
  // An outsider who sends one would speak in others' names, and use their idempotency keys.
  if (!metadata.context.empty() && !metadata.caller.is_ours) {
    return refuse(context_key, " is for the shop's own processes");
  }
  if (metadata.context.empty()) {
    OMS_CHECK(read_outsider(method, request_bytes, metadata, message));
  } else {
    OMS_CHECK(read_context(metadata.context, message));
  }
  const bool is_new = std::holds_alternative<PlaceOrder>(message.payload);
  if (is_new && message.order_id.is_nil() && make_id) {
    message.order_id = make_id();
    message.fresh = true;
  }
  // Of our own gateway the services hear it as it is, and say that there is no such thing.
  const bool is_required = is_new || (method.needs_order && metadata.context.empty());
  if (is_required && message.order_id.is_nil()) {
    return fail(ErrorKind::invalid, "is required", "/order_id");
  }
  message.trace = parse_traceparent(metadata.traceparent).value_or(Trace{});
  return message;
}

void write_command(const Method& method, const Message& message, pb::Message& request) {
  method.write_payload(message.payload, request);
  if (method.order_id == nullptr || message.order_id.is_nil()) return;
  FieldOut{request, *method.order_id}.put(message.order_id.text());
}

}  // namespace oms::grpc_api
