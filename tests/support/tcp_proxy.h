#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <thread>

namespace oms {

// Passes bytes on between clients and a server on this machine, until it is told to do harm to the
// connections that there are at that moment. Those that are made later are passed on as ever. Or it
// parts the two: then nothing passes and no connection is made until it heals, and then all goes
// on.
class TcpProxy {
 public:
  enum class Harm {
    none,
    lose_request,  // cuts a connection when the client next sends something, and drops that
    lose_answer,   // cuts it when the server next answers, and drops that
    silence,       // passes nothing on, and cuts nothing
  };

  // Port 0: any free one.
  explicit TcpProxy(std::uint16_t server_port, std::uint16_t port = 0);
  ~TcpProxy();
  TcpProxy(const TcpProxy&) = delete;
  TcpProxy& operator=(const TcpProxy&) = delete;

  std::uint16_t port() const { return port_; }
  void harm(Harm harm);
  void part() { is_parted_ = true; }
  void heal() { is_parted_ = false; }
  int connections() const { return connections_; }  // that were ever made

 private:
  struct Pair {
    int client = -1;
    int server = -1;
    Harm harm = Harm::none;
  };
  void run();
  void accept_one();
  bool pass(Pair& pair, bool is_request) const;  // false: the pair is to be cut

  std::uint16_t server_port_;
  std::uint16_t port_ = 0;
  int listener_ = -1;
  std::list<Pair> pairs_;
  std::atomic<Harm> asked_ = Harm::none;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> is_parted_ = false;
  std::atomic<bool> is_stopped_ = false;
  std::thread thread_;
};

}  // namespace oms
