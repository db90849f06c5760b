#include "ports/unconfirmed.h"

namespace oms {

std::vector<Unconfirmed::Outgoing> Unconfirmed::admit(std::vector<Envelope> envelopes,
                                                      Broker::OnConfirmed on_confirmed,
                                                      std::size_t partitions) {
  std::vector<std::size_t> places;
  std::vector<Envelope> admitted;
  {
    const std::scoped_lock lock{mutex_};
    for (std::size_t place = 0; place < envelopes.size(); ++place) {
      auto& envelope = envelopes[place];
      if (under_way_.size() == envelopes_max || bytes_ >= bytes_max) break;
      if (!under_way_.emplace(envelope.id, envelope.passage()).second) continue;
      bytes_ += envelope.payload.text.size();
      places.push_back(place);
      admitted.push_back(std::move(envelope));
    }
  }
  const auto told = std::make_shared<const Broker::OnConfirmed>(std::move(on_confirmed));
  std::vector<Outgoing> out;
  for (auto& parcel : pack(admitted, partitions)) {
    auto& outgoing = out.emplace_back();
    outgoing.parcel = std::move(parcel);
    outgoing.on_confirmed = told;
    for (auto& place : outgoing.parcel.places) {
      const auto& envelope = admitted[place];
      outgoing.keys.emplace_back(envelope.id, envelope.passage());
      outgoing.bytes += envelope.payload.text.size();
      place = places[place];
    }
  }
  return out;
}

void Unconfirmed::confirm(const Outgoing& outgoing) {
  drop(outgoing);
  (*outgoing.on_confirmed)(outgoing.parcel.places);
}

void Unconfirmed::drop(const Outgoing& outgoing) {
  const std::scoped_lock lock{mutex_};
  for (const auto& key : outgoing.keys) under_way_.erase(key);
  bytes_ -= outgoing.bytes;
}

}  // namespace oms
