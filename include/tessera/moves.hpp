#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tessera/kpis.hpp"

namespace tessera {

/// Accounts of both nights that went from one segment to another, by why they did.
///
/// For each of them three segments of the level are known: o, in which it was last night; n, in which it is tonight;
/// and x, in which last night's model puts it by tonight's data. Ids tell which of last night's segments tonight's are.
/// An account moved if n is not o. Then it did so for
/// - its own data: last night's model would have moved it just so, x is n;
/// - the model: by its own data it would have stayed, x is o. If the job asks for other segments than last night's did
///   (criteria, features, scale, k, …) that is the reason, else that the centres moved;
/// - both: x is neither.
/// Where x cannot be told, nobody knows, unless the job says so: then it counts as the job's.
struct MoveCount {
  Level level = Level::kCore;
  std::string from;      ///< id of last night's segment
  std::int32_t to = -1;  ///< row of tonight's segments table; −1: in none of the level
  std::int64_t own_data = 0, centres = 0, job = 0, both = 0, unknown = 0;
  [[nodiscard]] std::int64_t accounts() const noexcept { return own_data + centres + job + both + unknown; }
};

}  // namespace tessera
