// Each message of api/proto has the fields of its struct, and travels whole.
#include "adapters/grpc/mapping.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>

#include <google/protobuf/text_format.h>
#include <boost/mp11/list.hpp>

#include "adapters/grpc/linked.h"
#include "adapters/grpc/methods.h"
#include "adapters/grpc/runs.h"
#include "adapters/grpc/samples.h"
#include "codec/json_write.h"
#include "messages/metrics.h"

namespace oms::grpc_api {
namespace {

template <class T, class... Names>
struct Travels {};

// What travels as a message of its own, and what that is called where it is not by the same name.
template <class T>
std::string message_of() {
  const std::string name{json::type_name<T>};
  if constexpr (requires { T::to; }) return name + "Request";
  if constexpr (std::is_same_v<T, NoteAction>) return name + "Request";
  if constexpr (std::is_same_v<T, RunRequest>) return "StartReconciliationRequest";
  if constexpr (std::is_same_v<T, WebhookRequest>) return "TakeWebhookRequest";
  if constexpr (std::is_same_v<T, AuditView>) return "AuditEntry";
  return name.ends_with("View") ? name.substr(0, name.size() - 4) : name;
}

using Messages = ::testing::Types<
    OrderView, ArchivedOrderView, ErasedCustomerView, ItemView, MovementView, AccountView, SagaView,
    AuditView, PlaceOrder, CancelOrder, RefundOrder, ReviseOrder, EraseCustomer, SetItem,
    RestockItem, ArchiveItem, ReleaseStock, OpenAccount, LookUpPayment, UndoPayment, HandleTicket,
    HandleDelivery, HandleSaga, SettleDeadLetter, NoteAction, QuoteLines, Quote, ReservationsOf,
    ReservationsAre, RefundableOf, Refundable, PaymentsOf, PaymentsAre, WhichAreOver, AreOver,
    Reconciliation, RunRequest, WebhookRequest, OrderChange, ProcessMetrics>;

template <class T>
class ProtoMessage : public ::testing::Test {
 protected:
  const T sample_ = samples::filled<T>();
  const std::unique_ptr<pb::Message> message_{make_message(message_named(message_of<T>()))};
};
TYPED_TEST_SUITE(ProtoMessage, Messages);

TYPED_TEST(ProtoMessage, CarriesEveryField) {
  write_message(this->sample_, *this->message_);
  std::string bytes;
  ASSERT_TRUE(this->message_->SerializeToString(&bytes));
  ASSERT_TRUE(this->message_->ParseFromString(bytes));
  TypeParam read;
  const auto outcome = read_message(*this->message_, read);
  ASSERT_TRUE(outcome) << outcome.error().pointer << ": " << outcome.error().detail;
  EXPECT_TRUE(json::same(read, this->sample_)) << this->message_->DebugString();
}

TYPED_TEST(ProtoMessage, CarriesWhatIsEmpty) {
  write_message(TypeParam{}, *this->message_);
  auto read = this->sample_;
  read = TypeParam{};
  ASSERT_TRUE(read_message(*this->message_, read));
  EXPECT_TRUE(json::same(read, TypeParam{})) << this->message_->DebugString();
}

// OMS_WRITE_GOLDEN=1 writes them again. A field that moves breaks those who run another version.
TYPED_TEST(ProtoMessage, IsAsItWasReleased) {
  write_message(this->sample_, *this->message_);
  std::string text;
  pb::TextFormat::PrintToString(*this->message_, &text);
  std::string bytes;
  this->message_->SerializeToString(&bytes);
  text += "# as bytes: ";
  for (const char c : bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    text += digits[static_cast<unsigned char>(c) >> 4U];
    text += digits[static_cast<unsigned char>(c) & 0xFU];
  }
  text += '\n';
  const auto path =
      std::string{OMS_SOURCE_DIR} + "/tests/golden/proto/" + message_of<TypeParam>() + ".txtpb";
  if (std::getenv("OMS_WRITE_GOLDEN") != nullptr) std::ofstream{path} << text;
  std::ostringstream golden;
  golden << std::ifstream{path}.rdbuf();
  EXPECT_EQ(text, golden.str()) << path;
}

template <class T>
Result<void> read_changed(std::string_view name, const std::string& text) {
  const std::unique_ptr<pb::Message> message{make_message(message_named(name))};
  if (!pb::TextFormat::ParseFromString(text, message.get())) return fail(ErrorKind::internal, text);
  T value;
  return read_message(*message, value);
}

TEST(ProtoMapping, NamesTheFieldThatHasAnUnknownValue) {
  const auto read = read_changed<PlaceOrder>("PlaceOrderRequest", "face: 77");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::invalid);
  EXPECT_EQ(read.error().pointer, "/face");
  EXPECT_EQ(read.error().detail, "77 is no value of oms.v1.Face");
}

TEST(ProtoMapping, NamesTheFieldWithinAList) {
  const auto read = read_changed<ReviseOrder>("ReviseOrderRequest", "lines {} lines { status: 9 }");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().pointer, "/lines/1/status");
}

TEST(ProtoMapping, AnEnumThatIsLeftOutKeepsItsDefault) {
  const std::unique_ptr<pb::Message> message{make_message(message_named("RevisedLine"))};
  RevisedLine line{.status = LineStatus::executed};
  ASSERT_TRUE(read_message(*message, line));
  EXPECT_EQ(line.status, LineStatus::executed);
}

TEST(ProtoMapping, RefusesAnIdThatIsNone) {
  const auto read = read_changed<RefundableOf>("RefundableOfRequest", "order_id: 'o1'");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().pointer, "/order_id");
  EXPECT_EQ(read_changed<PaymentsOf>("PaymentsOfRequest", "ids: ''").error().pointer, "/ids");
}

TEST(ProtoMapping, RefusesATimeThatIsNone) {
  for (const auto* text :
       {"since { seconds: 999999999999 }", "since { nanos: -1 }", "since { nanos: 1000000000 }"}) {
    EXPECT_EQ(read_changed<RunRequest>("StartReconciliationRequest", text).error().pointer,
              "/since")
        << text;
  }
}

TEST(ProtoMapping, CarriesTimesBefore1970) {
  const std::unique_ptr<pb::Message> message{make_message(message_named("OrderChange"))};
  OrderChange change;
  change.order.created_at = Time{-1};
  write_message(change, *message);
  OrderChange read;
  ASSERT_TRUE(read_message(*message, read));
  EXPECT_EQ(read.order.created_at.unix_ms, -1);
}

struct Stranger {
  std::string id;
  std::string surprise;
};
BOOST_DESCRIBE_STRUCT(Stranger, (), (id, surprise))

struct Partial {
  std::string product_id;
};
BOOST_DESCRIBE_STRUCT(Partial, (), (product_id))

struct Other {
  std::int64_t product_id = 0;
  std::int64_t quantity = 0;
};
BOOST_DESCRIBE_STRUCT(Other, (), (product_id, quantity))

TEST(ProtoMapping, AStructThatDoesNotFitIsFoundAtOnce) {
  EXPECT_THROW(check_mapping<Stranger>(message_named("GetRequest")), std::logic_error);
  EXPECT_THROW(check_mapping<Partial>(message_named("ProductQuantity")), std::logic_error);
  EXPECT_THROW(check_mapping<Other>(message_named("ProductQuantity")), std::logic_error);
  EXPECT_NO_THROW(check_mapping<ProductQuantity>(message_named("ProductQuantity")));
}

}  // namespace
}  // namespace oms::grpc_api
