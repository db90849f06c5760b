// How connections come in: the listening half of the server's core.

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <tuple>
#include <utility>

#include "adapters/http/connection.h"
#include "adapters/http/server_core.h"

namespace oms {
namespace {

void set_option(int socket, int level, int name, int value) {
  // Best effort: without it the server's own deadlines still hold.
  ::setsockopt(socket, level, name, &value, sizeof value);
}

// A peer that vanished without a word is noticed within 30 s.
void tune(int socket) {
  set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
  set_option(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
  set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, 15);
  set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, 5);
  set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 3);
  set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, 30'000);
}

}  // namespace

Result<std::uint16_t> HttpServer::Core::listen() {
  boost::system::error_code error;
  const auto refuse = [&](std::string_view step) {
    return fail(ErrorKind::unavailable, std::string(step) + " " + options_.host + ":" +
                                            std::to_string(options_.port) + ": " + error.message());
  };
  tcp::resolver resolver(io_);
  std::string_view host = options_.host;
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto found =
      resolver.resolve(host, std::to_string(options_.port), tcp::resolver::passive, error);
  if (error || found.empty()) return refuse("cannot find an address for");
  const auto endpoint = found.begin()->endpoint();
  if (acceptor_.open(endpoint.protocol(), error); error) return refuse("cannot open a socket for");
  std::ignore = acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (error) return refuse("cannot prepare the socket for");
  if (endpoint.address() == boost::asio::ip::address_v6::any()) {
    std::ignore = acceptor_.set_option(boost::asio::ip::v6_only(false), error);
    if (error) return refuse("cannot prepare the socket for");
  }
  if (acceptor_.bind(endpoint, error); error) return refuse("cannot bind to");
  if (acceptor_.listen(4096, error); error) return refuse("cannot listen on");
  const auto bound = acceptor_.local_endpoint(error);
  if (error) return refuse("cannot tell the port of");
  return bound.port();
}

void HttpServer::Core::accept() {
  acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
    if (draining_) return;
    const bool was_accepting = std::exchange(is_accepting_, !error);
    if (!error) {
      admit(std::move(socket));
      return accept();
    }
    // Out of descriptors, most likely: connections that end will free some.
    if (was_accepting) options_.report("cannot accept connections: " + error.message());
    accept_timer_.expires_after(std::chrono::milliseconds(100));
    accept_timer_.async_wait([this](boost::system::error_code stopped) {
      if (!stopped && !draining_) accept();
    });
  });
}

void HttpServer::Core::admit(tcp::socket socket) {
  const bool is_extra = connections_.get() - extra_count_ >= options_.max_connections;
  boost::system::error_code error;
  if (socket.non_blocking(true, error); error) return;  // the peer is gone already
  tune(socket.native_handle());

  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const auto slot = free_slots_.back();
  free_slots_.pop_back();
  const auto connection =
      std::make_shared<HttpConnection>(*this, std::move(socket), slot, is_extra);
  slots_[slot] = connection;
  connections_.add(1);
  if (is_extra) {
    ++extra_count_;
    make_room_for_extra(connection);
  } else {
    accepted_.add(1);
  }
  connection->start();
}

// The oldest one yields: those who hold their connections without a word keep no probe out.
void HttpServer::Core::make_room_for_extra(const std::shared_ptr<HttpConnection>& newcomer) {
  const auto oldest = std::exchange(extras_[extra_at_], newcomer).lock();
  extra_at_ = (extra_at_ + 1) % extra_max;
  if (oldest) oldest->close();
}

}  // namespace oms
