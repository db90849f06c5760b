#include "tests/cluster/cluster.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <stdexcept>

#include "tests/cluster/ports.h"

namespace oms::cluster {
namespace {

std::string local(std::uint16_t port) {
  return "127.0.0.1:" + std::to_string(port);
}

std::string local_url(std::uint16_t port) {
  return "http://" + local(port);
}

std::filesystem::path made(const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  return folder;
}

void add(std::vector<std::string>& words, std::initializer_list<std::string> more) {
  words.insert(words.end(), more);
}

void add_stripe(std::vector<std::string>& words, const Provider& provider) {
  add(words, {"--payments", "stripe", "--stripe-url", provider.url()});
}

}  // namespace

Folder::Folder() {
  auto name = (std::filesystem::temp_directory_path() / "oms-cluster-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder");
  path_ = name;
}

Folder::~Folder() {
  if (::testing::UnitTest::GetInstance()->Failed()) {
    std::clog << "What the processes wrote is in " << path_.string() << '\n';
    return;
  }
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Provider::Provider(const std::filesystem::path& folder, std::uint16_t webhook_port)
    : data_(made(folder / "provider")),
      url_(local_url(new_port())),
      child_({.words = {OMS_BINARY, "provider", "--data", data_.string(), "--listen",
                        url_.substr(std::string{"http://"}.size()), "--webhook",
                        local_url(webhook_port) + "/webhook"},
              .environment = {},
              .log = folder / "provider.log"}) {
  start();
}

void Provider::start() {
  child_.start();
  await_ready(child_, url_ + "/livez");
}

std::map<std::string, std::string> Provider::secrets() const {
  std::ifstream file{data_ / "webhook.secret"};
  std::string secret;
  std::getline(file, secret);
  return {{"OMS_STRIPE_KEY", "sk_test_1"}, {"OMS_STRIPE_WEBHOOK_SECRET", secret}};
}

Embedded::Embedded(const std::vector<std::string>& flags) : Embedded(flags, new_port()) {}

Embedded::Embedded(const std::vector<std::string>& flags, std::uint16_t port)
    : url_(local_url(port)), provider_(folder_.path(), port) {
  const auto data = made(folder_.path() / "data");
  std::ofstream{data / "operator.token"} << operator_token << '\n';
  ::chmod((data / "operator.token").c_str(), S_IRUSR | S_IWUSR);
  Child::Command up{.words = {OMS_BINARY, "up", "--data", data.string(), "--listen", local(port)},
                    .environment = provider_.secrets(),
                    .log = folder_.path() / "up.log"};
  add_stripe(up.words, provider_);
  up.words.insert(up.words.end(), flags.begin(), flags.end());
  child_.emplace(std::move(up));
  child_->start();
  await_ready(*child_, url_ + "/readyz");
}

Cluster::Cluster(const Options& options)
    : options_(options),
      broker_(options.wiring.broker),
      quarters_(options.wiring),
      port_(new_port()),
      webhook_port_(new_port()),
      url_(local_url(port_)),
      provider_(folder_.path(), webhook_port_) {
  if (options.wiring.store != "sqlite") database_.emplace(options.wiring.store);
  for (const std::string role : roles) {
    processes_[role] = {.grpc_port = new_port(), .admin_port = new_port(), .child = nullptr};
  }
  if (options.links != Links::none) make_links();
  for (const std::string role : roles) {
    auto& process = processes_[role];
    process.child = child_for(role);
    process.child->start();
  }
  for (const std::string role : roles) {
    await_ready(process(role), admin_url(role) + "/readyz");
  }
}

// The gateway first, and last what the others talk to.
Cluster::~Cluster() {
  for (auto role = roles.rbegin(); role != roles.rend(); ++role) process(*role).kill();
}

void Cluster::make_links() {
  if (options_.links == Links::some) {
    for (const auto& link : some_links) make_link(link);
    return;
  }
  for (const std::string from : roles) {
    for (const std::string to : roles) make_link({from, to});
    make_link({from, "broker"});
    make_link({from, "database"});
  }
}

// None where there is no such connection. Kafka tells its clients where to call it: two of its
// listeners send them to a proxy, whose port is two above (scripts/server/kafka.sh).
void Cluster::make_link(const Link& link) {
  const bool is_gateway = link.from == "gateway";
  if (link.to == "broker") {
    const auto server = port_of(quarters_.broker_url());
    const bool is_kafka = options_.wiring.broker == "kafka";
    if (is_gateway || (is_kafka && link.from != "orders" && link.from != "payments")) return;
    const auto listener = static_cast<std::uint16_t>(server + (link.from == "orders" ? 3 : 4));
    links_[link] =
        is_kafka ? std::make_unique<TcpProxy>(listener, static_cast<std::uint16_t>(listener + 2))
                 : std::make_unique<TcpProxy>(server);
  } else if (link.to == "database") {
    if (is_gateway || !database_) return;
    links_[link] = std::make_unique<TcpProxy>(port_of(quarters_.store_url()));
  } else if (link.to != "gateway" && link.to != link.from) {
    links_[link] = std::make_unique<TcpProxy>(processes_.at(link.to).grpc_port);
  }
}

TcpProxy* Cluster::link(const Link& link) {
  const auto found = links_.find(link);
  return found == links_.end() ? nullptr : found->second.get();
}

std::vector<Link> Cluster::connected() const {
  std::vector<Link> connected;
  for (const auto& [link, proxy] : links_) {
    if (proxy->connections() > 0) connected.push_back(link);
  }
  return connected;
}

std::uint16_t Cluster::port_of_link(const Link& link) const {
  const auto found = links_.find(link);
  return found == links_.end() ? 0 : found->second->port();
}

std::string Cluster::registry_for(const std::string& role) const {
  std::string registry = "static:";
  for (const auto& [name, process] : processes_) {
    if (name == "gateway") continue;
    const auto proxy = port_of_link({role, name});
    registry += (registry.ends_with(':') ? "" : ",") + name + "=" +
                local(proxy != 0 ? proxy : process.grpc_port);
  }
  return registry;
}

std::string Cluster::broker_url_for(const std::string& role) const {
  return quarters_.broker_url(port_of_link({role, "broker"}));
}

std::string Cluster::store_url_for(const std::string& role) const {
  if (!database_) return "sqlite:" + (folder_.path() / role / "oms.db").string();
  return quarters_.store_url(port_of_link({role, "database"}));
}

int Cluster::check() {
  const auto folder = folder_.path().string();
  Child check{
      {.words = {OMS_BINARY, "check", "--cluster", "--data", folder + "/{service}", "--store",
                 store_url_for("{service}"), "--ledger", folder + "/provider/provider.db"},
       .environment = {},
       .log = folder_.path() / "check.log"}};
  check.start();
  const int code = check.wait();
  if (code != 0) std::clog << std::ifstream{folder_.path() / "check.log"}.rdbuf();
  return code;
}

std::unique_ptr<Child> Cluster::child_for(const std::string& role) const {
  const auto& process = processes_.at(role);
  const auto data = made(folder_.path() / role);
  Child::Command serve{.words = {OMS_BINARY, "serve", role},
                       .environment = {{"OMS_OPERATOR_TOKEN", operator_token}},
                       .log = folder_.path() / (role + ".log")};
  auto& words = serve.words;
  if (role == "orders") add(words, {"coordinator"});
  add(words, {"--data", data.string(), "--admin-listen", local(process.admin_port), "--registry",
              registry_for(role), "--broker", broker_url_for(role)});
  if (role == "gateway") {
    add(words, {"--listen", local(port_)});
  } else {
    add(words, {"--grpc-listen", local(process.grpc_port), "--store", store_url_for(role)});
  }
  if (role == "payments") {
    add_stripe(words, provider_);
    add(words, {"--webhook-listen", local(webhook_port_), "--base-url", url_});
    serve.environment.merge(provider_.secrets());
  }
  words.insert(words.end(), options_.flags.begin(), options_.flags.end());
  return std::make_unique<Child>(std::move(serve));
}

std::string Cluster::admin_url(const std::string& role) const {
  return local_url(processes_.at(role).admin_port);
}

void Cluster::start(const std::string& role) {
  process(role).start();
  await_ready(process(role), admin_url(role) + "/readyz");
}

std::map<std::string, int> Cluster::stop() {
  std::map<std::string, int> codes;
  for (auto role = roles.rbegin(); role != roles.rend(); ++role) {
    codes[*role] = process(*role).stop();
  }
  return codes;
}

}  // namespace oms::cluster
