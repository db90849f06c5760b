#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/id.h"
#include "base/result.h"
#include "base/short_text.h"
#include "base/time.h"

namespace oms {

using ColumnValue = std::variant<std::monostate, std::int64_t, std::string_view>;

// A field that the store keeps beside the JSON, so that it can be indexed and asked for.
struct Column {
  std::string_view name;
  bool is_integer = false;
  ColumnValue (*read)(const void* record) = nullptr;
};

// Selects the records whose column has one of the values; without values, those in which it is
// neither null nor empty.
struct Condition {
  std::string_view column;
  std::vector<std::string_view> values = {};
};

// By which column records can be found, oldest or newest id first.
struct Index {
  std::string_view column = {};               // the id always follows; empty: the id alone
  std::optional<Condition> only = {};         // holds these records and no others
  std::vector<std::string_view> covers = {};  // columns that can be read without the record
  // Values come in no order and are rarely asked for: a store may buffer new entries and write them
  // as sorted runs. For a text column, all records, and ids that are UTF-8.
  bool is_buffered = false;
};

// A record that is a sum over others and is never stored: it cannot drift from them. Its service
// saves it with every change of what it is over, so that the rest of the batch sees it. A store may
// keep the sums that are not 0 in memory; an index should cover what they are added up from.
struct DerivedSum {
  std::string_view table;
  std::string_view sum_column;
  std::string_view key_column;
  Condition only;
};

// How one kind of record is kept. Declared beside the record's fields, defined once.
struct RecordType {
  std::string_view table;  // prefixed by the owning service: "orders_order"
  int schema = 1;          // older code neither reads nor changes a newer record
  std::vector<Column> columns = {};
  std::vector<Index> indexes = {};
  std::optional<DerivedSum> derived = {};
  // An indexed column that is "yes" while an effect is in flight: a crash loses the effect, and the
  // next start wakes these records at once. Empty: there are none, or their due time will do.
  std::string_view under_way = {};

  ShortText (*key)(const void* record) = nullptr;
  std::optional<Time> (*due)(const void* record) = nullptr;  // when it wants a wake-up
  void (*encode)(const void* record, std::string& out) = nullptr;
  void (*show)(const void* record, std::string& out) = nullptr;  // the same, with every field
  Result<std::shared_ptr<const void>> (*decode)(std::string_view json) = nullptr;
  // The same without what tells who a customer is; null where nothing of it does.
  std::shared_ptr<const void> (*without_person)(const void* record) = nullptr;
  std::shared_ptr<const void> (*from_sum)(std::string_view key, std::int64_t sum) = nullptr;
};

// Names one record: its type and its key.
struct Key {
  const RecordType* type = nullptr;
  ShortText id;

  friend bool operator==(const Key&, const Key&) = default;
  friend bool operator<(const Key& a, const Key& b) {
    if (a.type != b.type) return a.type->table < b.type->table;
    return a.id < b.id;
  }
};

// One service's document: immutable, shared, of any type.
class Record {
 public:
  Record() = default;
  Record(const RecordType& type, std::shared_ptr<const void> value)
      : type_(&type), value_(std::move(value)) {}

  explicit operator bool() const { return value_ != nullptr; }
  const RecordType& type() const { return *type_; }
  const void* value() const { return value_.get(); }
  Key key() const { return {type_, type_->key(value_.get())}; }
  std::optional<Time> due() const { return type_->due ? type_->due(value_.get()) : std::nullopt; }

  // The same without what tells who a customer is; none where nothing of it does.
  Record without_person() const {
    auto value = type_->without_person ? type_->without_person(value_.get()) : nullptr;
    return value ? Record{*type_, std::move(value)} : Record{};
  }

  // The value as a T, or null if it is something else.
  template <class T>
  const T* as() const {
    return type_ == &record_type(static_cast<const T*>(nullptr))
               ? static_cast<const T*>(value_.get())
               : nullptr;
  }

 private:
  const RecordType* type_ = nullptr;
  std::shared_ptr<const void> value_;
};

// Each record type T has `const RecordType& record_type(const T*)` beside it, found by its
// argument's namespace.
template <class T>
const RecordType& type_of() {
  return record_type(static_cast<const T*>(nullptr));
}

template <class T>
Record make_record(T&& value) {
  using Value = std::remove_cvref_t<T>;
  return Record{type_of<Value>(), std::make_shared<const Value>(std::forward<T>(value))};
}

template <class T>
Key key_of(std::string_view id) {
  return {&type_of<T>(), ShortText{id}};
}
template <class T>
Key key_of(const Id& id) {
  return {&type_of<T>(), id.key()};
}

}  // namespace oms

template <>
struct std::hash<oms::Key> {
  std::size_t operator()(const oms::Key& key) const noexcept {
    return std::hash<oms::ShortText>{}(key.id) ^ std::hash<const void*>{}(key.type);
  }
};
