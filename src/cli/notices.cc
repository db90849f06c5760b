#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "adapters/files/export.h"
#include "cli/command.h"
#include "cli/setting_flags.h"
#include "cli/terminal.h"
#include "codec/json_names.h"
#include "process/notice_settings.h"

namespace oms::cli {
namespace {

constexpr const char* examples = R"(Examples:
  oms notices export ./mails      every email as .eml and every SMS as .txt; may be repeated)";

constexpr const char* preview_examples = R"(Examples:
  oms notices preview                              all kinds, as a shop without settings tells them
  oms notices preview paid --language de
  oms notices preview ready --templates ./templates --html > ready.html)";

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

struct Preview {
  process::Sources sources;
  std::string kind;
  bool is_pickup = false;
  bool is_goods = false;
  bool is_html = false;
};

// An order that shows what a template can say.
OrderAnnounced sample_order(NoticeKind kind, const Preview& preview) {
  const bool is_pickup = preview.is_pickup || kind == NoticeKind::ready;
  return {.kind = kind,
          .order_number = 17,
          .customer = {.name = "Zoë Ångström"},
          .summary = "2 × Crème brûlée, 1 × Bread & Butter",
          .total = 1'850,
          .currency = "eur",
          .reason = kind == NoticeKind::cancelled ? Reason::out_of_stock : Reason::none,
          .fulfilment = is_pickup ? Fulfilment::pickup : Fulfilment::delivery,
          .address = is_pickup ? Address{}
                               : Address{.lines = {"Ring 1"},
                                         .postal_code = "89073",
                                         .city = "Ulm",
                                         .country = "Germany"},
          .note = "Ring twice!",
          .is_cooked = !preview.is_goods};
}

void show(const notifications::Wording& wording, bool is_html) {
  if (is_html) return say(wording.html);
  say(fmt::format("Subject: {}\n\n{}\n\n", wording.subject, wording.text));
}

Exit run(const process::Loaded& loaded, const Preview& preview) {
  const auto settings = process::notification_settings(loaded.settings);
  if (!settings) {
    complain("{}", printable(settings.error().detail));
    return Exit::usage;
  }
  for (const auto& [kind, name] : json::enumerators<NoticeKind>) {
    if (!preview.kind.empty() && preview.kind != name) continue;
    show(settings->wordings->of(sample_order(kind, preview), Id{}, preview.is_html),
         preview.is_html);
  }
  return Exit::ok;
}

void add_preview(const Command& notices) {
  const auto command = notices.add("preview", "Show what customers are told, of a made-up order");
  auto preview = std::make_shared<Preview>();
  std::vector<std::string> kinds;
  for (const auto name : json::enumerator_names<NoticeKind>) kinds.emplace_back(name);
  command.option("kind", &preview->kind, "of notice; none: all", {.words = std::move(kinds)});
  command.flag("--html", &preview->is_html, "the page of the email, in place of its text");
  command.flag("--pickup", &preview->is_pickup, "the customer comes for it");
  command.flag("--goods", &preview->is_goods, "goods from the shelf, and no meal");
  add_setting_flags(command, preview->sources, {"data", "language", "templates"});
  command.footer(preview_examples);
  command.runs([preview] {
    return with_settings(preview->sources, [preview](const process::Loaded& loaded) {
      return run(loaded, *preview);
    });
  });
}

}  // namespace

void add_notices(const Command& oms) {
  const auto notices = oms.add("notices", "What customers are told");
  add_preview(notices);
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
