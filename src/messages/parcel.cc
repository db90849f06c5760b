#include "messages/parcel.h"

#include <map>
#include <utility>

#include "base/partition.h"
#include "codec/json_read.h"
#include "codec/json_write.h"
#include "messages/mailbox.h"

namespace oms {
namespace {

// Events of one subject stay in their order.
Parcel parcel_of_event(const Envelope& envelope, std::size_t place, std::size_t partitions) {
  auto head = read_cloud_event_head(envelope.payload.text).value_or(CloudEventHead{});
  const auto hash = static_cast<std::size_t>(partition_of(head.subject));
  return {.to = envelope.to,
          .partition = hash % partitions,
          .body = envelope.payload.text,
          .places = {place},
          .event = std::move(head)};
}

}  // namespace

std::vector<Parcel> pack(std::span<const Envelope> envelopes, std::size_t partitions) {
  std::vector<Parcel> parcels;
  std::map<std::pair<ServiceName, std::size_t>, std::size_t> open;  // which parcel
  for (std::size_t place = 0; place < envelopes.size(); ++place) {
    const auto& envelope = envelopes[place];
    if (envelope.to == ServiceName::world) {
      parcels.push_back(parcel_of_event(envelope, place, partitions));
      continue;
    }
    const auto hash = static_cast<std::size_t>(partition_of(envelope.order_id.text()));
    const auto partition = hash % partitions;
    std::string text;
    write_json_compact(envelope, text);
    const auto [at, is_new] =
        open.try_emplace({mailbox_of(envelope.to), partition}, parcels.size());
    if (is_new || parcels[at->second].body.size() + text.size() > parcel_bytes_max) {
      at->second = parcels.size();
      parcels.push_back({.to = mailbox_of(envelope.to), .partition = partition, .body = "["});
    } else {
      parcels[at->second].body += ',';
    }
    parcels[at->second].body += text;
    parcels[at->second].places.push_back(place);
  }
  for (auto& parcel : parcels) {
    if (!parcel.event) parcel.body += ']';
  }
  return parcels;
}

Unpacked unpack(std::string_view body) {
  if (auto all = read_json<std::vector<Envelope>>(body, Reading::lenient)) {
    return {.envelopes = *std::move(all), .error = {}};
  }
  // One that cannot be read is no reason to lose the others.
  Unpacked out;
  const auto texts = read_json<std::vector<JsonText>>(body, Reading::lenient);
  if (!texts) {
    out.error = texts.error().detail;
    return out;
  }
  for (const auto& text : *texts) {
    auto envelope = read_json<Envelope>(text.text, Reading::lenient);
    if (envelope) {
      out.envelopes.push_back(*std::move(envelope));
    } else {
      out.error = envelope.error().pointer + " " + envelope.error().detail;
    }
  }
  return out;
}

}  // namespace oms
