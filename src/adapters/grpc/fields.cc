#include "adapters/grpc/fields.h"

#include <cctype>
#include <stdexcept>
#include <utility>

#include <google/protobuf/timestamp.pb.h>

namespace oms::grpc_api {
namespace {

constexpr std::int64_t ms_per_second = 1000;
constexpr std::int32_t ns_per_ms = 1'000'000;
constexpr std::int64_t second_max = 253'402'300'799;  // the end of the year 9999

}  // namespace

void FieldOut::put(bool value) {
  if (field_.is_repeated()) return reflection_.AddBool(&message_, &field_, value);
  reflection_.SetBool(&message_, &field_, value);
}

void FieldOut::put(std::int32_t value) {
  if (field_.is_repeated()) return reflection_.AddInt32(&message_, &field_, value);
  reflection_.SetInt32(&message_, &field_, value);
}

void FieldOut::put(std::int64_t value) {
  if (field_.is_repeated()) return reflection_.AddInt64(&message_, &field_, value);
  reflection_.SetInt64(&message_, &field_, value);
}

void FieldOut::put(std::uint64_t value) {
  if (field_.is_repeated()) return reflection_.AddUInt64(&message_, &field_, value);
  reflection_.SetUInt64(&message_, &field_, value);
}

void FieldOut::put(double value) {
  if (field_.is_repeated()) return reflection_.AddDouble(&message_, &field_, value);
  reflection_.SetDouble(&message_, &field_, value);
}

void FieldOut::put(std::string value) {
  if (field_.is_repeated()) return reflection_.AddString(&message_, &field_, std::move(value));
  reflection_.SetString(&message_, &field_, std::move(value));
}

// Rounded down: the nanoseconds are never negative.
void FieldOut::put(Time value) {
  auto seconds = value.unix_ms / ms_per_second;
  auto rest = value.unix_ms % ms_per_second;
  if (rest < 0) {
    rest += ms_per_second;
    --seconds;
  }
  auto& timestamp = *pb::DynamicCastToGenerated<pb::Timestamp>(&nested());
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<std::int32_t>(rest) * ns_per_ms);
}

void FieldOut::put_enum(int number) {
  if (field_.is_repeated()) return reflection_.AddEnumValue(&message_, &field_, number);
  reflection_.SetEnumValue(&message_, &field_, number);
}

pb::Message& FieldOut::nested() {
  return field_.is_repeated() ? *reflection_.AddMessage(&message_, &field_)
                              : *reflection_.MutableMessage(&message_, &field_);
}

void FieldIn::get(bool& value) const {
  value = index_ < 0 ? reflection_.GetBool(message_, &field_)
                     : reflection_.GetRepeatedBool(message_, &field_, index_);
}

void FieldIn::get(std::int32_t& value) const {
  value = index_ < 0 ? reflection_.GetInt32(message_, &field_)
                     : reflection_.GetRepeatedInt32(message_, &field_, index_);
}

void FieldIn::get(std::int64_t& value) const {
  value = index_ < 0 ? reflection_.GetInt64(message_, &field_)
                     : reflection_.GetRepeatedInt64(message_, &field_, index_);
}

void FieldIn::get(std::uint64_t& value) const {
  value = index_ < 0 ? reflection_.GetUInt64(message_, &field_)
                     : reflection_.GetRepeatedUInt64(message_, &field_, index_);
}

void FieldIn::get(double& value) const {
  value = index_ < 0 ? reflection_.GetDouble(message_, &field_)
                     : reflection_.GetRepeatedDouble(message_, &field_, index_);
}

const std::string& FieldIn::text(std::string& scratch) const {
  return index_ < 0 ? reflection_.GetStringReference(message_, &field_, &scratch)
                    : reflection_.GetRepeatedStringReference(message_, &field_, index_, &scratch);
}

Result<Time> FieldIn::time() const {
  const auto& timestamp = *pb::DynamicCastToGenerated<pb::Timestamp>(&nested());
  const bool is_valid = timestamp.seconds() >= -second_max && timestamp.seconds() <= second_max &&
                        timestamp.nanos() >= 0 && timestamp.nanos() < ms_per_second * ns_per_ms;
  if (!is_valid) return fail(ErrorKind::invalid, "must be a time before the year 10000");
  return Time{timestamp.seconds() * ms_per_second + timestamp.nanos() / ns_per_ms};
}

int FieldIn::enum_number() const {
  return index_ < 0 ? reflection_.GetEnumValue(message_, &field_)
                    : reflection_.GetRepeatedEnumValue(message_, &field_, index_);
}

const pb::Message& FieldIn::nested() const {
  return index_ < 0 ? reflection_.GetMessage(message_, &field_)
                    : reflection_.GetRepeatedMessage(message_, &field_, index_);
}

int number_of(const pb::EnumDescriptor& type, std::string_view enumerator) {
  std::string name;
  const auto upper = [](char c) {
    return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  };
  for (const char c : type.name()) {
    const bool begins_word = c >= 'A' && c <= 'Z' && !name.empty();
    if (begins_word) name += '_';
    name += upper(c);
  }
  name += '_';
  for (const char c : enumerator) name += upper(c);
  const auto* value = type.FindValueByName(name);
  if (value == nullptr) throw std::logic_error(type.full_name() + " has no " + name);
  return value->number();
}

}  // namespace oms::grpc_api
