#include "process/tls_files.h"

#include <fstream>
#include <iterator>
#include <string_view>

namespace oms::process {
namespace {

// Empty where no file is named.
Result<std::string> read_pem(std::string_view setting, const std::string& path) {
  if (path.empty()) return std::string{};
  std::ifstream file{path};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (file && text.contains("-----BEGIN ")) return text;
  return fail(ErrorKind::invalid, std::string{"--"}.append(setting) + " names " + path +
                                      ", which cannot be read or is not in PEM");
}

}  // namespace

Result<grpc_api::GrpcTls> tls_of(const Settings& settings) {
  grpc_api::GrpcTls tls;
  OMS_TRY(tls.certificate, read_pem("tls-cert", settings.tls_cert));
  OMS_TRY(tls.key, read_pem("tls-key", settings.tls_key));
  OMS_TRY(tls.authorities, read_pem("tls-ca", settings.tls_ca));
  return tls;
}

}  // namespace oms::process
