#pragma once

#include <array>
#include <memory>
#include <utility>

#include "codec/json_names.h"
#include "services/notifications/records.h"
#include "services/notifications/wording.h"
#include "services/service.h"

namespace oms::notifications {

inline constexpr std::int32_t attempts_max =
    10;  // over sixteen minutes: a carrier may be away for ten

// What the shop tells its customers, and how.
struct NotificationsSettings {
  std::shared_ptr<const Wordings> wordings = Wordings::english();
  bool with_html = false;  // for emails that are really sent
  // By NoticeKind. What is switched off is not sent, and the order says so.
  std::array<bool, json::enumerators<NoticeKind>.size()> by_email = all_kinds;
  std::array<bool, json::enumerators<NoticeKind>.size()> by_sms = all_kinds;

  static constexpr std::array<bool, json::enumerators<NoticeKind>.size()> all_kinds{true, true,
                                                                                    true, true};
};

// Owns the notices: follows the orders and tells their customers by email and SMS. Who left no
// address is not told, and the order says so.
class NotificationsService final : public BasicService {
 public:
  explicit NotificationsService(NotificationsSettings settings = {})
      : settings_(std::move(settings)) {}

  ServiceName name() const override { return ServiceName::notifications; }
  std::vector<const RecordType*> owns() const override { return {&type_of<Notices>()}; }
  std::vector<Retention> retention() const override;
  void needs(const Message& message, const Records& found, Keys& keys) const override;
  Decision decide(const Message& message, const Records& records, Now now) const override;

 private:
  NotificationsSettings settings_;
};

}  // namespace oms::notifications
