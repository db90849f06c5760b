#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/result.h"
#include "messages/events.h"

// Public events as others get them from a broker: CloudEvents 1.0, each one JSON object
// (`application/cloudevents+json`), described in api/asyncapi.yaml.
namespace oms {

inline constexpr std::string_view cloud_event_media_type =
    "application/cloudevents+json; charset=utf-8";

// What an event says, as one JSON object. `id` names it where it has no number.
std::string to_cloud_event(const PublicEvent& event, const Id& id);

// Of such a text: where it goes.
struct CloudEventHead {
  std::string id;
  std::string source;   // "/oms/orders"
  std::string type;     // "order.created"
  std::string subject;  // the order, or the product
};

// Errors: invalid.
Result<CloudEventHead> read_cloud_event_head(std::string_view text);

// The streams of events, and to which of them it belongs.
inline constexpr std::array<std::string_view, 4> event_streams{"orders", "payments", "inventory",
                                                               "kitchen"};
std::string_view stream_of(const CloudEventHead& head);

}  // namespace oms
