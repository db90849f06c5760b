#include "adapters/sqlite/migrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "adapters/sqlite/layout.h"
#include "adapters/sqlite/sqlite_store.h"
#include "adapters/sqlite/testing/sample_records.h"
#include "adapters/sqlite/testing/temporary_folder.h"

namespace oms::sqlite {
namespace {

using sample::Label;
using sample::Parcel;
using sample::put;
using testing::Contains;
using testing::ElementsAre;

class MigrationsTest : public testing::Test {
 protected:
  // Opens the file with these types, as a program that declares them would.
  std::unique_ptr<SqliteStore> open(std::vector<const RecordType*> types) {
    types_ = std::move(types);
    auto store = SqliteStore::open({.path = path_}, types_);
    if (!store) throw std::runtime_error(store.error().detail);
    return std::move(*store);
  }
  static void commit(SqliteStore& store, const std::vector<Change>& changes) {
    const auto done = store.commit(changes);
    ASSERT_TRUE(done) << done.error().detail;
  }
  // The same change for a type that is declared in another way.
  static Change of(const RecordType& type, Change change) {
    change.key.type = &type;
    change.record = Record{type, std::make_shared<const Parcel>(*change.record.as<Parcel>())};
    return change;
  }
  std::vector<std::string> ask(const std::string& sql) {
    auto connection = *Connection::open(path_, Access::read_only);
    auto statement = *connection.prepare(sql);
    std::vector<std::string> rows;
    while (statement.step() == Statement::Step::row) rows.emplace_back(statement.text(0));
    return rows;
  }
  std::vector<std::string> names(const std::string& kind) {
    return ask("select name from sqlite_schema where type = '" + kind +
               "' and sql is not null order by name");
  }

