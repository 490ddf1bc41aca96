#include "insight/penetration/expected_returns.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <variant>

#include "core/special_numbers.hpp"
#include "core/statistics.hpp"
#include "insight/cells.hpp"
#include "insight/numbers/moments_by_segment.hpp"

namespace tessera::insight {

namespace {

constexpr std::int64_t kFewestContacted = 30;

/// By population row; NaN where nobody was contacted.
struct Contacts {
  std::vector<double> responded;  ///< 0 or 1
  std::vector<double> revenue;    ///< of those who responded, else NaN
  std::vector<double> brought;    ///< revenue − cost
};

/// The columns of [trial] results, which are those of its source.
class Campaign {
 public:
  Campaign(const AccountTable& accounts, const TrialSpec::Results& results) : accounts_(accounts), results_(results) {}

  [[nodiscard]] bool has_returns() const {
    return find(results_.sent) != nullptr && find(results_.response) != nullptr && find(results_.revenue) != nullptr;
  }

  [[nodiscard]] Contacts contacts(const Membership& members) const {
    const std::vector<double> responded = numbers(results_.response, members);
    const std::vector<double> revenue = numbers(results_.revenue, members);
    const std::vector<double> cost = numbers(results_.cost, members);
    Contacts contacts;
    for (std::size_t i = 0; i < members.rows.size(); ++i) {
      const bool sent = was_sent(members.rows[i]);
      const bool answer = responded[i] == 1.0;
      const double earned = answer && !std::isnan(revenue[i]) ? revenue[i] : 0.0;
      contacts.responded.push_back(!sent ? kNaN : answer ? 1.0 : 0.0);
      contacts.revenue.push_back(sent && answer ? earned : kNaN);
      contacts.brought.push_back(sent ? earned - (std::isnan(cost[i]) ? 0.0 : cost[i]) : kNaN);
    }
    return contacts;
  }

 private:
  [[nodiscard]] const Column* find(const ColumnRef& ref) const {
    return ref.empty() ? nullptr : accounts_.find(results_.source + "." + ref.text);
  }
  /// NaN throughout where there is no such column.
  [[nodiscard]] std::vector<double> numbers(const ColumnRef& ref, const Membership& members) const {
    const Column* column = find(ref);
    if (column == nullptr || (column->type != ColumnType::kNumber && column->type != ColumnType::kFlag))
      return std::vector<double>(members.rows.size(), kNaN);
    return numbers_of(*column, members.rows);
  }
  [[nodiscard]] bool was_sent(std::uint32_t row) const {
    return std::visit([row](const auto& cells) { return says_sent(cells, row); }, find(results_.sent)->data);
  }
  static bool says_sent(const DateColumn& column, std::uint32_t row) { return column.days[row] != kMissingDate; }
  static bool says_sent(const FlagColumn& column, std::uint32_t row) { return column.values[row] == 1; }
  static bool says_sent(const NumberColumn& column, std::uint32_t row) { return !std::isnan(column.values[row]); }
  static bool says_sent(const CategoryColumn& column, std::uint32_t row) { return column.codes[row] >= 0; }
  static bool says_sent(const TextColumn& column, std::uint32_t row) { return !column.at(row).empty(); }

  const AccountTable& accounts_;
  const TrialSpec::Results& results_;
};

}  // namespace

std::vector<ExpectedReturn> measure_returns(const parallel::Communicator& comm, const AccountTable& accounts,
                                            const Job& job, const Membership& members) {
  if (!job.trial || !job.trial->results) return {};
  const Campaign campaign(accounts, *job.trial->results);
  if (!campaign.has_returns()) return {};
  const Contacts contacts = campaign.contacts(members);
  const std::vector<parallel::Moments> responded = moments_by_segment(comm, contacts.responded, members);
  const std::vector<parallel::Moments> revenue = moments_by_segment(comm, contacts.revenue, members);
  const std::vector<parallel::Moments> brought = moments_by_segment(comm, contacts.brought, members);
  std::vector<ExpectedReturn> rows(static_cast<std::size_t>(members.n_segments));
  for (std::size_t s = 0; s < rows.size(); ++s) {
    ExpectedReturn& row = rows[s];
    row.segment = static_cast<std::int32_t>(s);
    row.contacted = responded[s].count;
    row.responses = static_cast<std::int64_t>(responded[s].sum);
    row.response_rate = responded[s].mean;
    const statistics::Interval rate = statistics::wilson_interval(row.responses, row.contacted);
    row.rate_low = rate.low;
    row.rate_high = rate.high;
    row.value_per_response = revenue[s].mean;
    row.a_contact = brought[s].mean;
    const statistics::Interval gain = statistics::mean_interval(brought[s].mean, brought[s].squares, brought[s].count);
    row.low = gain.low;
    row.high = gain.high;
    row.too_few = row.contacted < kFewestContacted || !(row.low > 0.0 || row.high < 0.0);
  }
  return rows;
}

}  // namespace tessera::insight
