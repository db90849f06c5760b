#pragma once

#include <cstddef>
#include <utility>

#include "messages/record_group.h"
#include "ports/store.h"

namespace oms::sqlite {

// The most recently used records, up to a number of estimated bytes; those with one id stay and go
// together. For a store with one owner: whatever is committed is put here too, so what is found
// here is what the file holds.
class RecordCache {
 public:
  explicit RecordCache(std::size_t capacity) : capacity_(capacity) {}
  RecordCache(const RecordCache&) = delete;
  RecordCache& operator=(const RecordCache&) = delete;

  // Null when it is not here. Valid until the next change of the cache.
  const Found* find(const Key& key) {
    const auto at = entries_.find(key.id);
    if (at == entries_.end()) return nullptr;
    const auto* cached = at->second.records.find(*key.type);
    if (cached == nullptr) return nullptr;
    touch(at->second);
    return &cached->found;
  }

  // `json_bytes` is the size of the record as text, from which its size in memory is guessed.
  void put(const Key& key, Found found, std::size_t json_bytes) {
    const auto [at, is_new] = entries_.try_emplace(key.id);
    Entry& entry = at->second;
    if (is_new) {
      entry.id = &at->first;
      link(entry);
    } else {
      touch(entry);
    }
    Cached& cached = entry.records.find_or_make(*key.type);
    bytes_ -= cached.bytes;
    cached = {.found = std::move(found), .bytes = json_bytes * 2 + 200};
    bytes_ += cached.bytes;
    while (bytes_ > capacity_) drop(*ring_.newer);
  }

  void erase(const Key& key) {
    const auto at = entries_.find(key.id);
    if (at == entries_.end()) return;
    Entry& entry = at->second;
    if (const auto* cached = entry.records.find(*key.type)) bytes_ -= cached->bytes;
    entry.records.erase(*key.type);
    if (entry.records.empty()) drop(entry);
  }

  void clear() {
    entries_.clear();
    ring_.newer = ring_.older = &ring_;
    bytes_ = 0;
  }

 private:
  struct Cached {
    Found found;
    std::size_t bytes = 0;
  };
  struct Entry {
    Entry* newer = nullptr;
    Entry* older = nullptr;
    const ShortText* id = nullptr;
    RecordGroup<Cached> records = {};
  };

  void link(Entry& entry) {
    entry.newer = &ring_;
    entry.older = ring_.older;
    ring_.older->newer = &entry;
    ring_.older = &entry;
  }
  static void unlink(Entry& entry) {
    entry.newer->older = entry.older;
    entry.older->newer = entry.newer;
  }
  void touch(Entry& entry) {
    if (entry.newer == &ring_) return;
    unlink(entry);
    link(entry);
  }
  void drop(Entry& entry) {
    for (const auto& member : entry.records) bytes_ -= member.value.bytes;
    unlink(entry);
    entries_.erase(entries_.find(*entry.id));
  }

  std::size_t capacity_;
  std::size_t bytes_ = 0;
  ById<Entry> entries_;
  // Closes the ring through all entries: after it comes the newest, before it the oldest.
  Entry ring_{.newer = &ring_, .older = &ring_};
};

}  // namespace oms::sqlite
