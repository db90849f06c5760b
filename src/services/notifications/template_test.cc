#include "services/notifications/template.h"

#include <gtest/gtest.h>

namespace oms::notifications {
namespace {

constexpr std::array<std::string_view, 2> names{"name", "note"};

std::string rendered(std::string_view text, const std::array<std::string, 2>& values,
                     Escaping escaping = Escaping::none) {
  const auto parsed = Template::parse(text, names, escaping);
  return parsed ? parsed->render(values) : parsed.error().detail;
}

TEST(Template, FillsInValues) {
  EXPECT_EQ(rendered("Hello {{name}}, {{ note }}!", {"Ann", "hi"}), "Hello Ann, hi!");
  EXPECT_EQ(rendered("", {"Ann", ""}), "");
}

TEST(Template, DoesNotReadValues) {
  EXPECT_EQ(rendered("{{name}} {{note}}", {"{{note}}", "{{#x}}"}), "{{note}} {{#x}}");
}

TEST(Template, EscapesInHtmlAlone) {
  EXPECT_EQ(rendered("<b>{{name}}</b>", {"<a href=\"x\">&'", ""}, Escaping::html),
            "<b>&lt;a href=&quot;x&quot;&gt;&amp;&#39;</b>");
  EXPECT_EQ(rendered("{{name}}", {"<&>", ""}), "<&>");
}

TEST(Template, LeavesOutSections) {
  constexpr std::string_view text = "a{{#name}} b {{name}}{{^note}} c{{/note}}{{/name}} d";
  EXPECT_EQ(rendered(text, {"Ann", ""}), "a b Ann c d");
  EXPECT_EQ(rendered(text, {"Ann", "x"}), "a b Ann d");
  EXPECT_EQ(rendered(text, {"", "x"}), "a d");
  EXPECT_EQ(rendered("{{#name}}a{{/name}}b", {"", ""}), "b") << "what follows is no part of it";
}

TEST(Template, LeavesNoLineOfALoneTag) {
  EXPECT_EQ(rendered("a\n  {{#name}}\nb\n{{/name}} \n{{! why }}\nc\n", {"Ann", ""}), "a\nb\nc\n");
  EXPECT_EQ(rendered("a\n{{#name}}\nb\n{{/name}}\nc\n", {"", ""}), "a\nc\n");
  EXPECT_EQ(rendered("{{name}}\n{{#name}}x{{/name}}\n", {"", ""}), "\n\n")
      << "a value has its line, and so have two tags";
}

TEST(Template, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(rendered("a\n{{nam}}", {}), "line 2: there is no {{nam}}; there are: name, note");
  EXPECT_EQ(rendered("{{name", {}), "line 1: {{ has no }} in its line");
  EXPECT_EQ(rendered("{{#name}}\n", {}), "line 1: {{#name}} has no end: write {{/name}}");
  EXPECT_EQ(rendered("{{#name}}{{#note}}{{/name}}", {}),
            "line 1: {{/name}} ends no section that is open there");
  EXPECT_EQ(rendered("{{/note}}", {}), "line 1: {{/note}} ends no section that is open there");
}

}  // namespace
}  // namespace oms::notifications
