#pragma once

#include <cstdint>
#include <string>

#include <google/protobuf/message.h>

#include "base/result.h"
#include "base/time.h"

// One field of a protobuf message, or one element of a repeated field, by reflection.
namespace oms::grpc_api {

namespace pb = google::protobuf;

// Where a value goes. Of a repeated field each `put` adds an element.
class FieldOut {
 public:
  FieldOut(pb::Message& message, const pb::FieldDescriptor& field)
      : message_(message), field_(field), reflection_(*message.GetReflection()) {}

  void put(bool value);
  void put(std::int32_t value);
  void put(std::int64_t value);
  void put(std::uint64_t value);
  void put(double value);
  void put(std::string value);
  void put(Time value);
  void put_enum(int number);
  pb::Message& nested();
  // Also what equals the default: it is an element, or its presence says something.
  bool is_explicit() const { return field_.is_repeated() || field_.has_presence(); }
  const pb::FieldDescriptor& field() const { return field_; }

 private:
  pb::Message& message_;
  const pb::FieldDescriptor& field_;
  const pb::Reflection& reflection_;
};

// Where a value comes from.
class FieldIn {
 public:
  FieldIn(const pb::Message& message, const pb::FieldDescriptor& field, int index = singular)
      : message_(message), field_(field), reflection_(*message.GetReflection()), index_(index) {}

  // Of a field that knows presence, and of messages.
  bool is_there() const { return reflection_.HasField(message_, &field_); }
  int size() const { return reflection_.FieldSize(message_, &field_); }
  FieldIn at(int index) const { return {message_, field_, index}; }

  void get(bool& value) const;
  void get(std::int32_t& value) const;
  void get(std::int64_t& value) const;
  void get(std::uint64_t& value) const;
  void get(double& value) const;
  // Valid while `scratch` and the message are.
  const std::string& text(std::string& scratch) const;
  Result<Time> time() const;
  int enum_number() const;
  const pb::Message& nested() const;
  const pb::FieldDescriptor& field() const { return field_; }

 private:
  static constexpr int singular = -1;

  const pb::Message& message_;
  const pb::FieldDescriptor& field_;
  const pb::Reflection& reflection_;
  int index_;
};

// The number of each enumerator in the proto enum: of `paid` in OrderStatus that of
// ORDER_STATUS_PAID. Throws std::logic_error where there is none.
int number_of(const pb::EnumDescriptor& type, std::string_view enumerator);

}  // namespace oms::grpc_api
