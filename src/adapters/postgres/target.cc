#include "adapters/postgres/target.h"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <array>
#include <memory>
#include <string_view>
#include <utility>

namespace oms::postgres {
namespace {

// A plan that was made while a table was empty would read all of it when it has grown: so every
// statement goes by an index, and keeps that plan. What holds a lock gives it up in seconds.
constexpr std::string_view session_options =
    "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off "
    "-c enable_hashjoin=off -c enable_mergejoin=off -c enable_sort=off -c jit=off "
    "-c statement_timeout=5s -c lock_timeout=3s -c idle_in_transaction_session_timeout=5s "
    "-c default_transaction_isolation=read\\ committed";

constexpr std::array<std::pair<const char*, const char*>, 9> defaults{{
    {"application_name", "oms"},
    {"client_encoding", "UTF8"},
    {"connect_timeout", "3"},
    {"dbname", "oms"},
    {"host", "localhost"},
    {"keepalives_idle", "10"},
    {"port", "5432"},
    {"target_session_attrs", "read-write"},
    {"tcp_user_timeout", "10000"},
}};

}  // namespace

Result<Target> Target::parse(const std::string& url) {
  const bool is_url = url.starts_with("postgres://") || url.starts_with("postgresql://");
  char* words = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options{
      is_url ? PQconninfoParse(url.c_str(), &words) : nullptr, PQconninfoFree};
  const std::unique_ptr<char, decltype(&PQfreemem)> owned{words, PQfreemem};
  if (!options) {
    // Neither the URL nor libpq's words, which may repeat a part of the password.
    return fail(ErrorKind::invalid,
                "the URL of a PostgreSQL store must read postgres://USER:PASSWORD@HOST:PORT/"
                "DATABASE?sslmode=verify-full, with libpq's parameters, and special characters "
                "written as %XX");
  }
  Target target;
  auto& parameters = target.parameters_;
  for (const auto* option = options.get(); option->keyword; ++option) {
    if (option->val) parameters.emplace(option->keyword, option->val);
  }
  for (const auto& [name, value] : defaults) parameters.try_emplace(name, value);
  auto& own_options = parameters["options"];
  own_options = fmt::format("{} {}", session_options, own_options);
  target.name_ =
      fmt::format("{}:{}/{}", parameters["host"], parameters["port"], parameters["dbname"]);
  return target;
}

}  // namespace oms::postgres
