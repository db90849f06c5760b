#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include "adapters/postgres/connection.h"

namespace oms {

// A schema of its own for each test, gone with it, at the server that `scripts/servers` has
// started.
class TemporarySchema {
 public:
  static constexpr auto absent = "TEST_POSTGRES names no server: see scripts/servers";

  // Empty: there is none, and what needs it is skipped.
  static std::string server() {
    const char* url = std::getenv("TEST_POSTGRES");
    return url ? url : "";
  }

  explicit TemporarySchema(std::string server_url = server()) : server_(std::move(server_url)) {
    static std::atomic<int> count = 0;
    const auto since_1970 = std::chrono::system_clock::now().time_since_epoch().count();
    name_ = fmt::format("test_{}_{}_{}", getpid(), since_1970, count++);
    run_at_server(fmt::format("create schema {}", name_));
  }
  ~TemporarySchema() {
    try {
      run_at_server(fmt::format("set lock_timeout = '30s'; drop schema {} cascade", name_));
    } catch (const std::runtime_error& error) {
      fmt::print(stderr, "{}\n", error.what());
    }
  }
  TemporarySchema(const TemporarySchema&) = delete;
  TemporarySchema& operator=(const TemporarySchema&) = delete;

  const std::string& name() const { return name_; }

  // The same by another server's URL: a proxy's.
  std::string url(const std::string& server_url) const {
    return fmt::format("{}{}options=-csearch_path%3D{}", server_url,
                       server_url.contains('?') ? '&' : '?', name_);
  }
  std::string url() const { return url(server_); }

  // As a person would.
  void run(const std::string& sql) const {
    run_at_server(fmt::format("set search_path = {}; {}", name_, sql));
  }

 private:
  void run_at_server(const std::string& sql) const {
    auto target = postgres::Target::parse(server_);
    if (!target) throw std::runtime_error(target.error().detail);
    postgres::Connection connection{*target, std::chrono::seconds{10}};
    const auto done = connection.run(sql);
    if (!done) throw std::runtime_error(sql + ": " + done.error().detail);
  }

  std::string server_;
  std::string name_;
};

}  // namespace oms
