#include "adapters/files/export.h"

#include <algorithm>
#include <fstream>
#include <vector>

#include "adapters/files/notice_file.h"
#include "adapters/mail/mail.h"
#include "codec/json_read.h"

namespace oms {
namespace {

namespace fs = std::filesystem;
using namespace files;

std::unexpected<Error> cannot(std::string_view what, const fs::path& path) {
  return fail(ErrorKind::unavailable, std::string{what} + " " + path.string());
}

// The finished file appears at once or not at all, so that what exists is known to be whole.
Result<void> write_file(const fs::path& path, std::string_view text) {
  const fs::path draft = path.string() + ".part";
  std::ofstream file{draft, std::ios::binary | std::ios::trunc};
  file << text;
  file.close();
  std::error_code error;
  if (file) fs::rename(draft, path, error);
  if (!file || error) return cannot("cannot write", path);
  return {};
}

std::string write_text(const NoticeLine& notice) {
  std::string address = notice.address;
  std::erase_if(address, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  return "To: " + address + "\n\n" + notice.text + "\n";
}

std::optional<std::string> write_mail(const NoticeLine& notice, const std::string& from) {
  return mail::write_mail({.from = from,
                           .name = notice.name,
                           .address = notice.address,
                           .subject = notice.subject,
                           .text = notice.text,
                           .id = notice.key,
                           .date = parse_time(notice.at).value_or(Time{})});
}

class Exporter {
 public:
  Exporter(fs::path out_folder, std::string from)
      : out_folder_(std::move(out_folder)), from_(std::move(from)) {}

  Result<void> export_day(const fs::path& path) {
    std::ifstream file{path, std::ios::binary};
    std::string line;
    while (std::getline(file, line)) {
      if (file.eof()) break;  // no line end: it is just being written
      OMS_CHECK(export_line(line));
    }
    if (file.bad() || !file.eof()) return cannot("cannot read", path);
    return {};
  }

  const ExportCounts& counts() const { return counts_; }

 private:
  Result<void> export_line(std::string_view line) {
    const auto notice = read_json<NoticeLine>(line, Reading::lenient);
    if (!notice || notice->key.empty()) {
      ++counts_.unreadable;
      return {};
    }
    const bool is_mail = notice->channel == Channel::email;
    const auto path = out_folder_ / (mail::safe_name(notice->key) + (is_mail ? ".eml" : ".txt"));
    if (std::error_code error; fs::exists(path, error)) {
      ++counts_.repeated;
      return {};
    }
    const auto text = is_mail ? write_mail(*notice, from_) : write_text(*notice);
    if (!text) {
      ++counts_.no_address;
      return {};
    }
    OMS_CHECK(write_file(path, *text));
    ++(is_mail ? counts_.mails : counts_.texts);
    return {};
  }

  const fs::path out_folder_;
  const std::string from_;
  ExportCounts counts_;
};

}  // namespace

Result<ExportCounts> export_eml(const fs::path& data_folder, const fs::path& out_folder,
                                const std::string& from) {
  std::error_code error;
  fs::create_directories(out_folder, error);
  if (error) return cannot("cannot make", out_folder);
  OMS_TRY(const auto found, day_files(data_folder / folder_name));
  Exporter exporter{out_folder, from};
  for (const auto& day : found) OMS_CHECK(exporter.export_day(day));
  return exporter.counts();
}

}  // namespace oms
