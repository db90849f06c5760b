#include "messages/trace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace oms {
namespace {

using namespace std::string_literals;

const Id order{Id::Bytes{0x65, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}};
const auto callers = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"s;
const auto unsampled = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"s;

// Ids as one process makes them, and as messages derive them.
std::vector<Id> many_ids() {
  std::vector<Id> ids{Id{Id::Bytes{1}}, Id{Id::Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}};
  for (std::uint8_t n = 0; n < 100; ++n) {
    ids.emplace_back(Id::Bytes{0x65, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, n});
    ids.push_back(Id::child_of(order, n));
  }
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

TEST(Trace, IsReadAndWritten) {
  const auto text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"s;
  const auto trace = parse_traceparent(text);
  ASSERT_TRUE(trace);
  EXPECT_EQ(to_traceparent(*trace), text);
  EXPECT_EQ(trace->flags, 1);
}

TEST(Trace, ALaterVersionMayHaveMore) {
  EXPECT_TRUE(parse_traceparent("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"));
  EXPECT_FALSE(parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"));
  EXPECT_FALSE(parse_traceparent("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more"));
}

TEST(Trace, WhatIsMalformedIsNone) {
  for (const char* bad : {"", "00", "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                          "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                          "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                          "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0"}) {
    EXPECT_FALSE(parse_traceparent(bad)) << bad;
  }
}

TEST(Trace, WithoutASpanIsNotWritten) {
  EXPECT_EQ(to_traceparent(Trace{}), "");
  EXPECT_NE(to_traceparent(order_trace(order)), "");
}

TEST(OrderTrace, ComesFromTheOrdersIdAlone) {
  const auto trace = order_trace(order);
  EXPECT_EQ(trace, order_trace(order));
  EXPECT_TRUE(std::equal(order.bytes().begin(), order.bytes().end(), trace.trace_id.begin()));
  EXPECT_TRUE(trace.is_sampled());
  EXPECT_TRUE(is_derived(trace, order));
  EXPECT_NE(trace.span_id, Trace{}.span_id) << "what begins later hangs on it";
  EXPECT_NE(trace.span_id, span_of(order)) << "the order's first message has the same id";
}

TEST(OrderTrace, IsAnotherForEachOrderAndNeverZero) {
  std::set<std::array<std::uint8_t, 16>> trace_ids;
  for (const auto& id : many_ids()) trace_ids.insert(order_trace(id).trace_id);
  EXPECT_EQ(trace_ids.size(), many_ids().size());
  EXPECT_FALSE(trace_ids.contains(Trace{}.trace_id));
}

TEST(OrderTrace, IsNoneWhereNoOrderIsConcerned) {
  EXPECT_EQ(order_trace(Id{}), Trace{});
  EXPECT_EQ(child_trace(Trace{}, order), Trace{});
}

TEST(OrderTrace, IsTheCallersWhereThatWasKept) {
  for (const auto& text : {callers, unsampled}) {
    const auto trace = *parse_traceparent(text);
    EXPECT_FALSE(is_derived(trace, order));
    const auto kept = traceparent_to_keep(trace, order);
    EXPECT_EQ(kept, text);
    EXPECT_EQ(order_trace(order, kept), trace);
  }
  EXPECT_EQ(traceparent_to_keep(child_trace(order_trace(order), order), order), "");
}

TEST(ChildTrace, HasASpanForEachMessageThatIsNeverZeroAndTheSameAgain) {
  const auto trace = order_trace(order);
  std::set<std::array<std::uint8_t, 8>> spans;
  for (const auto& id : many_ids()) {
    const auto child = child_trace(trace, id);
    EXPECT_EQ(child.trace_id, trace.trace_id);
    EXPECT_EQ(child, child_trace(trace, id));
    EXPECT_TRUE(parse_traceparent(to_traceparent(child)));
    spans.insert(child.span_id);
  }
  EXPECT_EQ(spans.size(), many_ids().size());
}

TEST(ChildTrace, StaysUnsampledIfItsCallerSaysSo) {
  EXPECT_TRUE(child_trace(*parse_traceparent(callers), order).is_sampled());
  EXPECT_FALSE(child_trace(*parse_traceparent(unsampled), order).is_sampled());
}

TEST(Trace, AMessageHasThreeSpansThatItsIdGives) {
  std::set<SpanId> spans;
  for (const auto& id : many_ids()) {
    spans.insert({span_of(id), send_span_of(id), receive_span_of(id)});
    EXPECT_EQ(send_span_of(id), send_span_of(id));
  }
  EXPECT_EQ(spans.size(), 3 * many_ids().size());
}

TEST(Trace, ARatioChoosesThatShareOfTraces) {
  std::size_t chosen = 0;
  const auto ids = many_ids();
  for (const auto& id : ids) {
    const auto trace = order_trace(id);
    EXPECT_TRUE(is_among(trace, std::uint64_t{1} << 32));
    EXPECT_FALSE(is_among(trace, 0));
    if (is_among(trace, std::uint64_t{1} << 31)) ++chosen;
  }
  EXPECT_GT(chosen, ids.size() / 3);
  EXPECT_LT(chosen, ids.size() * 2 / 3);
}

}  // namespace
}  // namespace oms
