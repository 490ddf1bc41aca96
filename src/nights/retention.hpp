#pragma once

#include <string>
#include <vector>

namespace tessera::nights {

/// What [output] keep says, and what has to stay whatever it says.
struct Retention {
  int keep_nights = 0;
  std::string job;                 ///< whose nights
  std::vector<std::string> stays;  ///< results that something refers to; links count as what they lead to
};

/// Of published nights (ISO dates, in any order) those that may go: neither among the `keep` newest nor the last of
/// their month.
[[nodiscard]] std::vector<std::string> nights_to_remove(std::vector<std::string> nights, int keep);

/// Removes the nights of the job beside `results_path` that may go: their results, metrics and, last, their manifest.
/// Only what a manifest tells of is known to be ours; `results_path` itself, which was published a moment ago, what
/// latest.h5 leads to, held results and a night that somebody works on stay. A lock whose owner has ended keeps
/// nothing. Returns the nights removed, and adds what could not be to `trouble`.
std::vector<std::string> remove_old_nights(const std::string& results_path, const Retention& retention,
                                           std::vector<std::string>& trouble);

}  // namespace tessera::nights
