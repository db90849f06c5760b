#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "adapters/grpc/fields.h"
#include "messages/message.h"
#include "messages/query.h"
#include "messages/question.h"
#include "ports/commands.h"

namespace oms::grpc_api {

// What a method does, in terms of the ports.
enum class Kind {
  command,
  get,
  list,
  question,
  webhook,
  start_run,
  last_run,
  metrics,
  logs,
  follow
};

// Whether a call may be repeated when nobody knows what has become of it.
enum class Repeat { never, safe };

// On whose name a command of an outsider goes on record, if it does.
enum class OnRecord { no, yes, unless_customers };

// How one type of view travels.
struct ViewCodec {
  const RecordType* type;
  const pb::Descriptor* message;                              // oms.v1.Order
  const pb::Descriptor* found;                                // oms.v1.FoundOrder
  const pb::Descriptor* page;                                 // oms.v1.OrderPage
  bool (*write)(const Record& record, pb::Message& message);  // false: it is of another type
  Result<Record> (*read)(const pb::Message& message);         // none where the id is empty
};

// One method of api/proto: the server serves this table, and the client calls by it.
struct Method {
  Kind kind = Kind::command;
  std::string_view service;  // "Orders": of oms.v1
  std::string path;          // "/oms.v1.Orders/PlaceOrder"
  // Where it is decided or kept; `world`: every home has its own.
  ServiceName at = ServiceName::world;
  Lane lane = Lane::normal;
  Repeat repeat = Repeat::safe;
  OnRecord on_record = OnRecord::no;
  const pb::Descriptor* request = nullptr;
  const pb::Descriptor* answer = nullptr;
  const ViewCodec* view = nullptr;  // of commands: what they show; of reads: what is read

  // Of commands.
  const pb::FieldDescriptor* order_id = nullptr;  // null: it concerns no order
  bool needs_order = false;
  std::size_t payload = 0;  // its place in Payload
  void (*write_payload)(const Payload& payload, pb::Message& message) = nullptr;
  Result<Payload> (*read_payload)(const pb::Message& message) = nullptr;

  // Of questions.
  std::size_t question = 0;  // its place in Question, and its answer's in Answer
  void (*write_question)(const Question& question, pb::Message& message) = nullptr;
  Result<Question> (*read_question)(const pb::Message& message) = nullptr;
  void (*write_answer)(const Answer& answer, pb::Message& message) = nullptr;
  Result<Answer> (*read_answer)(const pb::Message& message) = nullptr;
};

// All of them. The first call throws std::logic_error where a message has not the fields of its
// struct.
std::span<const Method> methods();

// Null where nothing such travels by gRPC.
const Method* method_of(const Payload& payload);
const Method* method_of(const Question& question);
const Method* method_of(Kind kind, const RecordType& view);  // get or list
const Method& only_method(Kind kind);                        // of the other kinds

const ViewCodec& codec_of(const RecordType& view);

// Where the methods of a service of api/proto live: "Orders". `world`: everywhere.
ServiceName home_of(std::string_view service);
// The name that health knows it by: "oms.v1.Orders". Of a service of the shop.
std::string health_name(ServiceName service);

}  // namespace oms::grpc_api
