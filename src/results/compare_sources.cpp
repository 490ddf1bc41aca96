#include <algorithm>

#include "tessera/results.hpp"

namespace tessera {

std::vector<ComparedSource> compare_sources(const std::string& earlier_path, const std::string& later_path) {
  const std::vector<Freshness> earlier = read_summary(earlier_path).freshness;
  const std::vector<Freshness> later = read_summary(later_path).freshness;
  std::vector<ComparedSource> compared;
  for (const Freshness& now : later) {
    const auto before = std::ranges::find(earlier, now.source, &Freshness::source);
    SourceChange change = SourceChange::kNew;
    if (before != earlier.end())
      change = before->content_hash == now.content_hash ? SourceChange::kSameBytes : SourceChange::kOtherBytes;
    compared.push_back({now.source, change});
  }
  for (const Freshness& before : earlier) {
    if (std::ranges::find(later, before.source, &Freshness::source) == later.end())
      compared.push_back({before.source, SourceChange::kGone});
  }
  return compared;
}

}  // namespace tessera
