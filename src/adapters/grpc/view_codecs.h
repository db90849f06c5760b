#pragma once

#include <memory>
#include <span>
#include <string>

#include "adapters/grpc/methods.h"

// Views as they travel, and how they are asked for.
namespace oms::grpc_api {

// All views that travel.
std::span<const ViewCodec> view_codecs();

// False where a record is of another type.
bool write_found(const ViewCodec& codec, const Found& found, pb::Message& message);
bool write_page(const ViewCodec& codec, const Page& page, pb::Message& message);
Result<Found> read_found(const ViewCodec& codec, const pb::Message& message);
Result<Page> read_page(const ViewCodec& codec, const pb::Message& message);

// A query that holds the name of its column.
struct OwnedQuery {
  std::unique_ptr<const std::string> column;
  Query query;
};

void write_key(const Key& key, pb::Message& message);
Result<Key> read_key(const ViewCodec& codec, const pb::Message& message);
void write_query(const Query& query, pb::Message& message);
Result<OwnedQuery> read_query(const ViewCodec& codec, const pb::Message& message);

}  // namespace oms::grpc_api
