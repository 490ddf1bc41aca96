#include "insight/affinity/affinities.hpp"

#include <cstddef>
#include <span>

#include "core/elementary.hpp"
#include "core/special_numbers.hpp"
#include "insight/affinity/share_table.hpp"

namespace tessera::insight {

namespace {

constexpr std::int64_t kFewestToPrefer = 30;

/// The rows of one segment and part; none where nothing is known.
void append(const ShareTable& table, std::size_t segment, std::size_t part, std::size_t whole, const Affinity& like,
            std::vector<Affinity>& rows) {
  for (std::size_t label = 0; label < table.labels.size(); ++label) {
    const ShareTable::Cell& cell = table.at(segment, part, label);
    if (cell.known == 0) return;
    Affinity& row = rows.emplace_back(like);
    row.choice = table.labels[label];
    row.count = cell.count;
    row.known = cell.known;
    row.share = cell.share;
    row.low = cell.interval.low;
    row.high = cell.interval.high;
    const double usual = table.at(whole, part, label).share;
    row.lift = usual > 0.0 ? row.share / usual : kNaN;
    row.lift_low = usual > 0.0 ? row.low / usual : kNaN;
    row.lift_high = usual > 0.0 ? row.high / usual : kNaN;
  }
}

void mark_preferred(std::span<Affinity> rows) {
  Affinity* best = nullptr;
  double most = 0.0;
  for (Affinity& row : rows) {
    if (!(row.lift_low > 1.0) || row.count < kFewestToPrefer) continue;
    const double tells = row.share * portable_log(row.lift);
    if (tells <= most) continue;
    most = tells;
    best = &row;
  }
  if (best != nullptr) best->is_preferred = true;
}

/// Rows of the segments table before the first micro segment.
std::size_t end_of_cores(const Membership& members) {
  std::size_t end = 0;
  for (const LevelMembers& level : members.levels)
    if (level.level != Level::kMicro)
      end = static_cast<std::size_t>(level.first) + static_cast<std::size_t>(level.n_segments);
  return end;
}

}  // namespace

std::vector<Affinity> measure_affinities(const parallel::Communicator& comm, const AccountTable& accounts,
                                         const Job& job, const Membership& members) {
  const std::vector<Choices> all = choices_of(accounts, job, members);
  if (all.empty()) return {};
  const Choices seniorities = seniorities_of(accounts, job, members);
  const Parts together{nullptr, 1, static_cast<std::size_t>(members.n_segments)};
  const Parts apart{&seniorities.codes, seniorities.labels.size(), end_of_cores(members)};
  std::vector<ShareTable> tables, by_seniority;
  tables.reserve(all.size());
  by_seniority.reserve(all.size());
  for (const Choices& choices : all) {
    tables.push_back(share_table(comm, choices, together, members));
    if (apart.n > 0) by_seniority.push_back(share_table(comm, choices, apart, members));
  }
  std::vector<Affinity> rows;
  for (std::size_t segment = 0; segment < together.end; ++segment)
    for (std::size_t a = 0; a < all.size(); ++a) {
      Affinity like;
      like.segment = static_cast<std::int32_t>(segment);
      like.affinity = all[a].name;
      const std::size_t first = rows.size();
      append(tables[a], segment, 0, together.end, like, rows);
      mark_preferred(std::span(rows).subspan(first));
      for (std::size_t part = 0; segment < apart.end && part < apart.n; ++part) {
        like.seniority = seniorities.labels[part];
        append(by_seniority[a], segment, part, together.end, like, rows);
      }
    }
  return rows;
}

}  // namespace tessera::insight
