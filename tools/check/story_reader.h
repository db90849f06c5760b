#pragma once

#include <future>
#include <optional>
#include <string>
#include <vector>

#include "messages/query.h"
#include "ports/store.h"
#include "tools/check/story.h"

namespace oms::check {

// One table's records from the oldest to the newest, a page ahead of their reader.
class Cursor {
 public:
  Cursor(Reader& reader, const RecordType& type);
  Cursor(const Cursor&) = delete;  // the page that is on its way knows this place
  Cursor& operator=(const Cursor&) = delete;

  // Null at the end. Stays what it is until `advance`.
  const Found* current() const {
    return at_ < page_.records.size() ? &page_.records[at_] : nullptr;
  }
  Result<void> advance();
  // Must be called once before anything else.
  Result<void> begin() { return turn_page(); }

 private:
  void fetch();
  Result<void> turn_page();

  Reader& reader_;
  const RecordType& type_;
  Page page_;
  std::size_t at_ = 0;
  std::string last_;
  std::optional<std::future<Result<Page>>> next_;  // none: there are no more
};

// Puts the records of each order together, order by order: all tables are read side by side, since
// all have the order's id as their key. Memory is a few pages, however many orders there are.
class StoryReader {
 public:
  explicit StoryReader(Reader& reader);
  StoryReader(const StoryReader&) = delete;
  StoryReader& operator=(const StoryReader&) = delete;

  Result<void> begin();
  // Null when all is told. What it points to stays valid until the next call.
  Result<const Story*> next();

 private:
  Cursor orders_, archived_, sagas_, reservations_, payments_, tickets_, deliveries_, notices_;
  std::vector<Cursor*> all_;
  Story story_;
  std::vector<Cursor*> told_;  // whose current record is in the story
};

}  // namespace oms::check
