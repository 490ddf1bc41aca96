#pragma once

#include <string>

#include "tessera/account_table.hpp"
#include "tessera/job.hpp"
#include "tessera/stored_model.hpp"

namespace tessera {

/// Whether a segmentation goes on from last night's model.
struct StartPlan {
  const StoredModel* model = nullptr;     ///< null: a fresh start
  const StoredModel* possible = nullptr;  ///< the model that could be gone on from, even if a fresh start is due
  std::string why;                        ///< a sentence
};

/// Not collective; the same on every rank. `accounts`: null where the sources have not been read yet, and are taken to
/// have last night's columns. `before`: null on the first night.
[[nodiscard]] StartPlan plan_start(const Job& job, const SegmentationSpec& spec, const AccountTable* accounts,
                                   const StoredModels* before, const std::string& night);

}  // namespace tessera