  TemporaryFolder folder_;
  std::string path_ = folder_.file("oms.db");
  std::vector<const RecordType*> types_;
};

TEST_F(MigrationsTest, AreNumberedWithoutAGap) {
  int number = 0;
  for (const auto& migration : migrations()) {
    EXPECT_EQ(migration.number, ++number);
    EXPECT_FALSE(migration.what.empty());
  }
  EXPECT_EQ(number, 3) << "add the new migration's number here, and a test of it";
}

TEST_F(MigrationsTest, ANewFileIsOursFromItsFirstByteOn) {
  open(sample::all_types());
  EXPECT_TRUE(check_header(path_));
  EXPECT_THAT(ask("pragma application_id"), ElementsAre(std::to_string(application_id)));
  EXPECT_THAT(ask("pragma user_version"), ElementsAre("3"));
  EXPECT_THAT(ask("pragma page_size"), ElementsAre(std::to_string(page_size)));
  EXPECT_THAT(ask("pragma journal_mode"), ElementsAre("wal"));
  EXPECT_THAT(names("table"), ElementsAre("sample_label", "sample_parcel",
                                          "sample_parcel_gathered_by_owner", "store_gathered"));
}

TEST_F(MigrationsTest, OpeningAgainChangesNothing) {
  open(sample::all_types());
  const auto before = ask("select sql from sqlite_schema order by name");
  const auto version = ask("pragma schema_version");
  open(sample::all_types());
  EXPECT_EQ(ask("select sql from sqlite_schema order by name"), before);
  EXPECT_EQ(ask("pragma schema_version"), version);
}

TEST_F(MigrationsTest, ANewTypeGetsItsTable) {
  commit(*open({&type_of<Label>()}), {put(Label{"l", "kept"})});
  EXPECT_THAT(names("table"), ElementsAre("sample_label", "store_gathered"));
  commit(*open({&type_of<Label>(), &type_of<Parcel>()}), {put(Parcel{.id = "p"})});
  EXPECT_THAT(ask("select id from sample_label"), ElementsAre("l"));
  EXPECT_THAT(ask("select id from sample_parcel"), ElementsAre("p"));
}

TEST_F(MigrationsTest, ATypeThatIsNotDeclaredAnyMoreKeepsItsTable) {
  commit(*open({&type_of<Label>(), &type_of<Parcel>()}), {put(Parcel{.id = "p"})});
  open({&type_of<Label>()});
  EXPECT_THAT(ask("select id from sample_parcel"), ElementsAre("p"));
  EXPECT_THAT(names("index"), Contains("sample_parcel_by_weight"));
}

TEST_F(MigrationsTest, IndexesBecomeAsDeclared) {
  RecordType before = type_of<Parcel>();
  before.indexes = {{.column = "owner"},
                    {.column = "weight", .only = Condition{"state", {"moving"}}}};
  commit(*open({&before}), {of(before, put(Parcel{.id = "p", .owner = "o"}))});
  RecordType after = type_of<Parcel>();
  after.indexes = {{.column = "weight"}, {.column = "owner"}};
  const auto store = open({&after});
  EXPECT_THAT(names("index"), ElementsAre("sample_parcel_by_due", "sample_parcel_by_owner",
                                          "sample_parcel_by_weight"));
  const auto page = store->find({.type = &after, .column = "owner", .value = "o"});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->records.size(), 1U);
}

TEST_F(MigrationsTest, AnIndexMayBecomeGatheredAndOrdinaryAgain) {
  RecordType ordinary = type_of<Parcel>();
  ordinary.indexes = {{.column = "owner"}};
  RecordType gathered = type_of<Parcel>();
  gathered.indexes = {{.column = "owner", .is_buffered = true}};
  int id = 0;
  for (auto* type : {&ordinary, &gathered, &ordinary, &gathered}) {
    const auto store = open({type});
    commit(*store, {of(*type, put(Parcel{.id = std::to_string(++id), .owner = "o"}))});
    const auto page = store->find({.type = type, .column = "owner", .value = "o"});
    ASSERT_TRUE(page) << page.error().detail;
    EXPECT_EQ(page->records.size(), static_cast<std::size_t>(id));
    EXPECT_EQ(names("index").back(),
              type == &ordinary ? "sample_parcel_by_owner" : "sample_parcel_by_due");
  }
}

TEST_F(MigrationsTest, AFileFromBeforeGatheredIndexesIsTaken) {
  RecordType ordinary = type_of<Parcel>();
  ordinary.indexes = {{.column = "owner"}};
  commit(*open({&ordinary}), {of(ordinary, put(Parcel{.id = "p", .owner = "o"}))});
  {
    auto tool = *Connection::open(path_, Access::read_write);
    ASSERT_TRUE(tool.run("drop table store_gathered; pragma user_version = 1"));
  }
  const auto store = open(sample::all_types());
  const auto page = store->find({.type = &type_of<Parcel>(), .column = "owner", .value = "o"});
  ASSERT_TRUE(page) << page.error().detail;
  EXPECT_EQ(page->records.size(), 1U);
  EXPECT_THAT(ask("pragma user_version"), ElementsAre("3"));
}

TEST_F(MigrationsTest, TheHeaderTellsOfTheNewLayoutWhileTheFileIsStillOpen) {
  open(sample::all_types());
  {
    auto tool = *Connection::open(path_, Access::read_write);
    ASSERT_TRUE(tool.run("pragma user_version = 2"));
  }
  const auto store = open(sample::all_types());
  std::ifstream file{path_, std::ios::binary};
  EXPECT_EQ(file.seekg(63).get(), 3) << "https://sqlite.org/fileformat.html, 1.3";
}

TEST_F(MigrationsTest, ANewColumnIsFilledFromTheRecords) {
  RecordType before = type_of<Parcel>();
  before.columns = {column<&Parcel::owner>("owner")};
  before.indexes = {{.column = "owner"}};
  before.due = nullptr;
  {
    const auto store = open({&before, &type_of<Label>()});
    std::vector<Change> changes;
    for (int i = 0; i < 300; ++i) {
      changes.push_back(of(
          before,
          put(Parcel{
              .id = std::to_string(1000 + i), .owner = "o", .weight = i, .due = Time{5000 + i}})));
    }
    commit(*store, changes);
    commit(*store, {of(before, put(Parcel{.id = "1007", .owner = "o", .weight = 7}, 1))});
  }
  const auto store = open(sample::all_types());
  EXPECT_EQ(store->next_due(type_of<Parcel>()), Time{5000});
  const auto page =
      store->find({.type = &type_of<Parcel>(), .column = "weight", .value = "299", .limit = 2});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->records.size(), 1U);
  EXPECT_EQ(page->records[0].record.key().id.view(), "1299");
  const Key key = key_of<Parcel>("1007");
  EXPECT_EQ(store->load({&key, 1})->at(0).version, 2U);
  EXPECT_THAT(ask("select count(*) from sample_parcel where state = 'held'"), ElementsAre("300"));
  EXPECT_THAT(names("table"), ElementsAre("sample_label", "sample_parcel",
                                          "sample_parcel_gathered_by_owner", "store_gathered"));
  EXPECT_THAT(names("index"), Contains("sample_parcel_by_due"));
}

