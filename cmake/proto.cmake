# oms_proto: the messages of api/proto as C++, generated at build time. The code calls them by
# reflection (src/adapters/grpc/mapping.h), so gRPC's own generator is not needed.
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
# It brings -pthread for all that link gRPC, which on Debian changes nothing, but precompiled
# headers are shared only among files with the same flags.
set_property(TARGET re2::re2 PROPERTY INTERFACE_COMPILE_OPTIONS "")

set(proto_root ${CMAKE_SOURCE_DIR}/api/proto)
set(proto_output ${CMAKE_BINARY_DIR}/generated/proto)
file(MAKE_DIRECTORY ${proto_output})
file(GLOB_RECURSE protos CONFIGURE_DEPENDS RELATIVE ${proto_root} ${proto_root}/*.proto)
set(proto_sources "")
foreach(proto IN LISTS protos)
  string(REGEX REPLACE "\\.proto$" ".pb" stem ${proto})
  list(APPEND proto_sources ${proto_output}/${stem}.cc ${proto_output}/${stem}.h)
endforeach()
list(TRANSFORM protos PREPEND ${proto_root}/ OUTPUT_VARIABLE proto_paths)
add_custom_command(OUTPUT ${proto_sources}
  COMMAND protobuf::protoc -I ${proto_root} --cpp_out=${proto_output} ${protos}
  DEPENDS ${proto_paths}
  COMMENT "Generating api/proto" VERBATIM)
add_custom_target(oms_proto_sources DEPENDS ${proto_sources})
add_library(oms_proto STATIC ${proto_sources})
target_include_directories(oms_proto SYSTEM PUBLIC ${proto_output})
target_link_libraries(oms_proto PUBLIC protobuf::libprotobuf)
target_compile_options(oms_proto PRIVATE -w)
