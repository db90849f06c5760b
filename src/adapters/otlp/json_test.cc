#include <gtest/gtest.h>

#include "adapters/otlp/exporter.h"

namespace oms::otlp {
namespace {

Span sample() {
  Span span{.service = "payments",
            .name = "provider \"create_link\"",
            .kind = SpanKind::client,
            .begin_ns = 1'769'860'800'000'000'001,
            .end_ns = 1'769'860'800'000'000'002};
  span.trace.trace_id[0] = 0xab;
  span.trace.span_id[7] = 1;
  span.parent[7] = 2;
  return span;
}

TEST(OtlpJson, IsAsTheProtocolWritesIt) {
  const Settings settings{
      .url = {}, .attributes = {{"deployment.environment", "test"}}, .instance = "aa"};
  auto span = sample();
  span.attributes = {{"rpc.system.name", "grpc"}, {"http.response.status_code", 201}};
  span.error = "unknown";
  Trace link;
  link.trace_id[15] = 3;
  link.span_id[0] = 4;
  span.link = link;
  EXPECT_EQ(
      to_json(settings, {span}),
      R"({"resourceSpans":[{"resource":{"attributes":[)"
      R"({"key":"service.name","value":{"stringValue":"payments"}},)"
      R"({"key":"service.namespace","value":{"stringValue":"oms"}},)"
      R"({"key":"service.instance.id","value":{"stringValue":"aa"}},)"
      R"({"key":"telemetry.sdk.name","value":{"stringValue":"oms"}},)"
      R"({"key":"telemetry.sdk.language","value":{"stringValue":"cpp"}},)"
      R"({"key":"deployment.environment","value":{"stringValue":"test"}}]},)"
      R"("scopeSpans":[{"scope":{"name":"oms"},"spans":[)"
      R"({"traceId":"ab000000000000000000000000000000","spanId":"0000000000000001",)"
      R"("parentSpanId":"0000000000000002","name":"provider \"create_link\"","kind":3,)"
      R"("startTimeUnixNano":"1769860800000000001","endTimeUnixNano":"1769860800000000002",)"
      R"("attributes":[{"key":"oms.service","value":{"stringValue":"payments"}},)"
      R"({"key":"rpc.system.name","value":{"stringValue":"grpc"}},)"
      R"({"key":"http.response.status_code","value":{"intValue":"201"}},)"
      R"({"key":"error.type","value":{"stringValue":"unknown"}}],)"
      R"("links":[{"traceId":"00000000000000000000000000000003","spanId":"0400000000000000"}],)"
      R"("status":{"code":2}}]}]}]})");
}

TEST(OtlpJson, EachServiceHasAResource) {
  auto other = sample();
  other.service = "stock";
  const auto text = to_json({.url = {}}, {sample(), other, sample()});
  std::size_t count = 0;
  for (auto at = text.find("scopeSpans"); at != std::string::npos;
       at = text.find("scopeSpans", at + 1)) {
    ++count;
  }
  EXPECT_EQ(count, 2U);
}

TEST(OtlpJson, OneNameForAllIsWhatTheVariableSays) {
  const auto text = to_json({.url = {}, .service_name = "shop"}, {sample()});
  EXPECT_NE(text.find(R"("service.name","value":{"stringValue":"shop"})"), std::string::npos);
  EXPECT_NE(text.find(R"("oms.service","value":{"stringValue":"payments"})"), std::string::npos);
  EXPECT_EQ(text.find("service.namespace"), std::string::npos);
}

TEST(OtlpJson, NothingIsAnExportToo) {
  EXPECT_EQ(to_json({.url = {}}, {}), R"({"resourceSpans":[]})");
}

}  // namespace
}  // namespace oms::otlp
