#include "adapters/sqlite/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/testing/query_plan.h"
#include "adapters/sqlite/testing/sample_records.h"
#include "adapters/sqlite/testing/temporary_folder.h"
#include "adapters/sqlite_connection/connection.h"

namespace oms::sqlite {
namespace {

using sample::HeldWeight;
using sample::Parcel;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class LayoutTest : public testing::Test {
 protected:
  LayoutTest() {
    const auto migrated = migrate(connection_, sample::all_types());
    if (!migrated) throw std::runtime_error(migrated.error().detail);
  }

  // The tables and indexes into which a statement puts something.
  std::set<std::string> written_by(const std::string& sql) {
    auto explain = *connection_.prepare("explain " + sql);
    std::map<std::int64_t, std::string> opened;  // by cursor
    std::set<std::string> names;
    while (explain.step() == Statement::Step::row) {
      const auto operation = explain.text(1);
      const auto cursor = explain.integer(2);
      if (operation == "OpenWrite") {
        opened[cursor] = *connection_.ask_text("select name from sqlite_schema where rootpage = " +
                                               std::string{explain.text(3)});
      } else if (operation == "Insert" || operation == "IdxInsert") {
        names.insert(opened.at(cursor));
      }
    }
    return names;
  }

  TemporaryFolder folder_;
  Connection connection_ = *Connection::open(folder_.file("oms.db"), Access::create);
};

TEST_F(LayoutTest, AnUpdateWritesOnlyTheIndexesOfWhatChanged) {
  const auto& type = type_of<Parcel>();  // columns: owner, state, weight
  EXPECT_THAT(written_by(update_row(type, {})), UnorderedElementsAre("sample_parcel"));
  ChangedColumns state;
  state.set(1);
  EXPECT_THAT(written_by(update_row(type, state)),
              UnorderedElementsAre("sample_parcel",
                                   "sample_parcel_by_state_where_state_held_or_state_moving",
                                   "sample_parcel_by_id_where_state_held"));
  ChangedColumns due;
  due.set(due_bit);
  EXPECT_THAT(written_by(update_row(type, due)),
              UnorderedElementsAre("sample_parcel", "sample_parcel_by_due"));
}

TEST_F(LayoutTest, KnowsWhichColumnsAreIndexed) {
  RecordType type = type_of<Parcel>();
  type.indexes = {{.column = "owner", .only = Condition{"state", {"held"}}}};
  EXPECT_TRUE(is_indexed(type, *column_named(type, "owner")));
  EXPECT_TRUE(is_indexed(type, *column_named(type, "state")));
  EXPECT_FALSE(is_indexed(type, *column_named(type, "weight")));
  type.indexes = {{.column = "owner", .covers = {"weight"}}};
  EXPECT_FALSE(is_indexed(type, *column_named(type, "state")));
  EXPECT_TRUE(is_indexed(type, *column_named(type, "weight")));
}

TEST_F(LayoutTest, FindsOnlyByIndexesThatHoldEveryValue) {
  RecordType type = type_of<Parcel>();
  EXPECT_TRUE(index_to_find_by(type, "owner"));
  EXPECT_TRUE(index_to_find_by(type, "state"));
  EXPECT_FALSE(index_to_find_by(type, "note"));
  // Other owners' records would be hidden.
  type.indexes = {{.column = "owner", .only = Condition{"state", {"held"}}}};
  EXPECT_FALSE(index_to_find_by(type, "owner"));
}

TEST_F(LayoutTest, NoStatementScans) {
  for (const auto* type : sample::all_types()) {
    EXPECT_THAT(scans_of(connection_, *type), IsEmpty());
  }
}

TEST_F(LayoutTest, RefusesTypesThatCannotBeStored) {
  const auto refusal = [](auto spoil) {
    RecordType type = type_of<Parcel>();
    spoil(type);
    const auto checked = check_declaration(type, sample::all_types());
    return checked ? "" : checked.error().detail;
  };
  EXPECT_EQ(refusal([](RecordType&) {}), "");
  EXPECT_THAT(refusal([](RecordType& t) { t.table = "Drop Table"; }), HasSubstr("plain name"));
  EXPECT_THAT(refusal([](RecordType& t) { t.columns[0].name = "version"; }),
              HasSubstr("the store's own"));
  EXPECT_THAT(refusal([](RecordType& t) { t.columns[0].name = "a\"b"; }), HasSubstr("column"));
  EXPECT_THAT(refusal([](RecordType& t) { t.indexes = {{.column = "none"}}; }),
              HasSubstr("no column none"));
  EXPECT_THAT(refusal([](RecordType& t) { t.indexes[0].only = Condition{"lost"}; }),
              HasSubstr("no column lost"));
  EXPECT_THAT(refusal([](RecordType& t) { t.decode = nullptr; }), HasSubstr("decode"));
  EXPECT_THAT(refusal([](RecordType& t) { t.columns.resize(16, t.columns[0]); }),
              HasSubstr("too many"));
  EXPECT_TRUE(check_declaration(type_of<HeldWeight>(), sample::all_types()));
  EXPECT_FALSE(check_declaration(type_of<HeldWeight>(), {}));
}

}  // namespace
}  // namespace oms::sqlite
