#pragma once

#include <cstdint>
#include <ostream>
#include <string>

namespace oms::cluster {

// What the processes of a cluster keep their records in, and what carries their messages.
struct Wiring {
  std::string store;   // "sqlite" or "postgres"
  std::string broker;  // "rabbitmq" or "kafka"

  std::string name() const { return store + "_" + broker; }
};
std::ostream& operator<<(std::ostream& out, const Wiring& wiring);

// Empty where all servers of this wiring are there (scripts/servers).
std::string why_skipped(const Wiring& wiring);

// The same URL with another port.
std::string with_port(const std::string& url, std::uint16_t port);
std::uint16_t port_of(const std::string& url);

// One cluster's own databases, queues and topics on servers that others use too. They are removed
// with the object.
class Quarters {
 public:
  explicit Quarters(const Wiring& wiring);
  ~Quarters();
  Quarters(const Quarters&) = delete;
  Quarters& operator=(const Quarters&) = delete;

  // Port 0: the server's own. The store's URL holds {service}; with SQLite it is empty.
  std::string store_url(std::uint16_t port = 0) const;
  std::string broker_url(std::uint16_t port = 0) const;

 private:
  void remove_databases() const;
  void remove_queues() const;
  void remove_topics() const;

  const Wiring wiring_;
  const std::string name_;  // how all its names begin
};

}  // namespace oms::cluster
