#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/cluster/child.h"
#include "tests/cluster/shop.h"
#include "tests/cluster/wiring.h"
#include "tests/support/server.h"
#include "tests/support/tcp_proxy.h"

namespace oms::cluster {

// A folder of its own for the processes of a test. It is kept where the test has failed.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// `oms provider`, which tells one address of what happens to payments.
class Provider {
 public:
  Provider(const std::filesystem::path& folder, std::uint16_t webhook_port);

  const std::string& url() const { return url_; }
  // What the process that takes payments by it must know.
  std::map<std::string, std::string> secrets() const;
  Child& process() { return child_; }
  void start();  // and waits until it is ready

 private:
  std::filesystem::path data_;
  std::string url_;
  Child child_;
};

// Everything in one process, `oms up`, and its provider.
class Embedded {
 public:
  explicit Embedded(const std::vector<std::string>& flags);

  Shop shop() const { return Shop{url_, provider_.url()}; }

 private:
  Embedded(const std::vector<std::string>& flags, std::uint16_t port);

  Folder folder_;
  std::string url_;
  Provider provider_;
  std::optional<Child> child_;
};

inline constexpr std::array roles{"orders",   "stock",         "payments", "kitchen",
                                  "delivery", "notifications", "gateway"};

// A connection that a cluster can be cut at: of a role to another one, to "broker" or "database".
struct Link {
  std::string from;
  std::string to;

  std::string name() const { return from + " and " + to; }
  friend auto operator<=>(const Link&, const Link&) = default;
};

// Which of them go through proxies.
enum class Links { none, some, all };
inline const std::array some_links{Link{"gateway", "orders"}, Link{"orders", "broker"},
                                   Link{"payments", "broker"}, Link{"stock", "database"}};

// Seven processes on the servers of their wiring, and their provider. All are ready once it is
// made.
class Cluster {
 public:
  struct Options {
    Wiring wiring;
    std::vector<std::string> flags;  // of every `oms serve`
    Links links = Links::none;
  };
  explicit Cluster(const Options& options);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  const Wiring& wiring() const { return options_.wiring; }
  Shop shop() const { return Shop{url_, provider_.url()}; }
  Provider& provider() { return provider_; }

  Child& process(const std::string& role) { return *processes_.at(role).child; }
  std::string admin_url(const std::string& role) const;
  void start(const std::string& role);  // and waits until it is ready
  // Of each role, in the order in which a cluster ends. All must be 0.
  std::map<std::string, int> stop();

  // The servers that it uses. Nothing with SQLite.
  testing::Server& broker() { return broker_; }
  testing::Server* database() { return database_ ? &*database_ : nullptr; }
  // Nothing where this wiring has no such connection.
  TcpProxy* link(const Link& link);
  // Those that have been made so far.
  std::vector<Link> connected() const;

  // What `oms check --cluster` says of the stores, once it is stopped: its exit code.
  int check();

 private:
  struct Process {
    std::uint16_t grpc_port = 0;
    std::uint16_t admin_port = 0;
    std::unique_ptr<Child> child;
  };
  void make_links();
  void make_link(const Link& link);
  std::string registry_for(const std::string& role) const;
  std::string broker_url_for(const std::string& role) const;
  std::string store_url_for(const std::string& role) const;
  std::unique_ptr<Child> child_for(const std::string& role) const;
  std::uint16_t port_of_link(const Link& link) const;  // 0: there is no proxy

  const Options options_;
  testing::Server broker_;
  std::optional<testing::Server> database_;
  Folder folder_;
  Quarters quarters_;
  const std::uint16_t port_;  // of the gateway
  const std::uint16_t webhook_port_;
  const std::string url_;
  Provider provider_;
  std::map<std::string, Process> processes_;
  std::map<Link, std::unique_ptr<TcpProxy>> links_;
};

}  // namespace oms::cluster
