#pragma once

#include <cstdint>
#include <string>

namespace tessera {

/// How often the accounts of a segment chose one thing: a channel, a kind of content, a product, a theme. Shares are of
/// accounts whose choice is known. Of a history or feedback the share is the mean of its accounts' own shares, with
/// Student's interval; else it is a share of accounts, with Wilson's.
struct Affinity {
  std::int32_t segment = 0;
  std::string affinity;    ///< line of [affinity], or the theme of a source of feedback ("feedback.theme")
  std::string seniority;   ///< of the highest contact; empty: all accounts
  std::string choice;      ///< the 20 commonest of the whole are told
  std::int64_t count = 0;  ///< accounts that chose it (of shares: among other things)
  std::int64_t known = 0;  ///< accounts whose choice is known
  double share = 0.0, low = 0.0, high = 0.0;
  /// Over the whole population's share (of accounts of that seniority), which is taken as known.
  double lift = 0.0, lift_low = 0.0, lift_high = 0.0;
  /// What the segment is best reached with: of the choices that at least 30 of its accounts made and that are surely
  /// commoner here (lift_low above 1), the one that tells most (share · log lift). At most one an affinity; none by
  /// seniority.
  bool is_preferred = false;
};

}  // namespace tessera
