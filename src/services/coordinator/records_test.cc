// Sagas that were written by versions before this one.
#include "services/coordinator/records.h"

#include <gtest/gtest.h>

namespace oms::coordinator {
namespace {

const Saga& read(std::string_view json, std::shared_ptr<const void>& kept) {
  kept = type_of<Saga>().decode(json).value();
  return *static_cast<const Saga*>(kept.get());
}

TEST(SagaRecord, OfTheFirstSchemaIsReadAsOneRun) {
  std::shared_ptr<const void> kept;
  const auto& saga = read(
      R"({"id":"65a000000000000000000001","saga":"food","version":1,"step":"prepare","phase":)"
      R"("undoing","attempt":3,"pivoted":false,"reason":"customer_request","due":1700000000000,)"
      R"("startedAt":1600000000000,"orderNumber":7,"customerID":"c1","lines":[{"productID":)"
      R"("a","productName":"A","quantity":2,"priceID":"p","unitPrice":450,)"
      R"("preparationMs":5}],"total":900,"currency":"usd","traceparent":""})",
      kept);
  EXPECT_EQ(saga.id.text(), "65a000000000000000000001");
  EXPECT_EQ(saga.main.saga, "food");
  EXPECT_EQ(saga.main.version, 1);
  EXPECT_EQ(saga.main.step, "prepare");
  EXPECT_EQ(saga.main.phase, Phase::undoing);
  EXPECT_EQ(saga.main.attempt, 3);
  EXPECT_EQ(saga.main.reason, Reason::customer_request);
  EXPECT_EQ(saga.main.started_at, Time{1'600'000'000'000});
  EXPECT_EQ(saga.due(), Time{1'700'000'000'000});
  EXPECT_EQ(saga.order_number, 7);
  EXPECT_EQ(saga.lines.at(0).quantity, 2);
  EXPECT_EQ(saga.total, 900);
}

TEST(SagaRecord, IsReadAsItWasWritten) {
  std::string text;
  const Saga written{.id = Id{Id::Bytes{0x65, 1}},
                     .main = {.saga = "food", .version = 1, .step = "deliver", .pivoted = true},
                     .total = 900};
  type_of<Saga>().encode(&written, text);
  std::shared_ptr<const void> kept;
  const auto& saga = read(text, kept);
  EXPECT_EQ(saga.main.step, "deliver");
  EXPECT_TRUE(saga.main.pivoted);
  EXPECT_EQ(saga.total, 900);
}

TEST(SagaRecord, KeepsItsStepAndPhaseAsColumns) {
  const Saga saga{.main = {.saga = "food", .step = "deliver", .phase = Phase::completed}};
  const auto& columns = type_of<Saga>().columns;
  EXPECT_EQ(columns.at(0).read(&saga), ColumnValue{"deliver"});
  EXPECT_EQ(columns.at(1).read(&saga), ColumnValue{"completed"});
}

}  // namespace
}  // namespace oms::coordinator
