#include "process/international_sms.h"

#include <utility>

#include "edge/contact.h"

namespace oms::process {

void InternationalSms::start(NoticeToSend notice, Done done) {
  if (notice.channel == Channel::sms) {
    auto number = edge::plain_phone_number(notice.address, phone_country_);
    if (!number || !number->starts_with('+')) return done(NoticeResult::refused);
    notice.address = *std::move(number);
  }
  next_.start(std::move(notice), std::move(done));
}

void InternationalSms::erase(std::vector<Id> order_ids, Erased done) {
  next_.erase(std::move(order_ids), std::move(done));
}

}  // namespace oms::process
