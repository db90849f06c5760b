#include "tools/check/story_reader.h"

#include <algorithm>

namespace oms::check {
namespace {

constexpr std::size_t page_size = 1000;

// The record as a T, if that is what it is.
template <class T>
void put(const Found& found, const T*& place) {
  if (const auto* value = found.record.as<T>()) place = value;
}

}  // namespace

Cursor::Cursor(Reader& reader, const RecordType& type) : reader_(reader), type_(type) {
  fetch();
}

void Cursor::fetch() {
  next_ = std::async(std::launch::async, [this, after = last_] {
    return reader_.find(
        {.type = &type_, .newest_first = false, .after = after, .limit = page_size});
  });
}

Result<void> Cursor::turn_page() {
  page_ = {};
  at_ = 0;
  if (!next_) return {};
  auto fetched = next_->get();
  next_.reset();
  OMS_TRY(page_, std::move(fetched));
  if (page_.records.empty() || !page_.more) return {};
  last_ = page_.last;
  fetch();
  return {};
}

Result<void> Cursor::advance() {
  ++at_;
  return at_ < page_.records.size() ? Result<void>{} : turn_page();
}

StoryReader::StoryReader(Reader& reader)
    : orders_(reader, type_of<orders::Order>()),
      archived_(reader, type_of<orders::ArchivedOrder>()),
      sagas_(reader, type_of<coordinator::Saga>()),
      reservations_(reader, type_of<stock::Reservation>()),
      payments_(reader, type_of<payments::Payment>()),
      tickets_(reader, type_of<kitchen::Ticket>()),
      deliveries_(reader, type_of<delivery::Delivery>()),
      notices_(reader, type_of<notifications::Notices>()),
      all_{&orders_,   &archived_, &sagas_,      &reservations_,
           &payments_, &tickets_,  &deliveries_, &notices_} {}

Result<void> StoryReader::begin() {
  for (auto* cursor : all_) OMS_CHECK(cursor->begin());
  return {};
}

Result<const Story*> StoryReader::next() {
  for (auto* cursor : told_) OMS_CHECK(cursor->advance());
  told_.clear();
  ShortText first;
  for (auto* cursor : all_) {
    const auto* found = cursor->current();
    if (found == nullptr) continue;
    const auto id = found->record.key().id;
    if (told_.empty() || id < first) {
      told_.clear();
      first = id;
    }
    if (id == first) told_.push_back(cursor);
  }
  if (told_.empty()) return nullptr;
  const auto id = Id::parse(first.view());
  if (!id)
    return fail(ErrorKind::internal, "a record's key is no id: " + std::string{first.view()});
  story_ = {.id = *id};
  for (const auto* cursor : told_) {
    const auto& found = *cursor->current();
    put(found, story_.order);
    put(found, story_.archived);
    put(found, story_.saga);
    put(found, story_.reservation);
    put(found, story_.payment);
    put(found, story_.ticket);
    put(found, story_.delivery);
    put(found, story_.notices);
    if (story_.order != nullptr && story_.order_commits == 0) story_.order_commits = found.version;
  }
  return &story_;
}

}  // namespace oms::check
