#include "adapters/postgres/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/describe.hpp>

#include "messages/define_record.h"

namespace oms::postgres {
namespace {

using testing::HasSubstr;

struct Thing {
  std::string id;
  std::string owner;
  std::int64_t weight = 0;
};
BOOST_DESCRIBE_STRUCT(Thing, (), (id, owner, weight))

RecordType thing() {
  return define_record<Thing>({
      .table = "thing",
      .columns = {column<&Thing::owner>("owner"), column<&Thing::weight>("weight")},
      .indexes = {{.column = "owner", .only = Condition{"owner"}, .covers = {"weight"}}},
  });
}

RecordType sum_of_things() {
  auto sum = define_record<Thing>({.table = "thing_sum",
                                   .derived = DerivedSum{.table = "thing",
                                                         .sum_column = "weight",
                                                         .key_column = "owner",
                                                         .only = {"owner", {"a'b"}}}});
  sum.from_sum = [](std::string_view, std::int64_t) { return std::shared_ptr<const void>{}; };
  return sum;
}

std::string refusal(const RecordType& type) {
  const std::vector types{&type};
  const auto layout = Layout::make(types);
  return layout ? "(none)" : layout.error().detail;
}

TEST(PostgresLayoutTest, AnIndexHoldsWhatItsDeclarationSays) {
  const auto type = thing();
  const std::vector types{&type};
  const auto indexes = indexes_of(type, types);
  ASSERT_EQ(indexes.size(), 1U);
  EXPECT_EQ(indexes[0].definition,
            R"(on thing ("owner", id) include ("weight") where "owner" <> '')");
  EXPECT_THAT(indexes[0].name, testing::StartsWith("thing_by_owner_"));
}

TEST(PostgresLayoutTest, ASumHasAnIndexThatCoversIt) {
  const auto type = thing();
  const auto sum = sum_of_things();
  const std::vector types{&type, &sum};
  EXPECT_EQ(indexes_of(type, types).back().definition,
            R"(on thing ("owner") include ("weight") where ("owner" = 'a''b'))");
}

TEST(PostgresLayoutTest, AnIndexOfAnotherKindHasAnotherName) {
  const auto type = thing();
  auto changed = thing();
  changed.indexes[0].covers = {};
  const std::vector types{&type};
  EXPECT_NE(indexes_of(type, types)[0].name, indexes_of(changed, types)[0].name);
  EXPECT_NE(digest_of(types), digest_of(std::vector<const RecordType*>{&changed}));
}

TEST(PostgresLayoutTest, NamesAreNotCutOff) {
  auto type = thing();
  const std::string table(60, 't');
  type.table = table;
  const std::vector types{&type};
  EXPECT_EQ(indexes_of(type, types)[0].name.size(), 63U);
}

TEST(PostgresLayoutTest, OnlyAnIndexThatHoldsTheValueFinds) {
  const auto type = thing();
  const auto* index = index_to_find_by(type, "owner");
  ASSERT_TRUE(index);
  EXPECT_TRUE(has_value(*index, "x"));
  EXPECT_FALSE(has_value(*index, ""));
  EXPECT_FALSE(index_to_find_by(type, "weight"));
}

TEST(PostgresLayoutTest, WhatCannotBeStoredIsRefused) {
  auto type = thing();
  type.table = "drop table";
  EXPECT_THAT(refusal(type), HasSubstr("not a plain name"));
  type = thing();
  type.columns[0].name = "version";
  EXPECT_THAT(refusal(type), HasSubstr("the column version is the store's own"));
  type = thing();
  type.indexes[0].column = "color";
  EXPECT_THAT(refusal(type), HasSubstr("no column color to index"));
  EXPECT_THAT(refusal(sum_of_things()), HasSubstr("a sum over no such table"));
}

}  // namespace
}  // namespace oms::postgres
