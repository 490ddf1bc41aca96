#pragma once

#include <vector>

#include "tessera/account_table.hpp"
#include "tessera/context.hpp"
#include "tessera/evolve.hpp"
#include "tessera/job.hpp"
#include "tessera/moves.hpp"
#include "tessera/results.hpp"
#include "tessera/stored_model.hpp"

namespace tessera {

/// Why accounts of both nights are in other segments than last night: see MoveCount. `before` are the models of the
/// very file that `last` was read from; tonight's segments have their ids. Collective; the same on every rank.
[[nodiscard]] std::vector<MoveCount> move_reasons(const Context& context, const Job& job, const AccountTable& accounts,
                                                  const StoredModels& before, const LastNight& last,
                                                  const SegmentationResult& tonight);

}  // namespace tessera
