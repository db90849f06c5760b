#include "adapters/grpc/view_codecs.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "adapters/grpc/linked.h"
#include "adapters/grpc/mapping.h"

namespace oms::grpc_api {
namespace {

// What is shown as it is kept, without a look into it.
struct Document {
  std::string id;
  JsonText json;
};
BOOST_DESCRIBE_STRUCT(Document, (), (id, json))

// It goes by the name of the view that it is.
template <class View>
const RecordType& document_type() {
  static const RecordType type{
      .table = type_of<View>().table,
      .key = [](const void* record) {
        return ShortText{std::string_view{static_cast<const Document*>(record)->id}};
      },
      .encode =
          [](const void* record, std::string& out) {
            out += static_cast<const Document*>(record)->json.text;
          },
      .show =
          [](const void* record, std::string& out) {
            out += static_cast<const Document*>(record)->json.text;
          }};
  return type;
}

ViewCodec codec(const RecordType& type, std::string_view name) {
  return {.type = &type,
          .message = &message_named(name),
          .found = &message_named(std::string{"Found"}.append(name)),
          .page = &message_named(std::string{name}.append("Page"))};
}

template <class View>
ViewCodec typed(std::string_view name) {
  auto made = codec(type_of<View>(), name);
  check_mapping<View>(*made.message);
  made.write = [](const Record& record, pb::Message& message) {
    const auto* view = record.as<View>();
    if (view != nullptr) write_message(*view, message);
    return view != nullptr;
  };
  made.read = [](const pb::Message& message) -> Result<Record> {
    View view;
    OMS_CHECK(read_message(message, view));
    const bool is_there = view.id != decltype(view.id){};
    return is_there ? make_record(std::move(view)) : Record{};
  };
  return made;
}

// Dead letters are shown without what is empty, all others with it.
template <class View, auto Shown = &RecordType::show>
ViewCodec document() {
  auto made = codec(type_of<View>(), "Document");
  check_mapping<Document>(*made.message);
  made.write = [](const Record& record, pb::Message& message) {
    if (record.type().table != type_of<View>().table) return false;
    Document document{.id = std::string{record.key().id.view()}, .json = {}};
    (record.type().*Shown)(record.value(), document.json.text);
    write_message(document, message);
    return true;
  };
  made.read = [](const pb::Message& message) -> Result<Record> {
    Document document;
    OMS_CHECK(read_message(message, document));
    if (document.id.empty()) return Record{};
    return Record{document_type<View>(), std::make_shared<const Document>(std::move(document))};
  };
  return made;
}

}  // namespace

std::span<const ViewCodec> view_codecs() {
  static const std::vector all{typed<OrderView>("Order"),
                               typed<ArchivedOrderView>("ArchivedOrder"),
                               typed<ErasedCustomerView>("ErasedCustomer"),
                               typed<ItemView>("Item"),
                               typed<MovementView>("Movement"),
                               typed<AccountView>("Account"),
                               typed<SagaView>("Saga"),
                               typed<AuditView>("AuditEntry"),
                               document<ReservationView>(),
                               document<PaymentView>(),
                               document<TicketView>(),
                               document<DeliveryView>(),
                               document<NoticesView>(),
                               document<DeadLetterView, &RecordType::encode>()};
  return all;
}

const ViewCodec& codec_of(const RecordType& view) {
  const auto it = std::ranges::find(view_codecs(), &view, &ViewCodec::type);
  if (it == view_codecs().end()) {
    throw std::logic_error(std::string{view.table} + " has no message");
  }
  return *it;
}

namespace {

// The fields of FoundOrder and its like, and of OrderPage and its like.
enum Numbers { record_field = 1, version_field = 2, is_newer_field = 3 };
enum PageNumbers { records_field = 1, last_field = 2, more_field = 3 };

const pb::FieldDescriptor& field(const pb::Message& message, int number) {
  return *message.GetDescriptor()->FindFieldByNumber(number);
}

// How a list is asked for. What is absent is as in `Query`.
struct ListRequest {
  std::string column;
  std::string value;
  std::optional<bool> newest_first;
  std::string after;
  std::optional<std::uint64_t> limit;
  bool and_newer = false;
};
BOOST_DESCRIBE_STRUCT(ListRequest, (), (column, value, newest_first, after, limit, and_newer))

struct GetRequest {
  std::string id;
};
BOOST_DESCRIBE_STRUCT(GetRequest, (), (id))

}  // namespace

bool write_found(const ViewCodec& codec, const Found& found, pb::Message& message) {
  FieldOut{message, field(message, version_field)}.put(found.version);
  FieldOut{message, field(message, is_newer_field)}.put(found.is_newer);
  return !found.record ||
         codec.write(found.record, FieldOut{message, field(message, record_field)}.nested());
}

Result<Found> read_found(const ViewCodec& codec, const pb::Message& message) {
  Found found;
  FieldIn{message, field(message, version_field)}.get(found.version);
  FieldIn{message, field(message, is_newer_field)}.get(found.is_newer);
  const FieldIn record{message, field(message, record_field)};
  if (record.is_there()) {
    OMS_TRY(found.record, codec.read(record.nested()));
  }
  return found;
}

bool write_page(const ViewCodec& codec, const Page& page, pb::Message& message) {
  for (const auto& found : page.records) {
    auto& element = FieldOut{message, field(message, records_field)}.nested();
    if (!write_found(codec, found, element)) return false;
  }
  FieldOut{message, field(message, last_field)}.put(page.last);
  FieldOut{message, field(message, more_field)}.put(page.more);
  return true;
}

Result<Page> read_page(const ViewCodec& codec, const pb::Message& message) {
  Page page;
  const FieldIn records{message, field(message, records_field)};
  for (int i = 0; i < records.size(); ++i) {
    OMS_TRY(auto found, read_found(codec, records.at(i).nested()));
    page.records.push_back(std::move(found));
  }
  std::string scratch;
  page.last = FieldIn{message, field(message, last_field)}.text(scratch);
  FieldIn{message, field(message, more_field)}.get(page.more);
  return page;
}

void write_key(const Key& key, pb::Message& message) {
  write_message(GetRequest{std::string{key.id.view()}}, message);
}

Result<Key> read_key(const ViewCodec& codec, const pb::Message& message) {
  GetRequest request;
  OMS_CHECK(read_message(message, request));
  if (request.id.empty() || request.id.size() > ShortText::capacity) {
    return fail(ErrorKind::invalid, "must have 1 to 63 bytes", "/id");
  }
  return Key{codec.type, ShortText{request.id}};
}

void write_query(const Query& query, pb::Message& message) {
  write_message(ListRequest{.column = std::string{query.column},
                            .value = query.value,
                            .newest_first = query.newest_first,
                            .after = query.after,
                            .limit = query.limit,
                            .and_newer = query.and_newer},
                message);
}

Result<OwnedQuery> read_query(const ViewCodec& codec, const pb::Message& message) {
  constexpr std::uint64_t limit_max = 1000;
  ListRequest request;
  OMS_CHECK(read_message(message, request));
  OwnedQuery owned;
  auto& query = owned.query;
  query.type = codec.type;
  query.newest_first = request.newest_first.value_or(query.newest_first);
  query.value = std::move(request.value);
  query.after = std::move(request.after);
  query.limit = request.limit.value_or(query.limit);
  query.and_newer = request.and_newer;
  if (query.limit < 1 || query.limit > limit_max) {
    return fail(ErrorKind::invalid, "must be from 1 to 1000", "/limit");
  }
  owned.column = std::make_unique<const std::string>(std::move(request.column));
  query.column = *owned.column;
  return owned;
}

}  // namespace oms::grpc_api
