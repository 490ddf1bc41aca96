#pragma once

#include <vector>

#include "insight/lookalike/training.hpp"

namespace tessera::insight {

/// Every column of the accounts, and which of them likeness may go by. Collective; the same on every rank. Sensitive
/// columns are none, as what is learnt from them would leave the program with every score.
[[nodiscard]] std::vector<LikenessColumn> likeness_columns(const parallel::Communicator& comm,
                                                           const AccountTable& accounts, const Job& job,
                                                           const Training& training);

}  // namespace tessera::insight
