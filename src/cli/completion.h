#pragma once

#include <span>
#include <string>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): its name
class App;
}

namespace oms::cli {

struct Completion {
  std::string word;
  std::string what;  // what it does; may be empty
};

// What the last of the words may be, after those before it: commands, options or an option's
// values. The shell keeps those that begin like it. Empty: anything, such as a file's name.
std::vector<Completion> completions(const CLI::App& oms, std::span<const std::string> words);

}  // namespace oms::cli
