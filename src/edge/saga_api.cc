#include "edge/saga_api.h"

#include "codec/json_write.h"
#include "edge/body.h"
#include "edge/operator_answers.h"
#include "edge/paging.h"
#include "edge/query_string.h"

namespace oms::edge {
namespace {

using coordinator::Phase;

constexpr std::size_t sagas_usual = 20;
constexpr std::size_t looked_at_max = 400;  // for one page of those of one phase

// Before all ids, where the newest come first.
constexpr std::string_view first_of_all = "ffffffffffffffffffffffff";

constexpr std::string_view skip_note =
    "the step counts as done because you said so: nobody was asked. Skip only what you have looked "
    "up, at the payment provider or on the shelf; if it has not happened, abort the saga";

Error no_saga() {
  return {ErrorKind::not_found, "there is no saga of this order"};
}

const SagaView* saga_in(const Record& record) {
  return record ? record.as<SagaView>() : nullptr;
}

HttpResponse one_saga(const SagaView& saga, std::string_view note = {}) {
  std::string body = R"({"saga":)";
  write_json(saga, body);
  if (!note.empty()) body.append(R"(,"note":")").append(note).append("\"");
  body += '}';
  return json_response(std::move(body));
}

// The life's, or where that is over the change's: a change has its own phases.
Phase phase_of(const SagaView& saga) {
  return saga.change && !saga.main.is_live() ? saga.change->phase : saga.main.phase;
}

// Which of the sagas that were read are shown.
struct Choice {
  bool is_live = false;
  std::optional<Phase> phase;

  bool has(const SagaView& saga) const {
    return saga.is_live == is_live && (!phase || phase_of(saga) == *phase);
  }
  std::size_t count(const Page& page) const {
    std::size_t count = 0;
    for (const auto& found : page.records) {
      const auto* saga = saga_in(found.record);
      if (saga != nullptr && has(*saga)) ++count;
    }
    return count;
  }
};

// Those of the page that are wanted, at most `paging.limit`. The cursor is the last that was looked
// at. Behind the last live one it leads to those that are over.
HttpResponse sagas_of(const Page& page, Choice choice, const Paging& paging, ListTag over) {
  std::string body = R"({"sagas":[)";
  std::size_t shown = 0;
  std::size_t seen = 0;
  for (; seen < page.records.size() && shown < paging.limit; ++seen) {
    const auto* saga = saga_in(page.records[seen].record);
    if (saga == nullptr || !choice.has(*saga)) continue;
    if (shown++ > 0) body += ',';
    write_json(*saga, body);
  }
  body += ']';
  const bool is_last = seen == page.records.size() && !page.more;
  if (is_last && choice.is_live && !choice.phase) {
    body.append(R"(,"nextCursor":")").append(cursor_of(first_of_all, over)).append("\"}");
    return json_response(std::move(body));
  }
  Page looked_at{.more = !is_last};
  if (seen > 0) looked_at.records.push_back(page.records[seen - 1]);
  close_list(looked_at, paging.list, body);
  return json_response(std::move(body));
}

Result<std::optional<Phase>> phase_parameter(const Parameters& parameters) {
  const auto* text = parameters.find("phase");
  if (text == nullptr) return std::nullopt;
  for (const auto& [value, name] : json::enumerators<Phase>) {
    if (*text == name) return value;
  }
  return fail(ErrorKind::invalid,
              "the parameter 'phase' is one of doing, undoing, completed, cancelled");
}

// Which step is meant: {"run":0,"step":"capture"}. Without a body: the one that it is at.
struct StepBody {
  std::optional<std::int32_t> run;
  std::string step;
};
BOOST_DESCRIBE_STRUCT(StepBody, (), (run, step))

Result<Plan> handle(const Call& call, HandleSaga::Action action, std::string_view note = {}) {
  const auto id = Id::parse(call.values[0]);
  if (!id) return std::unexpected{no_saga()};
  StepBody body;
  if (!call.request.body.empty()) {
    OMS_TRY(body, read_body<StepBody>(call.request.body));
  }
  // A repeated click, or an answer that comes meanwhile, must not skip the next one.
  if (action == HandleSaga::Action::skip && body.step.empty()) {
    return fail(ErrorKind::invalid, "say which step has happened: {\"step\":\"capture\"}", "/step");
  }
  return Submit{.message = call.message(
                    *id, HandleSaga{.action = action, .run = body.run, .step = body.step}),
                .is_urgent = true,
                .render = [note](const Result<Record>& result) {
                  if (!result) return problem(result.error());
                  const auto* saga = saga_in(*result);
                  return saga != nullptr ? one_saga(*saga, note) : unexpected_reply("saga");
                }};
}

}  // namespace

// Only of the live ones there is an index; the others are looked through, a bounded number for each
// page, so that a page of one phase may be short, or empty, and still have a next.
Result<Plan> list_sagas(const Call& call) {
  OMS_TRY(const auto parameters, read_parameters(call.request.query, {"phase", "limit", "cursor"}));
  OMS_TRY(const auto phase, phase_parameter(parameters));
  const auto over = ListTag::of(call.request.path, "over");
  const auto tag = ListTag::of(call.request.path, phase ? json::name_of(*phase) : "");
  Choice choice{.is_live = !phase || *phase == Phase::doing || *phase == Phase::undoing,
                .phase = phase};
  auto paging = read_paging_by_id(parameters, sagas_usual, tag);
  if (!paging && !phase) {
    auto rest = read_paging_by_id(parameters, sagas_usual, over);
    if (rest) {
      paging = std::move(rest);
      choice.is_live = false;
    }
  }
  if (!paging) return std::unexpected{std::move(paging).error()};
  List list{
      .query = {.type = &type_of<SagaView>(), .after = paging->after, .limit = paging->limit}};
  if (choice.is_live) {
    list.query.column = "live";
    list.query.value = "yes";
  }
  if (phase) {
    list.look_on = [choice, limit = paging->limit](const Page& page) {
      return look_on(page, choice.count(page), limit, looked_at_max);
    };
  }
  list.render = [choice, over, paging = *std::move(paging)](const Page& page) {
    return sagas_of(page, choice, paging, over);
  };
  return list;
}

Result<Plan> show_saga(const Call& call) {
  const auto id = Id::parse(call.values[0]);
  if (!id) return std::unexpected{no_saga()};
  return Get{.keys = {key_of<SagaView>(*id)}, .render = [](const std::vector<Found>& found) {
               const auto* saga = saga_in(found.at(0).record);
               return saga != nullptr ? one_saga(*saga) : problem(no_saga());
             }};
}

Result<Plan> retry_step(const Call& call) {
  return handle(call, HandleSaga::Action::retry);
}

Result<Plan> skip_step(const Call& call) {
  return handle(call, HandleSaga::Action::skip, skip_note);
}

Result<Plan> abort_saga(const Call& call) {
  return handle(call, HandleSaga::Action::abort);
}

}  // namespace oms::edge
