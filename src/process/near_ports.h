#pragma once

#include <utility>

#include "ports/commands.h"
#include "ports/peers.h"
#include "process/host.h"
#include "runtime/services.h"

// For who asks services both of this process and of others: each where it lives.
namespace oms::process {

class NearPeers final : public Peers {
 public:
  // `far` is null where all services are near.
  NearPeers(const Host& host, const runtime::Services& near, Peers* far)
      : host_(host), near_(near), far_(far) {}

  void ask(const Question& question, OnAnswer on_answer) override {
    const bool is_far = far_ != nullptr && near_.named(asked(question)) == nullptr;
    if (is_far) return far_->ask(question, std::move(on_answer));
    on_answer(host_.answer(question));
  }

 private:
  const Host& host_;
  const runtime::Services& near_;
  Peers* far_;
};

class NearCommands final : public Commands {
 public:
  NearCommands(Commands& commands, const runtime::Services& near, Commands* far)
      : commands_(commands), near_(near), far_(far) {}

  void submit(Message message, Lane lane, Respond respond) override {
    const bool is_far = far_ != nullptr && near_.named(destination(message.payload)) == nullptr;
    auto& where = is_far ? *far_ : commands_;
    where.submit(std::move(message), lane, std::move(respond));
  }

 private:
  Commands& commands_;
  const runtime::Services& near_;
  Commands* far_;
};

}  // namespace oms::process
