#include "app/cli/command.h"

#include <gtest/gtest.h>

namespace oms::cli {
namespace {

// A program of two commands: one has options, the other has commands of its own.
struct Line {
  int limit = 20;
  bool is_deep = false;
  bool is_deeper = false;
  std::string word;
  std::string ran;
  CommandLine line{"about", "1.0", "footer"};

  Line() {
    const auto list = line.top().add("list", "what it does");
    list.option("--limit", &limit, "how many", {.range = Range{1, 100}});
    list.option("word", &word, "a word");
    list.flag("--deep", &is_deep, "more");
    list.flag("--deeper", &is_deeper, "still more", {.needs = "--deep"});
    list.runs([this] { return tell("list"); });
    const auto show = line.top().add("show", "needs a word");
    show.option("order", &word, "which", {.is_required = true});
    show.runs([this] { return tell("show"); });
    const auto stock = line.top().add("stock", "has commands of its own");
    stock.add("set", "one of them").runs([this] { return tell("set"); });
    stock.add("show", "another").runs([this] { return tell("show"); });
  }

  Exit tell(std::string_view name) {
    ran += name;
    return Exit::ok;
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

TEST(CommandLine, RefusesAnOptionWithoutTheOneThatItNeeds) {
  EXPECT_EQ(Line{}.run({"list", "--deeper"}), Exit::usage);
  EXPECT_EQ(Line{}.run({"list", "--deep", "--deeper"}), Exit::ok);
}

}  // namespace
}  // namespace oms::cli
