#include "adapters/twilio/message.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <vector>

#include <boost/describe.hpp>

#include "adapters/curl/date.h"
#include "adapters/curl/form_writer.h"
#include "codec/json_names.h"
#include "codec/json_read.h"
#include "codec/utf8.h"

namespace oms::twilio {
namespace {

struct Refusal {
  int code = 0;
};
BOOST_DESCRIBE_STRUCT(Refusal, (), (code))

struct SentMessage {
  std::optional<std::string> body;
  std::optional<std::string> status;
  std::optional<std::string> created;
  static constexpr std::string_view json_name_of(std::string_view member) {
    return member == "created" ? "date_created" : "";
  }
};
BOOST_DESCRIBE_STRUCT(SentMessage, (), (body, status, created))

struct MessageList {
  std::vector<SentMessage> messages;
};
BOOST_DESCRIBE_STRUCT(MessageList, (), (messages))

// Twilio's own list: https://www.twilio.com/docs/api/errors. They tell of the account or the
// sender, not of the customer.
bool is_the_operators(int code) {
  constexpr std::array codes{20003, 21212, 21603, 21606, 21611, 21659, 21660, 21661, 21703, 21704};
  return std::ranges::find(codes, code) != codes.end();
}

bool was_lost(std::string_view status) {
  return status == "failed" || status == "undelivered" || status == "canceled";
}

}  // namespace

bool is_e164(std::string_view number) {
  constexpr std::size_t digits_min = 7;
  constexpr std::size_t digits_max = 15;
  return number.size() > digits_min && number.size() <= digits_max + 1 && number.starts_with('+') &&
         number[1] != '0' && number.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

std::string body_of(const NoticeToSend& notice) {
  constexpr std::size_t units_max = 1'600;  // of UTF-16
  constexpr std::string_view dots = "…";
  auto whole = notice.subject + ". " + notice.text;
  std::string_view left = whole;
  std::size_t units = 0;
  std::size_t fits = 0;  // bytes, with the dots behind them
  while (!left.empty()) {
    const auto length =
        std::max<std::size_t>(utf8_length(left.data(), left.data() + left.size()), 1);
    units += length == 4 ? 2 : 1;
    if (units < units_max) fits += length;
    if (units > units_max) return whole.substr(0, fits).append(dots);
    left.remove_prefix(length);
  }
  return whole;
}

std::string callback_of(const NoticeToSend& notice, const Settings& settings) {
  curl::FormWriter query;
  query.add("order", notice.order_id.text()).add("kind", json::name_of(notice.kind));
  return settings.status_url + "?" + query.take();
}

std::string form_of(const NoticeToSend& notice, const Settings& settings) {
  curl::FormWriter form;
  form.add("To", notice.address);
  if (settings.service.empty()) {
    form.add("From", settings.from);
  } else {
    form.add("MessagingServiceSid", settings.service);
  }
  form.add("Body", body_of(notice));
  if (!settings.status_url.empty()) form.add("StatusCallback", callback_of(notice, settings));
  return form.take();
}

Outcome outcome_of(const HttpResponse& answer, const std::string& key) {
  constexpr int created = 201;
  constexpr int wrong = 400;
  constexpr int wants_login = 401;
  constexpr int forbidden = 403;
  constexpr int no_account = 404;
  if (answer.status == created || answer.status == 200) return {.result = NoticeResult::sent};
  const auto refusal = read_json<Refusal>(answer.body, Reading::lenient);
  const int code = refusal ? refusal->code : 0;
  auto what = "Twilio answers " + std::to_string(answer.status);
  if (code != 0) what += ", error " + std::to_string(code);
  const auto page = code == 0
                        ? std::string{}
                        : ", see https://www.twilio.com/docs/api/errors/" + std::to_string(code);
  const bool is_ours = answer.status == wants_login || answer.status == forbidden ||
                       answer.status == no_account || is_the_operators(code);
  if (is_ours) {
    return {.trouble = what +
                       ": check the account and the sender of --sms and "
                       "OMS_TWILIO_AUTH_TOKEN" +
                       page + "; SMS are tried again"};
  }
  if (answer.status == wrong) {
    return {.result = NoticeResult::refused,
            .trouble = what + " to " + key + ", which cannot be sent" + page};
  }
  return {.trouble = what + page + "; SMS are tried again"};
}

Result<bool> has_sent(std::string_view text, const NoticeToSend& notice) {
  OMS_TRY(const auto list, read_json<MessageList>(text, Reading::lenient));
  const auto body = body_of(notice);
  // Twilio tells whole seconds, and its clock may be a little behind ours.
  const auto since = made_at(notice.order_id) - std::chrono::minutes{1};
  return std::ranges::any_of(list.messages, [&](const SentMessage& message) {
    const auto at = curl::parse_date(message.created.value_or(""));
    return message.body == body && !was_lost(message.status.value_or("")) && at && *at >= since;
  });
}

}  // namespace oms::twilio
