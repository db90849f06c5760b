#include "adapters/files/notifier.h"

#include "adapters/files/notice_file.h"
#include "codec/json_write.h"

namespace oms {

using namespace files;

FileNotifier::FileNotifier(const std::filesystem::path& data_folder, Clock& clock)
    : folder_(data_folder / folder_name), clock_(clock) {}

std::vector<bool> FileNotifier::send(std::span<const NoticeToSend> notices) {
  const auto at = to_text(clock_.wall());
  std::string lines;
  for (const auto& notice : notices) {
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
  if (lines.empty()) return {};
  const bool is_kept = write(lines, std::string_view{at}.substr(0, 10)).has_value();
  if (!is_kept) day_.clear();  // what was written counts for nothing: open and mend the file again
  return std::vector<bool>(notices.size(), is_kept);
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
