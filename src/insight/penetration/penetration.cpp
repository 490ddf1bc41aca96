#include "insight/penetration/penetration.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include "core/special_numbers.hpp"
#include "core/statistics.hpp"
#include "insight/cells.hpp"
#include "insight/numbers/moments_by_segment.hpp"

namespace tessera::insight {

namespace {

constexpr std::int64_t kFewestAccounts = 30, kFewestCustomers = 30;
constexpr std::size_t kFewestSegments = 4;

double penetration_of(std::int64_t customers, std::int64_t accounts) {
  return accounts == 0 ? kNaN : static_cast<double>(customers) / static_cast<double>(accounts);
}

/// Upper quartile by linear interpolation (type 7).
double upper_quartile(std::vector<double> shares) {
  std::ranges::sort(shares);
  const double place = 0.75 * (static_cast<double>(shares.size()) - 1.0);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= shares.size()) return shares.back();
  return shares[below] + (place - static_cast<double>(below)) * (shares[below + 1] - shares[below]);
}

/// The penetration of comparable segments, by level and parent and by level alone.
class References {
 public:
  References(const std::vector<Segment>& segments, double whole) : whole_(whole) {
    for (const Segment& segment : segments) {
      if (segment.accounts < kFewestAccounts) continue;
      const double share = penetration_of(segment.customers, segment.accounts);
      siblings_[{segment.level, segment.parent}].push_back(share);
      level_[segment.level].push_back(share);
    }
  }

  void set(const Segment& segment, Penetration& row) const {
    const auto siblings = siblings_.find({segment.level, segment.parent});
    const auto level = level_.find(segment.level);
    if (siblings != siblings_.end() && siblings->second.size() >= kFewestSegments) {
      set(siblings->second, row);
    } else if (level != level_.end() && level->second.size() >= kFewestSegments) {
      set(level->second, row);
    } else {
      row.reference = whole_;
    }
  }

 private:
  static void set(const std::vector<double>& shares, Penetration& row) {
    row.reference = upper_quartile(shares);
    row.compared_with = static_cast<std::int32_t>(shares.size());
  }

  std::map<std::pair<Level, std::int32_t>, std::vector<double>> siblings_;
  std::map<Level, std::vector<double>> level_;
  double whole_;
};

/// The value of customers; NaN elsewhere.
std::vector<double> customers_value(const AccountTable& accounts, const ValueSpec& value,
                                    const std::vector<std::int8_t>& is_customer, const Membership& members) {
  constexpr std::array kNumber{ColumnType::kNumber};
  std::vector<double> values = numbers_of(column_of(accounts, value.column, "[value] column", kNumber), members.rows);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (is_customer[members.rows[i]] != 1) values[i] = kNaN;
  return values;
}

void set_worth(const parallel::Moments& own, const parallel::Moments& whole, Penetration& row) {
  const parallel::Moments& values = own.count >= kFewestCustomers ? own : whole;
  row.customers_value = own.sum;
  row.customer_value = values.mean;
  const statistics::Interval value = statistics::mean_interval(values.mean, values.squares, values.count);
  const auto accounts = static_cast<double>(row.customers + row.prospects);
  row.worth = row.white_space * values.mean;
  row.worth_low = std::max(0.0, row.reference - row.high) * accounts * value.low;
  row.worth_high = std::max(0.0, row.reference - row.low) * accounts * value.high;
}

}  // namespace

std::vector<Penetration> measure_penetration(const parallel::Communicator& comm, const AccountTable& accounts,
                                             const ValueSpec& value, Population population, const Membership& members,
                                             const std::vector<Segment>& segments) {
  if (value.customer.empty() || population != Population::kAll) return {};
  constexpr std::array kFlag{ColumnType::kFlag};
  const auto& is_customer =
      std::get<FlagColumn>(column_of(accounts, value.customer, "[value] customer", kFlag).data).values;
  std::vector<parallel::Moments> values;
  if (!value.column.empty())
    values = moments_by_segment(comm, customers_value(accounts, value, is_customer, members), members);
  std::array<std::int64_t, 2> whole{0, static_cast<std::int64_t>(members.rows.size())};
  for (const std::uint32_t row : members.rows) whole[0] += is_customer[row] == 1 ? 1 : 0;
  comm.all_reduce<parallel::Reduce::kSum>(std::span<std::int64_t>(whole));

  const References references(segments, penetration_of(whole[0], whole[1]));
  std::vector<Penetration> rows(segments.size());
  for (std::size_t s = 0; s < segments.size(); ++s) {
    Penetration& row = rows[s];
    row.segment = static_cast<std::int32_t>(s);
    row.customers = segments[s].customers;
    row.prospects = segments[s].prospects;
    row.share = penetration_of(row.customers, segments[s].accounts);
    const auto [low, high] = statistics::wilson_interval(row.customers, segments[s].accounts);
    row.low = low;
    row.high = high;
    references.set(segments[s], row);
    row.white_space = segments[s].accounts == 0
                          ? 0.0
                          : std::max(0.0, row.reference - row.share) * static_cast<double>(segments[s].accounts);
    row.customer_value = row.customers_value = row.worth = row.worth_low = row.worth_high = kNaN;
    row.companies = row.spend = row.share_of_companies = row.share_of_spend = kNaN;
    if (!values.empty()) set_worth(values[s], values.back(), row);
  }
  return rows;
}

}  // namespace tessera::insight
