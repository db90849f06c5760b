#include "runtime/audit.h"

#include <type_traits>
#include <variant>

#include "codec/json_names.h"
#include "runtime/batch.h"

namespace oms::runtime {
namespace {

// "SetItem", "HandleSaga retry".
std::string action_of(const Payload& payload) {
  return std::visit(
      []<class M>(const M& message) -> std::string {
        if constexpr (std::is_same_v<M, NoteAction>) {
          return message.action;
        } else {
          std::string action{json::type_name<M>};
          if constexpr (requires { message.action; }) {
            action.append(" ").append(json::name_of(message.action));
          }
          return action;
        }
      },
      payload);
}

// What it is about, where that is no order.
std::string subject_of(const Payload& payload) {
  return std::visit(
      []<class M>(const M& message) -> std::string {
        if constexpr (std::is_same_v<M, NoteAction>) {
          return message.subject;
        } else if constexpr (requires { message.product_id; }) {
          return message.product_id;
        } else if constexpr (requires { message.customer_id; }) {
          return message.customer_id;
        } else {
          return {};
        }
      },
      payload);
}

std::string reason_of(const Message& message) {
  if (!message.by->reason.empty()) return message.by->reason;
  return std::visit(
      []<class M>(const M& said) -> std::string {
        if constexpr (requires { std::string{said.reason}; }) {
          return said.reason;
        } else {
          return {};
        }
      },
      message.payload);
}

}  // namespace

AuditView view(const AuditEntry& entry) {
  return {.id = entry.id,
          .at = entry.at,
          .who = entry.who,
          .action = entry.action,
          .subject = entry.subject,
          .reason = entry.reason,
          .outcome = entry.outcome};
}

AuditEntry audit_entry(const Message& message, const Reply& reply, Time at) {
  // An erasure has an id of its own, and is about the customer.
  const bool is_about_order =
      !message.order_id.is_nil() && !std::holds_alternative<EraseCustomer>(message.payload);
  auto subject = is_about_order ? message.order_id.text() : subject_of(message.payload);
  // A new item is known by the id that it was given.
  if (subject.empty() && reply.show) subject = reply.show->id.view();
  return {.id = message.id,
          .at = at,
          .who = message.by->who,
          .action = action_of(message.payload),
          .subject = std::move(subject),
          .reason = reason_of(message),
          .outcome = reply.refusal ? "refused: " + reply.refusal->detail : "done"};
}

// A message that is decided again, for nobody has heard of the first time, leaves one entry.
// Several that one request has sent under one id leave one each.
Result<void> Batch::put_on_record(const Message& message, const Reply& reply) {
  if (!message.by) return {};
  auto entry = audit_entry(message, reply, now_.wall);
  for (std::uint32_t n = 0;; ++n) {
    OMS_CHECK(load_one(key_of<AuditEntry>(entry.id)));
    const auto* known = records_.get<AuditEntry>(entry.id);
    const bool is_another =
        known != nullptr && (known->subject != entry.subject || known->action != entry.action);
    if (!is_another) break;
    entry.id = Id::child_of(message.id, n);
  }
  records_.save(make_record(std::move(entry)), message.trace);
  return {};
}

}  // namespace oms::runtime
