// What is said of an order that was moved to the archive.
#include <gtest/gtest.h>

#include "services/orders/records.h"
#include "services/orders/service.h"
#include "tests/support/kept_records.h"

namespace oms::orders {
namespace {

const Id order_id{Id::Bytes{0x65, 1}};
const Time start{1'700'000'000'000};

class Archived : public ::testing::Test {
 protected:
  Decision hear(Payload payload) {
    return records.decide(OrdersService{OrdersSettings{}},
                          {.id = order_id, .order_id = order_id, .payload = std::move(payload)},
                          start);
  }

  testing::KeptRecords records;
};

TEST_F(Archived, AreGoneForItsCustomerAndUnknownToOthers) {
  records.keep(
      make_record(ArchivedOrder{.id = order_id, .customer_id = "c1", .archived_at = start}));
  EXPECT_EQ(hear(CancelOrder{.customer_id = "c1"}).reply->refusal->kind, ErrorKind::gone);
  EXPECT_EQ(hear(CancelOrder{}).reply->refusal->kind, ErrorKind::gone);
  EXPECT_EQ(hear(CancelOrder{.customer_id = "c2"}).reply->refusal->kind, ErrorKind::not_found);
}

TEST_F(Archived, AreGoneWhereItWasPlacedAndUnknownToOtherFaces) {
  records.keep(
      make_record(ArchivedOrder{.id = order_id, .customer_id = "c1", .face = Face::fulfilment}));
  const auto refusal_by = [&](Face face, std::string customer) {
    const CancelOrder cancel{.customer_id = customer, .face = face};
    const ReviseOrder revise{.customer_id = std::move(customer), .face = face};
    const auto kind = hear(cancel).reply->refusal->kind;
    EXPECT_EQ(hear(revise).reply->refusal->kind, kind);
    return kind;
  };
  EXPECT_EQ(refusal_by(Face::fulfilment, "c1"), ErrorKind::gone);
  EXPECT_EQ(refusal_by(Face::fulfilment, ""), ErrorKind::gone)
      << "where nobody proves who they are";
  EXPECT_EQ(refusal_by(Face::customers, "c1"), ErrorKind::not_found);
  EXPECT_EQ(refusal_by(Face::coordinator, ""), ErrorKind::not_found);
  EXPECT_EQ(refusal_by(Face::customers, ""), ErrorKind::gone) << "the operator";
}

}  // namespace
}  // namespace oms::orders
