#include "job/nearest.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <vector>

namespace tessera {

namespace {

constexpr std::size_t kMostEdits = 3;

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Three rows of the table are enough: a swap looks two rows back.
std::size_t edits(std::string_view from, std::string_view to) {
  std::array<std::vector<std::size_t>, 3> rows;
  for (auto& row : rows) row.resize(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& two_above = rows[(i + 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const char a = lower(from[i - 1]);
      const char b = lower(to[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a == b ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && a == lower(to[j - 2]) && lower(from[i - 2]) == b;
      if (swapped) row[j] = std::min(row[j], two_above[j - 2] + 1);
    }
  }
  return rows[from.size() % 3][to.size()];
}

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string> known) {
  std::string best;
  std::size_t best_edits = kMostEdits + 1;
  for (const std::string& candidate : known) {
    const std::size_t shorter = std::min(word.size(), candidate.size());
    const std::size_t longer = std::max(word.size(), candidate.size());
    // A length that differs by more than the edits allowed cannot be near, so a hostile word of megabytes costs
    // nothing.
    if (longer - shorter > kMostEdits) continue;
    const std::size_t allowed = std::min(kMostEdits, std::max<std::size_t>(1, longer / 3));
    const std::size_t distance = edits(word, candidate);
    if (distance <= allowed && distance < longer && distance < best_edits) {
      best = candidate;
      best_edits = distance;
    }
  }
  return best;
}

}  // namespace tessera
