#pragma once

#include <string>
#include <string_view>

#include "process/settings_load.h"
#include "process/settings_table.h"

namespace oms::process {

// Settings while they are being collected. What comes first wins, so the strongest source is put
// first; but whatever a weaker one says is read too, for its mistakes are to be told as well.
class SettingsDraft {
 public:
  void put(const Setting& setting, std::string_view text, const std::string& origin);
  void complain(std::string where, std::string what);
  // About a setting, wherever it comes from.
  void complain_about(std::string_view name, std::string what);

  const Settings& settings() const { return loaded_.settings; }
  std::expected<Loaded, Problems> finish() &&;

 private:
  Loaded loaded_;
  Problems problems_;
};

// What may have been meant by a name that is not known, as the end of a sentence: ", did you mean
// cooks?" or just the full stop.
// `spell` gives a setting's name as this source spells it.
std::string did_you_mean(std::string_view unknown, std::string (*spell)(const Setting&));

// Puts what the file says. A file that is not there is a problem.
void read_toml_file(const std::string& path, bool is_in_data_folder, SettingsDraft& draft);

// Puts what the variables say, all that begin with OMS_.
void read_environment(const std::vector<std::string>& environment, SettingsDraft& draft);

// What no setting shows by itself: whether they fit each other.
void check_together(const Settings& settings, SettingsDraft& draft);

}  // namespace oms::process
