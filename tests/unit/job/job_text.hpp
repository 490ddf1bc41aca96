#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tessera/errors.hpp"
#include "tessera/job.hpp"

namespace tessera::test {

/// A folder of its own for one test, gone with it.
class JobFolder {
 public:
  JobFolder();
  ~JobFolder();
  JobFolder(const JobFolder&) = delete;
  JobFolder& operator=(const JobFolder&) = delete;
  /// Writes `text` to job.toml and gives its path.
  [[nodiscard]] std::string write(std::string_view text) const;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  std::string path_;
};

/// The job of a text that is right.
[[nodiscard]] Job load(std::string_view text, const std::vector<std::string>& sets = {});

/// What load_job says of a text that is wrong, a line each, the folder taken off: "job.toml:3:1: …".
[[nodiscard]] std::vector<std::string> mistakes_of(std::string_view text, const std::vector<std::string>& sets = {});

/// The least that makes a job; ten lines. Line 4 is [[source]], line 7 its key, line 8 [[segmentation]].
inline constexpr std::string_view kLeast =
    "name = \"nightly\"\n"
    "seed = 1\n"
    "\n"
    "[[source]]\n"
    "name = \"crm\"\n"
    "path = \"crm/accounts-*.csv\"\n"
    "key = \"account_id\"\n"
    "[[segmentation]]\n"
    "name = \"one\"\n"
    "features = [\"employees\"]\n"
    "k = 3\n";

/// kLeast with `before` swapped for `after`; the test fails if it is not there.
[[nodiscard]] std::string least_with(std::string_view before, std::string_view after);

}  // namespace tessera::test
