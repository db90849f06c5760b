#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include "adapters/grpc/fakes.h"
#include "adapters/grpc/samples.h"
#include "codec/json_write.h"

namespace oms::grpc_api {

inline constexpr std::chrono::seconds patience{20};  // on a machine that is busy

template <class T>
T within_patience(std::future<T> future) {
  if (future.wait_for(patience) != std::future_status::ready) throw std::runtime_error("no answer");
  return future.get();
}

inline Result<Record> submit(GrpcClient& client, Message message) {
  std::promise<Result<Record>> promise;
  auto answer = promise.get_future();
  client.commands().submit(std::move(message), Lane::normal,
                           [&](Result<Record> result) { promise.set_value(std::move(result)); });
  return within_patience(std::move(answer));
}

inline Result<Answer> ask(GrpcClient& client, const Question& question) {
  std::promise<Result<Answer>> promise;
  auto answer = promise.get_future();
  client.peers().ask(question, [&](Result<Answer> a) { promise.set_value(std::move(a)); });
  return within_patience(std::move(answer));
}

template <class F>
bool eventually(F holds) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

// A dead letter, as its service keeps it.
inline Record letter(const std::string& id) {
  static const RecordType type{
      .table = type_of<DeadLetterView>().table,
      .key =
          [](const void* r) {
            return ShortText{std::string_view{*static_cast<const std::string*>(r)}};
          },
      .encode =
          [](const void* r, std::string& out) {
            out += R"({"id":")" + *static_cast<const std::string*>(r) + "\"}";
          }};
  return Record{type, std::make_shared<const std::string>(id)};
}

class GrpcTest : public ::testing::Test {
 protected:
  std::unique_ptr<GrpcClient> connect(std::function<ServiceName(ServiceName)> home_of,
                                      const GrpcTls& tls = {}, std::string token = {}) {
    return GrpcClient::open(registry_, {.tls = tls,
                                        .token = std::move(token),
                                        .home_of = std::move(home_of),
                                        .command_deadline = patience,
                                        .read_deadline = patience,
                                        .question_deadline = patience});
  }
  // One process with all services, and a client of it.
  void start() {
    process_ = std::make_unique<fakes::Process>();
    registry_.set(ServiceName::orders, {process_->address()});
    client_ = connect(fakes::all_together);
  }
  fakes::Process& process() { return *process_; }
  GrpcClient& client() { return *client_; }

  fakes::FakeRegistry registry_;
  std::unique_ptr<fakes::Process> process_;
  std::unique_ptr<GrpcClient> client_;
};

}  // namespace oms::grpc_api
