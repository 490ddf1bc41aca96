#include "trial/stored_accounts.hpp"

#include <utility>
#include <variant>

#include "results/stored_table.hpp"
#include "storage/schema.hpp"

namespace tessera::trial {

namespace schema = storage::schema;
using results::refuse;
using storage::child_path;

std::vector<std::string> read_account_ids(const storage::FileReader& reader) {
  const std::string path = child_path(schema::accounts::kPath, schema::accounts::kAccountId.name);
  const storage::OwnedCells cells = reader.read(path, 0, reader.rows(path));
  std::vector<std::string> ids;
  if (const auto* texts = std::get_if<TextColumn>(&cells)) {
    for (std::size_t i = 0; i < texts->size(); ++i) ids.emplace_back(texts->at(i));
  } else if (const auto* rows = std::get_if<std::vector<std::uint64_t>>(&cells)) {
    for (const std::uint64_t row : *rows) ids.push_back(std::to_string(row));
  } else {
    refuse(path, "is no column of ids");
  }
  return ids;
}

StoredSegments read_stored_segments(const storage::FileReader& reader, ResultsSummary::Segmentation&& segmentation,
                                    std::size_t n_accounts) {
  StoredSegments stored;
  stored.name = std::move(segmentation.name);
  stored.segments = std::move(segmentation.insight.segments);
  const std::string group = child_path(schema::segmentation::kParent, stored.name);
  const results::StoredTable table(reader, child_path(group, schema::segmentation::kAssignment),
                                   schema::assignment::kMacro);
  if (table.rows() != n_accounts) refuse(group, "its assignment is not as long as /accounts");
  const std::size_t n_segments = stored.segments.size();
  stored.macro = table.references(schema::assignment::kMacro, n_segments, true);
  stored.core = table.references(schema::assignment::kCore, n_segments, true);
  stored.micro = table.references(schema::assignment::kMicro, n_segments, true);
  return stored;
}

}  // namespace tessera::trial
