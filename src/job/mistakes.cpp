#include "job/mistakes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "tessera/errors.hpp"

namespace tessera::job {

Mistakes::Mistakes(std::string file, std::vector<std::string> sets) : file_(std::move(file)), sets_(std::move(sets)) {}

void Mistakes::add(Place place, std::string what) {
  if (full()) {
    ++not_kept_;
  } else {
    found_.push_back({place, std::move(what)});
  }
}

std::string Mistakes::line(const Mistake& mistake) const {
  if (mistake.place.set >= 0) {
    const std::string set = shown(sets_[static_cast<std::size_t>(mistake.place.set)]);
    return fmt::format("--set {}: {}", std::string_view(set).substr(1, set.size() - 2), mistake.what);
  }
  return fmt::format("{}:{}:{}: {}", file_, mistake.place.line, mistake.place.column, mistake.what);
}

void Mistakes::throw_if_any() const {
  if (found_.empty()) return;
  std::vector<Mistake> sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Mistake& a, const Mistake& b) {
    return std::tie(a.place.set, a.place.line, a.place.column) < std::tie(b.place.set, b.place.line, b.place.column);
  });
  std::string message;
  for (std::size_t i = 0; i < std::min(sorted.size(), kMostShown); ++i) {
    message += fmt::format("{}{}", i == 0 ? "" : "\n", line(sorted[i]));
  }
  if (sorted.size() > kMostShown) {
    message += fmt::format("\n{}: and {} more mistakes", file_, sorted.size() - kMostShown + not_kept_);
  }
  throw Error(ExitCode::kBadJob, message);
}

void Names::claim(const std::string& name, Place place) {
  const auto [first, is_new] = first_.emplace(name, place);
  if (is_new) return;
  const int line = first->second.line;
  const std::string where = line > 0 ? fmt::format(", first on line {}", line) : "";
  mistakes_.add(place, fmt::format("{}; {}{}; expected each once", what_, shown(name), where));
}

}  // namespace tessera::job
