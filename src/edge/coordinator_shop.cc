// The customers and the products of the coordinator's API.
#include "codec/json_write.h"
#include "edge/body.h"
#include "edge/card_number.h"
#include "edge/coordinator_api.h"
#include "edge/etag.h"
#include "edge/given_name.h"
#include "edge/idempotency.h"
#include "edge/paging.h"
#include "edge/query_string.h"
#include "edge/words.h"

namespace oms::edge {
namespace {

constexpr MinorUnits balance_max = 1'000'000'000'000'000;  // exact in a double, too
constexpr std::size_t products_usual = 1000;               // what a store gives in one page

struct CustomerBody {
  std::string full_name;
  Bounded<0, balance_max> balance;
};
BOOST_DESCRIBE_STRUCT(CustomerBody, (), (full_name, balance))

struct ShownCustomer {
  JsonText id;
  std::string full_name;
  MinorUnits balance = 0;
};
BOOST_DESCRIBE_STRUCT(ShownCustomer, (), (id, full_name, balance))

struct CustomerAnswer {
  ShownCustomer customer;
};
BOOST_DESCRIBE_STRUCT(CustomerAnswer, (), (customer))

struct NewProduct {
  std::string name;
  Bounded<1, price_max> price;
  std::optional<Bounded<0, shelf_max>> stock_quantity;
};
BOOST_DESCRIBE_STRUCT(NewProduct, (), (name, price, stock_quantity))

struct ChangedProduct {
  std::optional<JsonText> id;  // clients that send back what they got
  std::optional<std::string> name;
  std::optional<Bounded<1, price_max>> price;
  std::optional<Bounded<0, shelf_max>> stock_quantity;
};
BOOST_DESCRIBE_STRUCT(ChangedProduct, (), (id, name, price, stock_quantity))

struct ShownProduct {
  JsonText id;
  std::string name;
  MinorUnits price = 0;
  std::int64_t stock_quantity = 0;
};
BOOST_DESCRIBE_STRUCT(ShownProduct, (), (id, name, price, stock_quantity))

Error no_customer() {
  return {ErrorKind::not_found, "there is no such customer"};
}

Error no_product() {
  return {ErrorKind::not_found, "there is no such product"};
}

Result<std::string_view> product_of(const Call& call) {
  if (is_name(call.values[0])) return call.values[0];
  return std::unexpected{no_product()};
}

HttpResponse shown(const AccountView& account, int status) {
  HttpResponse response{.status = status};
  write_json(CustomerAnswer{{.id = given_name(account.id),
                             .full_name = account.full_name,
                             .balance = account.balance}},
             response.body);
  return response;
}

HttpResponse opened(const Result<Record>& result, const std::string& prefix) {
  if (!result) return problem(result.error());
  const auto* account = *result ? result->as<AccountView>() : nullptr;
  if (account == nullptr) return unexpected_reply("customer");
  auto response = shown(*account, 201);
  response.headers.emplace_back("Location", prefix + "/customers/" + account->id);
  return response;
}

std::string product_text(const ItemView& item) {
  std::string text;
  write_json(ShownProduct{.id = given_name(item.id),
                          .name = item.name,
                          .price = item.price,
                          .stock_quantity = item.on_hand},
             text);
  return text;
}

// The item, if it is still sold; else null.
const ItemView* product_in(const Record& record) {
  const auto* item = record ? record.as<ItemView>() : nullptr;
  return item != nullptr && !item->archived ? item : nullptr;
}

HttpResponse shown(const ItemView& item, int status = 200) {
  auto response = json_response(product_text(item), status);
  response.headers.emplace_back("ETag", etag_of(item.version));
  return response;
}

// An error leads into the body as this face has it.
Error as_sent(Error error) {
  if (error.pointer == "/onHand") error.pointer = "/stockQuantity";
  return error;
}

HttpResponse added(const Result<Record>& result, const std::string& prefix) {
  if (!result) return problem(as_sent(result.error()));
  const auto* item = product_in(*result);
  if (item == nullptr) return unexpected_reply("product");
  auto response = shown(*item, 201);
  std::string location = prefix + "/products/";
  percent_encode(item->id, "", location);
  response.headers.emplace_back("Location", std::move(location));
  return response;
}

// A client that named no version was not told that it has changed, but that it is not there.
bool is_missing(const Result<Record>& result, bool is_conditional) {
  return !result && result.error().kind == ErrorKind::stale && !is_conditional;
}

HttpResponse changed(const Result<Record>& result, bool is_conditional) {
  if (is_missing(result, is_conditional)) return problem(no_product());
  if (!result) return problem(as_sent(result.error()));
  const auto* item = product_in(*result);
  return item != nullptr ? shown(*item) : problem(no_product());
}

HttpResponse archived(const Result<Record>& result, bool is_conditional) {
  if (is_missing(result, is_conditional)) return problem(no_product());
  return result ? HttpResponse{.status = 204} : problem(result.error());
}

HttpResponse listed(const Page& page, const Paging& paging, const std::string& path) {
  std::string body = "[";
  for (const auto& found : page.records) {
    const auto* item = product_in(found.record);
    if (item == nullptr) continue;
    if (body.size() > 1) body += ',';
    body += product_text(*item);
  }
  body += ']';
  auto response = json_response(std::move(body));
  link_next(page, paging, path, response);
  return response;
}

Result<void> check_text(const std::string& text, const char* pointer) {
  if (!text.empty() && is_short_text(text)) return {};
  return fail(ErrorKind::invalid, std::string{short_text_rule} + ", and is not empty", pointer);
}

ItemCondition condition_of(const HttpRequest& request) {
  return {.must_exist = true, .versions = versions_of(request.header("if-match"))};
}

template <class Render>
Submit submit(const Call& call, Payload payload, Render render) {
  return {.message = call.message(Id{}, std::move(payload)),
          .render = [render, argument = !call.request.header("if-match").empty()](
                        const Result<Record>& result) { return render(result, argument); }};
}

Submit submit_new(const Call& call, Payload payload, std::optional<Once> once,
                  HttpResponse (*render)(const Result<Record>&, const std::string&)) {
  Submit submit{.message = call.message(Id{}, std::move(payload))};
  submit.message.once = std::move(once);
  submit.render = [render, &prefix = call.settings.coordinator_prefix](
                      const Result<Record>& result) { return render(result, prefix); };
  return submit;
}

}  // namespace

Result<Plan> open_account(const Call& call) {
  OMS_TRY(auto body, read_body<CustomerBody>(call.request.body));
  OMS_CHECK(check_text(body.full_name, "/fullName"));
  OMS_CHECK(refuse_card_number(body.full_name, "/fullName"));
  OMS_TRY(auto once, once_of(call.request, call.settings.digest, call.who()));
  return submit_new(call,
                    OpenAccount{.full_name = std::move(body.full_name),
                                .balance = body.balance.value,
                                .currency = call.settings.currency},
                    std::move(once), opened);
}

Result<Plan> show_account(const Call& call) {
  const bool is_theirs = call.caller.speaks_for(call.values[0]);
  if (!is_theirs || !is_name(call.values[0])) return std::unexpected{no_customer()};
  return Get{.keys = {key_of<AccountView>(call.values[0])},
             .render = [](const std::vector<Found>& found) {
               const auto& record = found.at(0).record;
               const auto* account = record ? record.as<AccountView>() : nullptr;
               return account != nullptr ? shown(*account, 200) : problem(no_customer());
             }};
}

Result<Plan> list_products(const Call& call) {
  OMS_TRY(const auto parameters, read_parameters(call.request.query, {"limit", "cursor"}));
  OMS_TRY(const auto paging,
          read_paging(parameters, products_usual, ListTag::of(call.request.path)));
  return List{.query = {.type = &type_of<ItemView>(),
                        .newest_first = false,
                        .after = paging.after,
                        .limit = paging.limit},
              .render = [paging, path = call.request.path](const Page& page) {
                return listed(page, paging, path);
              }};
}

Result<Plan> show_product(const Call& call) {
  OMS_TRY(const auto product, product_of(call));
  return Get{.keys = {key_of<ItemView>(product)}, .render = [](const std::vector<Found>& found) {
               const auto* item = product_in(found.at(0).record);
               return item != nullptr ? shown(*item) : problem(no_product());
             }};
}

Result<Plan> add_product(const Call& call) {
  OMS_TRY(auto body, read_body<NewProduct>(call.request.body));
  OMS_CHECK(check_text(body.name, "/name"));
  OMS_TRY(auto once, once_of(call.request, call.settings.digest, call.who()));
  SetItem item{.name = std::move(body.name),
               .kind = "goods",
               .price = body.price.value,
               .on_hand = body.stock_quantity ? body.stock_quantity->value : 0};
  return submit_new(call, std::move(item), std::move(once), added);
}

Result<Plan> change_product(const Call& call) {
  OMS_TRY(const auto product, product_of(call));
  OMS_TRY(auto body, read_body<ChangedProduct>(call.request.body));
  if (body.id) {
    OMS_TRY(const auto id, read_given_name(*body.id, "/id"));
    if (id != product) {
      return fail(ErrorKind::invalid, "the id is the path's: it does not change", "/id");
    }
  }
  if (!body.name && !body.price && !body.stock_quantity) {
    return fail(ErrorKind::invalid, "say what is to change: name, price or stockQuantity");
  }
  if (body.name) OMS_CHECK(check_text(*body.name, "/name"));
  SetItem item{.product_id = std::string{product},
               .name = std::move(body.name),
               .condition = condition_of(call.request)};
  if (body.price) item.price = body.price->value;
  if (body.stock_quantity) item.on_hand = body.stock_quantity->value;
  return submit(call, std::move(item), changed);
}

Result<Plan> archive_product(const Call& call) {
  OMS_TRY(const auto product, product_of(call));
  return submit(
      call,
      ArchiveItem{.product_id = std::string{product}, .condition = condition_of(call.request)},
      archived);
}

}  // namespace oms::edge
