#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "insight/membership.hpp"

namespace tessera::insight {

/// What one affinity is counted on: a choice an account, or its shares of several.
struct Choices {
  std::string name;
  std::vector<std::string> labels;
  std::vector<std::int32_t> codes;          ///< by population row, index into labels; −1: not known. Empty: shares
  std::vector<std::vector<double>> shares;  ///< by label, then by population row; NaN: not known
};

/// Those of the job's affinities and, behind them, of the themes of its feedback. Not collective. Throws
/// Error(kBadJob), the same on every rank, where a column is absent or none of categories.
[[nodiscard]] std::vector<Choices> choices_of(const AccountTable& accounts, const Job& job, const Membership& members);

/// Who is whose contact: the highest seniority that the first source of contacts with titles knows of. No labels: none.
[[nodiscard]] Choices seniorities_of(const AccountTable& accounts, const Job& job, const Membership& members);

}  // namespace tessera::insight
