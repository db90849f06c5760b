#include "process/authentication.h"

#include <fstream>
#include <future>
#include <sstream>
#include <utility>

#include <fmt/format.h>

namespace oms::process {
namespace {

constexpr Duration read_every = std::chrono::minutes{5};
// However many tokens of unknown keys somebody sends.
constexpr Duration read_early_every = std::chrono::seconds{30};

Result<jwt::Keys> keys_in(std::string_view json, const std::string& where) {
  auto keys = jwt::Keys::parse(json);
  if (keys) return keys;
  return fail(ErrorKind::invalid, fmt::format("the keys at {} cannot be used: {} {}", where,
                                              keys.error().pointer, keys.error().detail));
}

Result<jwt::Keys> read_file(const std::string& path) {
  const std::ifstream file{path};
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) {
    return fail(ErrorKind::invalid,
                fmt::format("the keys at {} cannot be read: --auth-keys names a file or a URL that "
                            "holds a JSON Web Key Set",
                            path));
  }
  return keys_in(text.str(), path);
}

}  // namespace

Authentication::Authentication(const Settings& settings, Warn warn)
    : keys_(settings.auth_keys),
      warn_(std::move(warn)),
      verifier_({.audience = settings.auth_audience,
                 .issuer = settings.auth_issuer,
                 .on_unknown_key = [this](Time now) { read_early(now); }},
                {}) {}

Result<std::unique_ptr<Authentication>> Authentication::begin(const Settings& settings, Warn warn) {
  if (settings.auth == "off") return nullptr;
  auto made = std::unique_ptr<Authentication>(new Authentication{settings, std::move(warn)});
  std::promise<Result<jwt::Keys>> first;
  auto answer = first.get_future();
  made->read([&first](Result<jwt::Keys> keys) { first.set_value(std::move(keys)); });
  OMS_TRY(auto keys, answer.get());
  made->verifier_.use(std::move(keys));
  made->read_again_later();
  return made;
}

void Authentication::read(std::move_only_function<void(Result<jwt::Keys>)> done) {
  if (!is_remote()) return done(read_file(keys_));
  client_.send({.url = keys_}, [this, done = std::move(done)](Result<HttpResponse> answer) mutable {
    if (!answer) return done(std::unexpected{answer.error()});
    if (answer->status != 200) {
      return done(
          fail(ErrorKind::unavailable,
               fmt::format("the keys at {} cannot be had: status {}", keys_, answer->status)));
    }
    done(keys_in(answer->body, keys_));
  });
}

void Authentication::read_again_later() {
  client_.after(read_every, [this] {
    if (ends_) return;
    read([this](Result<jwt::Keys> keys) {
      if (ends_) return;
      take(std::move(keys));
      read_again_later();
    });
  });
}

void Authentication::read_early(Time now) {
  auto last = read_early_at_ms_.load();
  const auto passed = std::chrono::abs(Duration{now.unix_ms - last});  // a clock may be set back
  if (passed < read_early_every) return;
  if (!read_early_at_ms_.compare_exchange_strong(last, now.unix_ms)) return;  // another does
  client_.after(Duration{0}, [this] {
    if (ends_) return;
    read([this](Result<jwt::Keys> keys) {
      if (!ends_) take(std::move(keys));
    });
  });
}

void Authentication::take(Result<jwt::Keys> keys) {
  if (keys) return verifier_.use(*std::move(keys));
  warn_(keys.error().detail + "; those from before stay in use");
}

}  // namespace oms::process
