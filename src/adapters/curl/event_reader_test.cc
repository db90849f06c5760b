#include "adapters/curl/event_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace oms {
namespace {

using testing::ElementsAre;

TEST(EventReader, UnderstandsEveryLineEnding) {
  std::vector<std::string> events;
  const auto keep = [&](const ServerEvent& event) {
    events.push_back(event.data);
    return true;
  };
  EventReader reader;
  for (const char c :
       std::string_view{"data: a\r\n\r\ndata: b\r\rdata:c\n\nevent: x\n\ndata\n\n"}) {
    reader.feed({&c, 1}, keep);
  }
  EXPECT_THAT(events, ElementsAre("a", "b", "c", ""));
}

}  // namespace
}  // namespace oms
