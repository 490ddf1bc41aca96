#pragma once

#include <string>
#include <vector>

#include "tessera/ingest.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// Adds a mistake for each entry of [privacy] sensitive that is no column, or is used where its values would show: as a
/// macro criterion, a value or a KPI, folded by a history, merged by spellings that the job holds, or as ids that are
/// written as they are.
void check_sensitive(const Job& job, const std::vector<SourceHead>& heads, std::vector<std::string>& mistakes);

/// By source, whether the text of its quarantined rows is withheld: a row that is cut wrongly shows any of its columns
/// in any other's place, so where one of them is not for everybody's eyes, none is shown.
[[nodiscard]] std::vector<bool> withheld_sources(const Job& job, const std::vector<SourceHead>& heads);

/// Marks the accounts' columns that the job calls sensitive and, where ids are to be pseudonyms, those that hold them.
void mark_sensitive(const Job& job, AccountTable& accounts);

}  // namespace tessera::intake
