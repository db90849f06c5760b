#include "messages/parcel.h"

#include <gmock/gmock.h>

#include <set>

namespace oms {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Envelope envelope(unsigned char n, ServiceName to, std::string payload = "{}") {
  Envelope made{.id = Id{{n}}, .order_id = Id{{9, n}}, .from = ServiceName::orders, .to = to};
  made.number = n;
  made.payload.text = std::move(payload);
  return made;
}

TEST(Parcels, HoldWhatOnePartitionOfAServiceGets) {
  std::vector<Envelope> envelopes;
  for (unsigned char n = 0; n < 100; ++n) {
    envelopes.push_back(envelope(n, n % 2 == 0 ? ServiceName::stock : ServiceName::kitchen));
  }
  EXPECT_THAT(pack(envelopes, 1), SizeIs(2));
  const auto parcels = pack(envelopes, 4);
  EXPECT_THAT(parcels, SizeIs(8));
  std::set<std::size_t> places;
  for (const auto& parcel : parcels) {
    const auto unpacked = unpack(parcel.body);
    EXPECT_THAT(unpacked.error, IsEmpty());
    ASSERT_THAT(unpacked.envelopes, SizeIs(parcel.places.size()));
    for (std::size_t i = 0; i < parcel.places.size(); ++i) {
      EXPECT_EQ(unpacked.envelopes[i].id, envelopes[parcel.places[i]].id);
      EXPECT_EQ(unpacked.envelopes[i].to, parcel.to);
      places.insert(parcel.places[i]);
    }
  }
  EXPECT_THAT(places, SizeIs(100));
}

TEST(Parcels, AreBoundedAndKeepTheOrder) {
  const std::string large = '"' + std::string(parcel_bytes_max / 3, 'x') + '"';
  std::vector<Envelope> envelopes;
  for (unsigned char n = 0; n < 5; ++n) envelopes.push_back(envelope(n, ServiceName::stock, large));
  const auto parcels = pack(envelopes, 1);
  ASSERT_THAT(parcels, SizeIs(3));
  std::vector<std::size_t> places;
  for (const auto& parcel : parcels) {
    EXPECT_LE(parcel.body.size(), parcel_bytes_max + 2);
    places.insert(places.end(), parcel.places.begin(), parcel.places.end());
  }
  EXPECT_EQ(places, (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  const std::string too_large = '"' + std::string(parcel_bytes_max * 2, 'x') + '"';
  EXPECT_THAT(pack(std::vector{envelope(1, ServiceName::stock, too_large)}, 1), SizeIs(1));
}

TEST(Parcels, AnEnvelopeThatCannotBeReadLeavesTheOthers) {
  auto parcel =
      pack(std::vector{envelope(1, ServiceName::stock), envelope(2, ServiceName::stock)}, 1).at(0);
  parcel.body.insert(1, R"({"id":"no id"},{"from":"a service of tomorrow"},)");
  const auto unpacked = unpack(parcel.body);
  EXPECT_THAT(unpacked.envelopes, SizeIs(2));
  EXPECT_THAT(unpacked.error, HasSubstr("from"));
  EXPECT_THAT(unpack("{}").error, HasSubstr("a list"));
  EXPECT_THAT(unpack("").envelopes, IsEmpty());
}

}  // namespace
}  // namespace oms
