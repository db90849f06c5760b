#include "cli/command.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace oms::cli {
namespace {

// A program of two commands: one has options, the other has commands of its own.
struct Line {
  int limit = 20;
  bool is_deep = false;
  bool is_deeper = false;
  std::string word;
  std::string kind;
  std::optional<std::int64_t> count;
  std::string ran;
  CommandLine line{"about", "1.0", "footer"};

  Line() {
    const auto list = line.top().add("list", "what it does");
    list.option("--limit", &limit, "how many", {.range = Range{1, 100}});
    list.option("--kind", &kind, "of what", {.words = {"dish", "goods"}});
    list.option("--count", &count, "so many");
    list.option("--from", &word, "where it is", {.shown = "URL"});
    list.option("word", &word, "a word");
    list.flag("--deep", &is_deep, "more");
    list.flag("--deeper", &is_deeper, "still more", {.needs = "--deep"});
    list.runs([this] { return tell("list"); });
    const auto show = line.top().add("show", "needs a word");
    show.option("order", &word, "which", {.shown = "ORDER", .is_required = true});
    show.runs([this] { return tell("show"); });
    const auto stock = line.top().add("stock", "has commands of its own");
    stock.add("set", "one of them").runs([this] { return tell("set"); });
    stock.add("show", "another").runs([this] { return tell("show"); });
  }

