#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "tools/simulate/process.h"

namespace oms::simulate {

// The broker between services that live apart, and the way on which they ask each other. It keeps
// what it has confirmed until it is settled, and promises nothing else: messages come late, twice,
// in any order, to any process of their service, and again when nobody settles them.
class Exchange final : public Post {
 public:
  // A process of that service that lives, whichever; null if none does.
  using Find = std::function<Process*(ServiceName)>;

  Exchange(Stage& stage, Find find) : stage_(stage), find_(std::move(find)) {}

  void take(const Sender& sender, std::vector<Envelope> envelopes,
            Broker::OnConfirmed on_confirmed) override;
  void ask(const Sender& sender, const Question& question, Peers::OnAnswer on_answer) override;

 private:
  bool is_unheard(const Sender& sender, const std::vector<Envelope>& envelopes);
  bool is_confirm_lost(const std::vector<Envelope>& envelopes);
  void accept(Envelope envelope);
  void bring_in(Duration span, Envelope envelope);
  void bring(const Envelope& envelope);
  void bring_later(const Envelope& envelope);

  Stage& stage_;
  Find find_;
  std::unordered_map<Id, std::size_t> publishers_;  // of each message, the process that was first
};

}  // namespace oms::simulate
