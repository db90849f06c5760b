#include "adapters/grpc/credentials.h"

#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>

#include <grpcpp/grpcpp.h>

namespace oms::grpc_api {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio reader_of(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Certificate read_certificate(const std::string& pem) {
  const auto text = reader_of(pem);
  return {PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr), X509_free};
}

// gRPC says nothing of what is wrong with them.
Result<void> check_pair(const GrpcTls& tls) {
  const auto certificate = read_certificate(tls.certificate);
  if (!certificate) return fail(ErrorKind::invalid, "the TLS certificate is no PEM certificate");
  const auto key_text = reader_of(tls.key);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
      PEM_read_bio_PrivateKey(key_text.get(), nullptr, nullptr, nullptr), EVP_PKEY_free};
  if (!key) return fail(ErrorKind::invalid, "the TLS key is no PEM private key");
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return fail(ErrorKind::invalid, "the TLS key is not that of the certificate");
  }
  if (tls.authorities.empty()) return {};
  if (!read_certificate(tls.authorities))
    return fail(ErrorKind::invalid, "the TLS authority is no PEM certificate");
  return {};
}

}  // namespace

Result<std::shared_ptr<grpc::ServerCredentials>> server_credentials(const GrpcTls& tls) {
  if (tls.certificate.empty()) return grpc::InsecureServerCredentials();
  OMS_CHECK(check_pair(tls));
  grpc::SslServerCredentialsOptions options{
      tls.authorities.empty() ? GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE
                              : GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY};
  options.pem_root_certs = tls.authorities;
  options.pem_key_cert_pairs.push_back({tls.key, tls.certificate});
  return grpc::SslServerCredentials(options);
}

Result<Time> valid_until(const GrpcTls& tls) {
  if (!tls.certificate.empty()) OMS_CHECK(check_pair(tls));
  const auto certificate =
      read_certificate(tls.certificate.empty() ? tls.authorities : tls.certificate);
  if (!certificate) return fail(ErrorKind::invalid, "the TLS authority is no PEM certificate");
  std::tm end{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) {
    return fail(ErrorKind::invalid, "the TLS certificate does not say until when it is valid");
  }
  return Time{static_cast<std::int64_t>(::timegm(&end)) * 1000};
}

std::shared_ptr<grpc::ChannelCredentials> channel_credentials(const GrpcTls& tls) {
  if (tls.certificate.empty() && tls.authorities.empty()) {
    return grpc::InsecureChannelCredentials();
  }
  return grpc::SslCredentials({.pem_root_certs = tls.authorities,
                               .pem_private_key = tls.key,
                               .pem_cert_chain = tls.certificate});
}

std::string bytes_of(const grpc::ByteBuffer& buffer) {
  grpc::Slice slice;
  if (!buffer.TrySingleSlice(&slice).ok() && !buffer.DumpToSingleSlice(&slice).ok()) return {};
  return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
}

grpc::ByteBuffer buffer_of(const std::string& bytes) {
  const grpc::Slice slice{bytes};
  return {&slice, 1};
}

}  // namespace oms::grpc_api
