#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "adapters/files/export.h"
#include "cli/command.h"
#include "cli/setting_flags.h"
#include "cli/terminal.h"

namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms notices export ./mails      every email as .eml and every SMS as .txt; may be repeated)";

struct Options {
  process::Sources sources;
  std::string folder;
  bool as_json = false;
};

Exit run(const process::Loaded& loaded, const Options& options) {
  if (!std::filesystem::is_directory(loaded.settings.data)) {
    complain("there is no folder {}", printable(loaded.settings.data.string()));
    return Exit::not_found;
  }
  const auto counts = export_eml(loaded.settings.data, options.folder);
  if (!counts) {
    complain("{}", printable(counts.error().detail));
    return Exit::failed;
  }
  if (options.as_json) {
    say(fmt::format(R"({{"mails":{},"texts":{},"repeated":{},"unreadable":{},"noAddress":{}}})",
                    counts->mails, counts->texts, counts->repeated, counts->unreadable,
                    counts->no_address));
    return Exit::ok;
  }
  say(fmt::format("{} emails and {} SMS written to {} ({} were there already)", counts->mails,
                  counts->texts, options.folder, counts->repeated));
  if (counts->unreadable > 0) warn(fmt::format("{} lines are no notice", counts->unreadable));
  if (counts->no_address > 0) warn(fmt::format("{} mails have no address", counts->no_address));
  return Exit::ok;
}

}  // namespace

void add_notices(const Command& oms) {
  const auto notices = oms.add("notices", "What customers were told");
  const auto command = notices.add("export", "Write each notice as a file of its own");
  auto options = std::make_shared<Options>();
  command.option("folder", &options->folder, "where to", {.shown = "DIR", .is_required = true});
  command.flag("--json", &options->as_json, "for machines");
  add_place_flags(command, options->sources);
  command.footer(examples);
  command.runs([options] {
    return with_settings(options->sources, [options](const process::Loaded& loaded) {
      return run(loaded, *options);
    });
  });
}

}  // namespace oms::cli
