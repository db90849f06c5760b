# The adapters: one library for each folder of src/adapters, with the outside things it links.
# A folder that is not named below links only what every adapter may use, which is adapters/crypto,
# adapters/curl, adapters/mail and adapters/sqlite_connection too: they serve no port but wrap what
# the others need of OpenSSL, libcurl, MIME and SQLite.

set(oms_adapter_grpc_needs oms_proto gRPC::grpc++ gRPC::grpc++_reflection)
set(oms_adapter_http_needs oms_web Boost::headers OpenSSL::SSL)
set(oms_adapter_jwt_needs OpenSSL::Crypto)
set(oms_adapter_postgres_needs PostgreSQL::PostgreSQL)
set(oms_adapter_rabbitmq_needs rabbitmq)
set(oms_adapter_kafka_needs rdkafka)
set(oms_adapter_sqlite_needs SQLite::SQLite3)

# Headers that are slow to read, compiled once for the adapter.
set(oms_adapter_grpc_precompile <google/protobuf/message.h> <grpcpp/grpcpp.h>)
set(oms_adapter_http_precompile
  <boost/asio/buffer.hpp> <boost/asio/io_context.hpp> <boost/asio/ip/tcp.hpp>
  <boost/asio/post.hpp> <boost/asio/steady_timer.hpp>)

oms_embed_web(oms_web)
include(proto)

find_package(PostgreSQL REQUIRED)
find_package(SQLite3 REQUIRED)

find_package(CURL REQUIRED)

oms_library(adapters/crypto USES oms_base OpenSSL::Crypto)
oms_library(adapters/curl USES oms_messages Threads::Threads CURL::libcurl)
oms_library(adapters/mail USES oms_messages oms_adapters_crypto)
oms_library(adapters/sqlite_connection USES oms_base fmt::fmt SQLite::SQLite3)
set(oms_shared_adapters
  oms_adapters_mail oms_adapters_crypto oms_adapters_curl oms_adapters_sqlite_connection)
set(oms_adapters ${oms_shared_adapters})
file(GLOB folders LIST_DIRECTORIES true CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/adapters/*)
foreach(folder IN LISTS folders)
  cmake_path(GET folder FILENAME adapter)
  if(IS_DIRECTORY ${folder} AND NOT adapter MATCHES "^(crypto|curl|mail|sqlite_connection)$")
    oms_library(adapters/${adapter}
      USES oms_ports ${oms_shared_adapters} Threads::Threads fmt::fmt spdlog::spdlog
           ${oms_adapter_${adapter}_needs}
      PRECOMPILE ${oms_adapter_${adapter}_precompile})
    list(APPEND oms_adapters oms_adapters_${adapter})
  endif()
endforeach()
