#pragma once

#include <boost/describe.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "messages/define_record.h"
#include "ports/store.h"

namespace oms::sample {

enum class State { held, moving, gone };
BOOST_DESCRIBE_ENUM(State, held, moving, gone)

// A record with everything that a record can have.
struct Parcel {
  std::string id;
  std::string owner;
  State state = State::held;
  std::int64_t weight = 0;
  std::string note;
  std::optional<Time> due;
};
BOOST_DESCRIBE_STRUCT(Parcel, (), (id, owner, state, weight, note, due))

inline const RecordType& record_type(const Parcel*) {
  static const RecordType type = define_record<Parcel>({
      .table = "sample_parcel",
      .columns = {column<&Parcel::owner>("owner"), column<&Parcel::state>("state"),
                  column<&Parcel::weight>("weight")},
      .indexes = {{.column = "owner", .is_buffered = true},
                  {.column = "weight"},
                  {.column = "state", .only = Condition{"state", {"held", "moving"}}},
                  {.only = Condition{"state", {"held"}}, .covers = {"owner", "weight"}}},
  });
  return type;
}

// A record with nothing but its key.
struct Label {
  std::string id;
  std::string text;
};
BOOST_DESCRIBE_STRUCT(Label, (), (id, text))

inline const RecordType& record_type(const Label*) {
  static const RecordType type = define_record<Label>({.table = "sample_label"});
  return type;
}

// How much an owner's held parcels weigh.
struct HeldWeight {
  std::string id;
  std::int64_t weight = 0;
};
BOOST_DESCRIBE_STRUCT(HeldWeight, (), (id, weight))

inline const RecordType& record_type(const HeldWeight*) {
  static const RecordType type = [] {
    auto held = define_record<HeldWeight>({
        .table = "sample_held_weight",
        .derived = DerivedSum{.table = "sample_parcel",
                              .sum_column = "weight",
                              .key_column = "owner",
                              .only = {"state", {"held"}}},
    });
    held.from_sum = [](std::string_view owner, std::int64_t sum) {
      return std::shared_ptr<const void>(
          std::make_shared<const HeldWeight>(HeldWeight{std::string{owner}, sum}));
    };
    return held;
  }();
  return type;
}

inline const std::vector<const RecordType*>& all_types() {
  static const std::vector<const RecordType*> types{&type_of<Parcel>(), &type_of<Label>(),
                                                    &type_of<HeldWeight>()};
  return types;
}

inline Change put(const Parcel& parcel, std::uint64_t expected = 0) {
  return {.key = key_of<Parcel>(parcel.id), .record = make_record(parcel), .expected = expected};
}
inline Change put(const Label& label, std::uint64_t expected = 0) {
  return {.key = key_of<Label>(label.id), .record = make_record(label), .expected = expected};
}
template <class T>
Change erase(std::string_view id, std::uint64_t expected) {
  return {.key = key_of<T>(id), .record = {}, .expected = expected};
}

}  // namespace oms::sample
