#include "runtime/questions.h"

#include <exception>
#include <memory>

#include "runtime/orders_over.h"
#include "runtime/working_set.h"

namespace oms::runtime {
namespace {

// One after the other: none asks more than one today.
struct Enquiry : std::enable_shared_from_this<Enquiry> {
  Enquiry(Peers& asked, std::vector<Question> open,
          std::function<void(Result<std::vector<Answer>>)> then)
      : peers(asked), questions(std::move(open)), heard(std::move(then)) {}

  void go_on() {
    if (answers.size() == questions.size()) return heard(std::move(answers));
    peers.ask(questions[answers.size()], [self = shared_from_this()](Result<Answer> answer) {
      if (!answer) return self->heard(std::unexpected(std::move(answer).error()));
      self->answers.push_back(*std::move(answer));
      self->go_on();
    });
  }

  Peers& peers;
  std::vector<Question> questions;
  std::vector<Answer> answers;
  std::function<void(Result<std::vector<Answer>>)> heard;
};

// One after the other. What cannot be read, for a newer version has written it, is found as newer.
Look look_by(Reader& reader) {
  return [&reader](std::span<const Key> keys) -> Result<std::vector<Found>> {
    std::vector<Found> all;
    all.reserve(keys.size());
    for (const auto& key : keys) {
      auto found = reader.get(key);
      if (!found && found.error().kind != ErrorKind::unavailable) {
        return std::unexpected(std::move(found).error());
      }
      all.push_back(found ? *std::move(found) : Found{.is_newer = true});
    }
    return all;
  };
}

}  // namespace

bool OpenQuestions::begin(std::size_t max) {
  const std::scoped_lock lock{mutex_};
  if (count_ >= max) return false;
  ++count_;
  return true;
}

void OpenQuestions::end() {
  const std::scoped_lock lock{mutex_};
  if (--count_ == 0) ended_.notify_all();
}

void OpenQuestions::wait() {
  std::unique_lock lock{mutex_};
  ended_.wait(lock, [this] { return count_ == 0; });
}

std::vector<Question> questions_to_peers(const Services& services, const Message& message) {
  const auto* service = services.named(destination(message.payload));
  if (service == nullptr) return {};
  auto questions = service->questions(message);
  std::erase_if(questions, [&](const Question& question) {
    return services.named(asked(question)) != nullptr;
  });
  return questions;
}

void ask_peers(Peers& peers, std::vector<Question> questions,
               std::function<void(Result<std::vector<Answer>>)> heard) {
  std::make_shared<Enquiry>(peers, std::move(questions), std::move(heard))->go_on();
}

Result<Answer> answer_peer(const Services& services, Reader& reader, const Question& question) {
  const auto* service = services.named(asked(question));
  if (service == nullptr) return fail(ErrorKind::not_found, "the service asked is not here");
  if (const auto* which = std::get_if<WhichAreOver>(&question)) {
    OMS_TRY(auto over, orders_over(*service, which->ids, look_by(reader)));
    return AreOver{.ids = std::move(over)};
  }
  try {
    WorkingSet records;
    Keys keys;
    service->needs(question, keys);
    for (const auto& key : keys) {
      OMS_TRY(auto found, reader.get(key));
      records.put(key, std::move(found));
    }
    return service->answer(question, records);
  } catch (const std::exception& problem) {
    return fail(ErrorKind::invalid, problem.what());
  }
}

}  // namespace oms::runtime
