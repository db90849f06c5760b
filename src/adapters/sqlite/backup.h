#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace oms {

namespace sqlite {
class Connection;
}

// A copy of the whole file as it stands when the last slice is taken. It is made through the
// writing connection, so that commits can go on between slices without restarting it.
class SqliteBackup {
 public:
  // Gives the writing connection, always the same, when nothing is being written over it.
  using Source = std::function<Result<sqlite::Connection*>()>;

  // The target must not exist; it appears under its name only when it is complete. The source's
  // connection must outlive the backup.
  static Result<std::unique_ptr<SqliteBackup>> start(Source source, const std::string& target,
                                                     int pages_a_slice);
  // A backup that is not complete leaves nothing behind.
  ~SqliteBackup();

  // Copies a slice, between two commits and on the thread that calls for them. True when the copy
  // is complete, durable and at its place.
  Result<bool> step();

  // From 0 to 1.
  double progress() const;

 private:
  struct Copy;
  explicit SqliteBackup(std::unique_ptr<Copy> copy);
  std::unique_ptr<Copy> copy_;
};

}  // namespace oms
