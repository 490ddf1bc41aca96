#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <string_view>
#include <utility>

#include "insight/words.hpp"
#include "tessera/compare.hpp"
#include "tessera/errors.hpp"
#include "tessera/publish.hpp"

namespace tessera {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFewestAccounts = 30;
constexpr double kHalf = 0.5, kQuarter = 0.25, kMostStay = 0.8, kClear = 0.05;
constexpr std::size_t kRunning = 5;

struct NightFile {
  std::string path;
  ResultsSummary summary;
};

bool may_be_a_night(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename().string();
  return !entry.is_symlink() && entry.is_regular_file() && name.ends_with(".h5") && !name.ends_with(".held.h5");
}

/// Files that may be nights, those that a manifest tells of first (a baseline is a copy), then by name.
std::vector<std::string> files_beside(const fs::path& results) {
  std::vector<std::pair<bool, std::string>> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(results.parent_path())) {
    if (!may_be_a_night(entry) || entry.path() == results) continue;
    const std::string path = entry.path().string();
    files.emplace_back(!fs::exists(night_files(path).manifest), path);
  }
  std::ranges::sort(files);
  std::vector<std::string> paths;
  paths.reserve(files.size());
  for (auto& [has_no_manifest, path] : files) paths.push_back(std::move(path));
  return paths;
}

/// The published nights of the job beside `later`, from `since` to its own, by date. What is no results file is none.
std::vector<NightFile> nights_beside(const std::string& later, const std::string& since) {
  const ResultsSummary last = read_summary(later);
  const fs::path real = fs::weakly_canonical(later);
  std::map<std::string, NightFile> nights;
  for (const std::string& path : files_beside(real)) {
    try {
      ResultsSummary summary = read_summary(path);
      const std::string night = summary.night;
      const bool is_of_the_job = summary.job_name == last.job_name && summary.scored_by.empty();
      if (night >= since && night < last.night && is_of_the_job)
        nights.try_emplace(night, NightFile{path, std::move(summary)});
    } catch (const Error&) {
      continue;
    }
  }
  std::vector<NightFile> ordered;
  ordered.reserve(nights.size() + 1);
  for (auto& [night, file] : nights) ordered.push_back(std::move(file));
  ordered.push_back({real.string(), last});
  return ordered;
}

/// Accounts of the segment by night; −1: it was not there.
std::vector<std::int64_t> sizes(const std::vector<NightFile>& nights, const std::string& segmentation,
                                const SegmentChange& change, Level level) {
  std::vector<std::int64_t> accounts;
  for (const NightFile& night : nights) {
    accounts.push_back(-1);
    for (const auto& one : night.summary.segmentations)
      if (one.name == segmentation)
        for (const Segment& segment : one.insight.segments)
          if (segment.level == level && segment.id == change.id) accounts.back() = segment.accounts;
  }
  // One that was away for a while and came back under another id is the same by its accounts.
  if (change.now >= 0) accounts.back() = change.accounts_now;
  return accounts;
}

double change_of(double then, double now) {
  return then > 0.0 ? (now - then) / then : 0.0;
}

std::string percent(double change) {
  return fmt::format("{} {}", words::share_in_words(std::fabs(change)), change < 0.0 ? "fewer" : "more");
}

bool falls_at_the_end(const std::vector<std::int64_t>& accounts) {
  if (accounts.size() <= kRunning) return false;
  for (std::size_t i = accounts.size() - kRunning; i < accounts.size(); ++i)
    if (accounts[i] < 0 || accounts[i] >= accounts[i - 1]) return false;
  return true;
}

/// Why to watch a segment that both nights have.
std::vector<std::string> concerns(const SegmentChange& change, const SegmentReview& review,
                                  const std::vector<KpiDrift>& kpis) {
  std::vector<std::string> reasons;
  const double accounts =
      change_of(static_cast<double>(change.accounts_then), static_cast<double>(change.accounts_now));
  const double value = change_of(change.value_then, change.value_now);
  if (std::fabs(accounts) >= kQuarter) reasons.push_back(fmt::format("{} accounts than at first", percent(accounts)));
  if (std::fabs(value) >= kQuarter)
    reasons.push_back(fmt::format("its value has {} by {}", value < 0.0 ? "fallen" : "risen",
                                  words::share_in_words(std::fabs(value))));
  const double stayed =
      static_cast<double>(change.stayed) / static_cast<double>(std::max<std::int64_t>(1, change.accounts_then));
  if (stayed < kMostStay)
    reasons.push_back(fmt::format("only {} of its accounts stayed", words::share_in_words(stayed)));
  for (const KpiDrift& kpi : kpis)
    if (kpi.segment == change.now && kpi.q_value < kClear)
      reasons.push_back(fmt::format("{} went from {} to {}", kpi.kpi, words::number_in_words(kpi.then.estimate),
                                    words::number_in_words(kpi.now.estimate)));
  if (falls_at_the_end(review.accounts)) reasons.push_back("it loses accounts night after night");
  return reasons;
}

/// Why to give a segment up that both nights have; empty: there is no reason.
std::string end_of(const SegmentChange& change) {
  const double accounts =
      change_of(static_cast<double>(change.accounts_then), static_cast<double>(change.accounts_now));
  const bool lost_value = change.value_then <= 0.0 || change_of(change.value_then, change.value_now) <= -kHalf;
  if (change.accounts_now < kFewestAccounts)
    return fmt::format("{} accounts are too few to tell anything from", change.accounts_now);
  return accounts <= -kHalf && lost_value ? "half or more of its accounts and of its value are lost" : "";
}

void advise(const SegmentChange& change, const std::vector<KpiDrift>& kpis, SegmentReview& review) {
  const bool is_linked = !change.other.empty();
  if (change.then < 0) {
    review.advice = Advice::kNew;
    review.reasons = {is_linked ? "split from " + change.other : "its accounts are new, or come from many segments"};
  } else if (change.now < 0) {
    review.advice = Advice::kRetire;
    review.reasons = {is_linked ? "it has gone into " + change.other : "it is gone; its accounts left, or scattered"};
  } else if (std::string end = end_of(change); !end.empty()) {
    review.advice = Advice::kRetire;
    review.reasons = {std::move(end)};
  } else {
    review.reasons = concerns(change, review, kpis);
    review.advice = review.reasons.empty() ? Advice::kKeep : Advice::kWatch;
  }
}

}  // namespace

NightsReview review_nights(const std::string& later, const std::string& since) {
  const std::vector<NightFile> nights = nights_beside(later, since);
  if (nights.size() < 2)
    throw Error(
        ExitCode::kUsage,
        fmt::format("beside {} there is no earlier night of the same job since {}; a review needs two", later, since));
  NightsReview result;
  for (const NightFile& night : nights) result.nights.push_back(night.summary.night);
  result.comparison = compare_nights({nights.front().path, ""}, {nights.back().path, ""});
  for (const ComparedDesigns& designs : result.comparison.designs)
    for (const SegmentChange& change : designs.ledger) {
      SegmentReview review{designs.now_name, change.id, change.name, Advice::kKeep, {}, {}};
      review.accounts = sizes(nights, designs.now_name, change, designs.compared.level);
      advise(change, designs.drift.kpis, review);
      result.segments.push_back(std::move(review));
    }
  return result;
}

}  // namespace tessera