  Exit tell(std::string_view name) {
    ran += name;
    return Exit::ok;
  }
  // What is said when the words are refused: the exit code is that of a wrong line.
  std::string refusal(const std::vector<std::string>& words) {
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(run(words), Exit::usage);
    EXPECT_EQ(ran, "");
    return ::testing::internal::GetCapturedStderr();
  }
  std::string output(const std::vector<std::string>& words) {
    ::testing::internal::CaptureStdout();
    EXPECT_EQ(run(words), Exit::ok);
    return ::testing::internal::GetCapturedStdout();
  }
  Exit run(std::vector<std::string> words) {
    words.insert(words.begin(), "oms");
    std::vector<char*> argv;
    for (auto& text : words) argv.push_back(text.data());
    return line.run(static_cast<int>(argv.size()), argv.data());
  }
};

TEST(CommandLine, RunsTheCommandThatWasGivenAndFillsItsOptions) {
  Line line;
  EXPECT_EQ(line.run({"list", "--limit", "100", "cheese"}), Exit::ok);
  EXPECT_EQ(line.ran, "list");
  EXPECT_EQ(line.limit, 100);
  EXPECT_EQ(line.word, "cheese");
}

TEST(CommandLine, RefusesWhatIsOutOfRange) {
  for (const auto* text : {"0", "101", "1.5", "many", "0144"}) {
    Line line;
    EXPECT_EQ(line.run({"list", "--limit", text}), Exit::usage) << text;
    EXPECT_EQ(line.ran, "") << text;
  }
}

TEST(CommandLine, RefusesAnEmptyWordWhereOneIsNeeded) {
  EXPECT_EQ(Line{}.run({"show", ""}), Exit::usage);
  EXPECT_EQ(Line{}.run({"show", "x"}), Exit::ok);
  EXPECT_EQ(Line{}.run({"list", ""}), Exit::ok);  // here it may be left out
}

TEST(CommandLine, RefusesASecondCommand) {
  Line line;
  EXPECT_EQ(line.run({"stock", "set", "show"}), Exit::usage);
  EXPECT_EQ(line.ran, "");
}

TEST(CommandLine, TakesTheNameOfAnotherCommandAsAWord) {
  Line line;
  EXPECT_EQ(line.run({"list", "stock"}), Exit::ok);
  EXPECT_EQ(line.word, "stock");
}

TEST(CommandLine, WantsOneMoreWordOfACommandThatOnlyHasOthers) {
  Line line;
  EXPECT_EQ(line.run({"stock"}), Exit::usage);
  EXPECT_EQ(line.ran, "");
}

TEST(CommandLine, NamesTheCommandThatWasProbablyMeantButDoesNotRunIt) {
  EXPECT_EQ(Line{}.refusal({"lsit"}),
            "oms: `oms` has no command 'lsit', did you mean list?\nSee `oms help`.\n");
  EXPECT_EQ(Line{}.refusal({"stok", "set"}),
            "oms: `oms` has no command 'stok', did you mean stock?\nSee `oms help`.\n");
  EXPECT_EQ(Line{}.refusal({"stock", "sett"}),
            "oms: `oms stock` has no command 'sett', did you mean set?\nSee `oms help stock`.\n");
  EXPECT_EQ(Line{}.refusal({"stock", "remove"}),
            "oms: `oms stock` has no command 'remove'; it has: set, show\nSee `oms help stock`.\n");
  EXPECT_EQ(Line{}.refusal({"li"}).find("did you mean"), std::string::npos) << "no prefix either";
}

TEST(CommandLine, NamesTheOptionThatWasProbablyMeant) {
  for (const auto* given : {"--limt", "--limt=3"}) {
    EXPECT_EQ(
        Line{}.refusal({"list", given, "3"}),
        "oms: `oms list` has no option --limt, did you mean --limit?\nSee `oms help list`.\n");
  }
}

TEST(CommandLine, SaysWhatToWriteInstead) {
  const auto said = [](std::vector<std::string> words) {
    const auto text = Line{}.refusal(words);
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(said({"list", "--limit", "abc"}),
            "oms: --limit: 'abc' will not do: write a whole number from 1 to 100");
  EXPECT_EQ(said({"list", "--limit", "101"}),
            "oms: --limit: '101' will not do: write a whole number from 1 to 100");
  EXPECT_EQ(said({"list", "--count", "1.5"}),
            "oms: --count: '1.5' will not do: write a whole number");
  EXPECT_EQ(said({"list", "--count", "99999999999999999999"}),
            "oms: --count: '99999999999999999999' will not do: write a whole number");
  EXPECT_EQ(said({"list", "--kind", "disc"}),
            "oms: --kind: 'disc' will not do: write one of: dish, goods");
  EXPECT_EQ(said({"list", "--from"}), "oms: --from needs a value: write --from URL");
  EXPECT_EQ(said({"show"}), "oms: `oms show` needs ORDER: which");
  EXPECT_EQ(said({"show", "a", "b"}), "oms: 'b' is one word too many for `oms show`");
}

TEST(CommandLine, HelpsWithAnyCommand) {
  EXPECT_EQ(Line{}.output({"help"}), Line{}.output({"--help"}));
  EXPECT_EQ(Line{}.output({"help", "stock", "set"}), Line{}.output({"stock", "set", "--help"}));
  EXPECT_NE(Line{}.output({"help", "list"}).find("--kind dish|goods"), std::string::npos);
  EXPECT_NE(Line{}.output({"help", "list"}).find("how many (1 to 100)"), std::string::npos);
  EXPECT_NE(Line{}.refusal({"help", "stok"}).find("did you mean stock?"), std::string::npos);
}

TEST(CommandLine, TellsTheShellWhatMayComeNext) {
  const auto next = [](std::vector<std::string> words) {
    words.insert(words.begin(), "__complete");
    std::string all;
    std::istringstream lines{Line{}.output(words)};
    for (std::string line; std::getline(lines, line);) all += line.substr(0, line.find('\t')) + ' ';
    return all;
  };
  EXPECT_EQ(next({""}), "list show stock help ");
  EXPECT_EQ(next({"stock", ""}), "set show ");
  EXPECT_EQ(next({"list", "-"}), "--help --limit --kind --count --from --deep --deeper ");
  EXPECT_EQ(next({"list", "--kind", ""}), "dish goods ");
  EXPECT_EQ(next({"list", "--count", ""}), "") << "anything";
  EXPECT_EQ(next({"list", "--count", "3", "-"}), next({"list", "-"}));
  EXPECT_EQ(next({"help", "stock", ""}), "set show ");
  EXPECT_EQ(next({"help", ""}), "list show stock help ");
}

TEST(CommandLine, RefusesAnOptionWithoutTheOneThatItNeeds) {
  EXPECT_EQ(Line{}.run({"list", "--deeper"}), Exit::usage);
  EXPECT_EQ(Line{}.run({"list", "--deep", "--deeper"}), Exit::ok);
}

}  // namespace
}  // namespace oms::cli
