#pragma once

#include <string>

#include "base/result.h"

namespace oms::sqlite {

// rename() that fails with EEXIST where `to` exists; errno says why it failed.
using ExclusiveRename = int (*)(const char* from, const char* to);
int rename_exclusively(const char* from, const char* to);

// Gives a synced file its final name in the same folder, and syncs the folder. It replaces no file,
// not even one that appears meanwhile: that is a `conflict`.
//
// A file system without an exclusive rename (NFS, some FUSE) gets an exclusively created, empty
// file first, and a crash between the two leaves that. None needs hard links, which exFAT lacks.
Result<void> publish_file(const std::string& part, const std::string& target,
                          ExclusiveRename rename = rename_exclusively);

// Makes what was written to the file, or the names in a folder, durable.
Result<void> sync_path(const std::string& path, int flags);

}  // namespace oms::sqlite
