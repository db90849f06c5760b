#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace oms::testing {

// Unpacks a data folder that the version before has written: "ended" or "killed", as the server
// was. `tests/e2e/folders/make.sh` says what is in them.
inline void unpack_old_folder(const std::string& name, const std::filesystem::path& into) {
  const auto archive = OMS_SOURCE_DIR "/tests/e2e/folders/" + name + ".tar.gz";
  const auto command = "tar -C '" + into.string() + "' -xzf '" + archive + "'";
  if (std::system(command.c_str()) != 0)
    throw std::runtime_error("cannot unpack " + archive);  // NOLINT
}

}  // namespace oms::testing