TEST_F(MigrationsTest, ANewColumnCostsNoRowThatHasNothingToSayThere) {
  RecordType before = type_of<Parcel>();
  before.columns = {column<&Parcel::owner>("owner")};
  before.indexes = {};
  before.due = nullptr;
  commit(*open({&before}), {of(before, put(Parcel{.id = "empty", .owner = "o"})),
                            of(before, put(Parcel{.id = "full", .owner = "o", .weight = 7}))});
  {
    auto tool = *Connection::open(path_, Access::read_write);
    ASSERT_TRUE(
        tool.run("create table written (id text); create trigger notes after update on "
                 "sample_parcel begin insert into written values (new.id); end"));
  }
  open(sample::all_types());
  EXPECT_THAT(ask("select id from written"), ElementsAre("full"));
  EXPECT_THAT(ask("select id || state || weight || coalesce(due, 'never') from sample_parcel"),
              ElementsAre("emptyheld0never", "fullheld7never"));
  const auto version = ask("pragma schema_version");
  open(sample::all_types());
  EXPECT_EQ(ask("pragma schema_version"), version) << "it is as declared";
}

TEST_F(MigrationsTest, AColumnThatIsNotDeclaredAnyMoreGoes) {
  RecordType after = type_of<Parcel>();
  after.columns = {column<&Parcel::weight>("weight")};
  after.indexes = {};
  commit(*open({&type_of<Parcel>()}), {put(Parcel{.id = "p", .owner = "o", .weight = 7})});
  open({&after});
  EXPECT_THAT(ask("select name from pragma_table_info('sample_parcel')"),
              ElementsAre("id", "version", "schema", "due", "weight", "data"));
  EXPECT_THAT(ask("select id || weight from sample_parcel"), ElementsAre("p7"));
}

TEST_F(MigrationsTest, AColumnThatCannotBeFilledLeavesTheFileAsItWas) {
  RecordType before = type_of<Parcel>();
  before.columns = {column<&Parcel::owner>("owner")};
  before.indexes = {};
  commit(*open({&before}), {of(before, put(Parcel{.id = "p", .owner = "o"}))});
  {
    auto tool = *Connection::open(path_, Access::read_write);
    ASSERT_TRUE(tool.run("update sample_parcel set data = '{'"));
  }
  const auto schema = ask("select sql from sqlite_schema order by name");
  EXPECT_THROW(open(sample::all_types()), std::runtime_error);
  EXPECT_EQ(ask("select sql from sqlite_schema order by name"), schema);
  EXPECT_THAT(ask("select id from sample_parcel"), ElementsAre("p"));
}

}  // namespace
}  // namespace oms::sqlite
