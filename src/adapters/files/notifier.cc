#include "adapters/files/notifier.h"

#include <pthread.h>

#include <utility>

#include "adapters/files/notice_file.h"
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

void FileNotifier::run() {
  while (true) {
    std::vector<Job> jobs;
    {
      std::unique_lock lock{mutex_};
      arrived_.wait(lock, [this] { return is_closed_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      std::swap(jobs, waiting_);
    }
    const auto result = keep(jobs) ? NoticeResult::sent : NoticeResult::failed;
    for (auto& job : jobs) job.done(result);
  }
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
