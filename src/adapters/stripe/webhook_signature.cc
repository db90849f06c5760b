#include "adapters/stripe/webhook_signature.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

namespace oms::stripe {
namespace {

constexpr std::int64_t tolerance_seconds = 300;
// A header names one signature for each of the endpoint's secrets; more is no rotation.
constexpr std::size_t signatures_max = 16;

struct Header {
  std::string_view time;  // as it was written: the signature covers the text
  std::int64_t seconds = 0;
  std::vector<std::string_view> signatures;
};

std::optional<std::int64_t> read_seconds(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || seconds < 0) return std::nullopt;
  return seconds;
}

// Schemes other than v1 are passed over, as Stripe demands: v0 is for its own tests.
std::optional<Header> read_header(std::string_view text) {
  Header header;
  while (!text.empty()) {
    const auto item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(item.size() + 1, text.size()));
    if (item.starts_with("t=") && header.time.empty()) {
      header.time = item.substr(2);
    } else if (item.starts_with("v1=") && header.signatures.size() < signatures_max) {
      header.signatures.push_back(item.substr(3));
    }
  }
  const auto seconds = read_seconds(header.time);
  if (!seconds || header.signatures.empty()) return std::nullopt;
  header.seconds = *seconds;
  return header;
}

}  // namespace

WebhookSignature::WebhookSignature(const std::vector<std::string>& secrets) {
  for (const auto& secret : secrets) {
    // With an empty key anybody could sign.
    if (secret.empty()) throw std::invalid_argument("a webhook secret must not be empty");
    keys_.emplace_back(secret);
  }
  if (keys_.empty()) throw std::invalid_argument("webhooks need a secret");
}

std::string WebhookSignature::sign(std::string_view body, Time now) const {
  const auto time = std::to_string(now.unix_ms / 1000);
  return "t=" + time + ",v1=" + to_hex(keys_.front().of({time, ".", body}));
}

Result<void> WebhookSignature::check(std::string_view text, std::string_view body, Time now) const {
  const auto header = read_header(text);
  if (!header) {
    return fail(ErrorKind::invalid, "Stripe-Signature must be like t=1700000000,v1=<64 hex>");
  }
  bool is_ours = false;
  for (const auto& key : keys_) {
    const auto expected = to_hex(key.of({header->time, ".", body}));
    for (const auto signature : header->signatures) {
      is_ours |= equal_in_constant_time(signature, expected);
    }
  }
  if (!is_ours) {
    return fail(ErrorKind::invalid, "the webhook was not signed with this endpoint's secret");
  }
  if (header->seconds < now.unix_ms / 1000 - tolerance_seconds) {
    return fail(ErrorKind::invalid, "the webhook was signed more than 300 seconds ago");
  }
  return {};
}

}  // namespace oms::stripe
