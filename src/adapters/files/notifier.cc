#include "adapters/files/notifier.h"

#include <pthread.h>

#include <algorithm>
#include <set>
#include <utility>

#include "adapters/files/notice_file.h"
#include "adapters/files/rewrite.h"
#include "codec/json_write.h"

namespace oms {

using namespace files;

FileNotifier::FileNotifier(const std::filesystem::path& data_folder, Clock& clock)
    : folder_(data_folder / folder_name), clock_(clock), thread_([this] { run(); }) {
  ::pthread_setname_np(thread_.native_handle(), "oms-notices");
}

FileNotifier::~FileNotifier() {
  {
    const std::scoped_lock lock{mutex_};
    is_closed_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

void FileNotifier::start(NoticeToSend notice, Done done) {
  {
    std::unique_lock lock{mutex_};
    // A disk that hangs: who has waited for long is not waited for any more, and comes again.
    if (waiting_.size() >= waiting_max) {
      lock.unlock();
      return done(NoticeResult::failed);
    }
    waiting_.push_back({.notice = std::move(notice), .done = std::move(done)});
  }
  arrived_.notify_one();
}

void FileNotifier::erase(std::vector<Id> order_ids, Erased done) {
  {
    const std::scoped_lock lock{mutex_};
    erasures_.push_back({.order_ids = std::move(order_ids), .done = std::move(done)});
  }
  arrived_.notify_one();
}

void FileNotifier::run() {
  while (true) {
    std::vector<Job> jobs;
    std::vector<Erasure> erasures;
    {
      std::unique_lock lock{mutex_};
      arrived_.wait(lock, [this] { return is_closed_ || !waiting_.empty() || !erasures_.empty(); });
      if (waiting_.empty() && erasures_.empty()) return;
      std::swap(jobs, waiting_);
      std::swap(erasures, erasures_);
    }
    if (!jobs.empty()) {
      const auto result = keep(jobs) ? NoticeResult::sent : NoticeResult::failed;
      for (auto& job : jobs) job.done(result);
    }
    for (auto& [order_ids, done] : erasures) done(erase(order_ids));
  }
}

// The days since the oldest of them: an order is told of after it was made.
Result<void> FileNotifier::erase(const std::vector<Id>& order_ids) {
  day_.clear();  // the open file may be replaced
  file_ = {};
  if (order_ids.empty()) return {};
  const auto first = to_text(made_at(std::ranges::min(order_ids))).substr(0, 10);
  const std::set<Id> erased{order_ids.begin(), order_ids.end()};
  const LineEdit edit{.is_concerned =
                          [&](std::string_view line) {
                            const auto id = order_of_line(line);
                            return id && erased.contains(*id);
                          },
                      .replace = [](std::string_view) { return std::nullopt; }};
  OMS_TRY(const auto found, day_files(folder_));
  for (const auto& path : found) {
    if (path.stem().string() >= first) OMS_CHECK(rewrite_lines(path, edit));
  }
  return {};
}

bool FileNotifier::keep(const std::vector<Job>& jobs) {
  const auto at = to_text(clock_.wall());
  std::string lines;
  for (const auto& [notice, done] : jobs) {
    const NoticeLine line{.key = notice.key,
                          .order_id = notice.order_id,
                          .kind = notice.kind,
                          .channel = notice.channel,
                          .address = notice.address,
                          .name = notice.name,
                          .subject = notice.subject,
                          .text = notice.text,
                          .at = at};
    write_json(line, lines);
    lines += '\n';
  }
  const bool is_kept = write(lines, std::string_view{at}.substr(0, 10)).has_value();
  if (!is_kept) day_.clear();  // what was written counts for nothing: reopen and repair the file
  return is_kept;
}

Result<void> FileNotifier::write(std::string_view lines, std::string_view day) {
  if (day_ != day) {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);  // if this fails, so does the next
    OMS_TRY(file_, Appender::open(folder_ / (std::string{day} + ".jsonl")));
    day_ = day;
  }
  return file_.append(lines);
}

}  // namespace oms
