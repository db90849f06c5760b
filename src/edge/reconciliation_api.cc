#include "edge/reconciliation_api.h"

#include "codec/json_names.h"
#include "codec/json_text.h"
#include "edge/requests.h"

namespace oms::edge {
namespace {

class Object {
 public:
  explicit Object(std::string& body) : body_(body) { body_ += '{'; }

  void put(std::string_view name, std::string_view text) {
    begin(name);
    write_json_string(text, body_);
  }
  void put(std::string_view name, std::int64_t number) {
    begin(name);
    body_ += std::to_string(number);
  }
  void put_flag(std::string_view name, bool is_set) {
    begin(name);
    body_ += is_set ? "true" : "false";
  }
  void begin(std::string_view name) {
    if (body_.back() != '{') body_ += ',';
    body_.append("\"").append(name).append("\":");
  }
  void end() { body_ += '}'; }

 private:
  std::string& body_;
};

void write_finding(const Finding& finding, std::string& body) {
  Object object{body};
  object.put("orderID", finding.order_id.text());
  object.put("kind", json::name_of(finding.kind));
  if (!finding.session_id.empty()) object.put("sessionID", finding.session_id);
  object.put("since", to_text(finding.since));
  object.put("explanation", finding.explanation);
  object.put("repair", json::name_of(finding.repair));
  object.put_flag("repaired", finding.is_repaired);
  object.end();
}

}  // namespace

Result<Plan> show_reconciliation(const Call&) {
  return ShowReconciliation{};
}

Result<Plan> start_reconciliation(const Call& call) {
  OMS_TRY(const auto request, read_reconciliation_body(call.request.body));
  NoteAction note{.action = request.must_repair ? "Reconcile and repair" : "Reconcile"};
  return Reconcile{.note = call.message(Id{}, std::move(note)), .request = request};
}

HttpResponse reconciliation(const Reconciliation& run, int status) {
  std::string body = R"({"reconciliation":)";
  Object object{body};
  object.put("state", json::name_of(run.state));
  if (run.state != Reconciliation::State::never) {
    object.put_flag("repair", run.must_repair);
    object.put("since", to_text(run.since));
    object.put("startedAt", to_text(run.started_at));
    if (run.ended_at) object.put("endedAt", to_text(*run.ended_at));
    object.put("look", run.look);
    object.put("percent", run.percent);
    object.put("orders", run.orders);
    object.put("charges", run.charges);
    if (!run.failure.empty()) object.put("failure", run.failure);
    object.put("differences", run.left());
    object.put("unlisted", run.unlisted);
    object.begin("findings");
    body += '[';
    for (const auto& finding : run.findings) {
      if (body.back() == '}') body += ',';
      write_finding(finding, body);
    }
    body += ']';
  }
  object.end();
  body += '}';
  return json_response(std::move(body), status);
}

}  // namespace oms::edge
