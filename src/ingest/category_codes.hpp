#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ingest/column_plan.hpp"
#include "ingest/row_packing.hpp"
#include "ingest/typed_reader.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {

/// The spellings of one column as every reader of every rank has numbered them.
struct Dictionaries {
  std::vector<std::size_t> first_reader;            ///< by rank: where its readers begin
  std::vector<std::vector<std::string>> spellings;  ///< by reader, by code
};

/// Collective. Brings them to all ranks.
[[nodiscard]] Dictionaries gather_dictionaries(const parallel::Communicator& comm,
                                               const std::vector<TypedReader>& readers, std::size_t column);

/// All that are not missing, sorted, each once.
[[nodiscard]] std::vector<std::string> distinct_spellings(const Dictionaries& dictionaries);

/// What the readers' codes of one column are in its settled plan.
struct CodeMap {
  std::vector<std::size_t> first_reader;         ///< by rank
  std::vector<std::vector<std::int32_t>> codes;  ///< by reader, by the reader's code
};
[[nodiscard]] CodeMap code_map(const Dictionaries& dictionaries, const ColumnPlan& settled);

/// Gives arrived codes their places in the settled plan, run by run.
void renumber(const CodeMap& map, const std::vector<CodeRun>& runs, std::vector<std::int32_t>& codes);

}  // namespace tessera::intake
