#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "ports/store.h"

namespace oms::sqlite {

// The most recently used records, up to a number of estimated bytes. For a store with one owner:
// whatever is committed is put here too, so what is found here is what the file holds.
class RecordCache {
 public:
  explicit RecordCache(std::size_t capacity) : capacity_(capacity) {}
  RecordCache(const RecordCache&) = delete;
  RecordCache& operator=(const RecordCache&) = delete;

  // Null when it is not here. Valid until the next change of the cache.
  const Found* find(const Key& key) {
    const auto at = entries_.find(key);
    if (at == entries_.end()) return nullptr;
    touch(at->second);
    return &at->second.found;
  }

  // `json_bytes` is the size of the record as text, from which its size in memory is guessed.
  void put(const Key& key, Found found, std::size_t json_bytes) {
    const auto [at, is_new] = entries_.try_emplace(key);
    Entry& entry = at->second;
    if (is_new) {
      entry.key = &at->first;
      link(entry);
    } else {
      touch(entry);
      bytes_ -= entry.bytes;
    }
    entry.found = std::move(found);
    entry.bytes = json_bytes * 2 + 200;
    bytes_ += entry.bytes;
    while (bytes_ > capacity_) erase(*ring_.newer->key);
  }

  void erase(const Key& key) {
    const auto at = entries_.find(key);
    if (at == entries_.end()) return;
    unlink(at->second);
    bytes_ -= at->second.bytes;
    entries_.erase(at);
  }

  void clear() {
    entries_.clear();
    ring_.newer = ring_.older = &ring_;
    bytes_ = 0;
  }

  std::size_t bytes() const { return bytes_; }
  std::size_t size() const { return entries_.size(); }

 private:
  // Not noexcept: then the map keeps each entry's hash and compares few keys.
  struct Hash {
    std::size_t operator()(const Key& key) const { return std::hash<Key>{}(key); }
  };

  struct Entry {
    Entry* newer = nullptr;
    Entry* older = nullptr;
    const Key* key = nullptr;
    Found found;
    std::size_t bytes = 0;
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
    unlink(entry);
    link(entry);
  }

  std::size_t capacity_;
  std::size_t bytes_ = 0;
  std::unordered_map<Key, Entry, Hash> entries_;
  // Closes the ring through all entries: after it comes the newest, before it the oldest.
  Entry ring_{.newer = &ring_, .older = &ring_};
};

}  // namespace oms::sqlite
