#include "insight/sizes.hpp"

#include <array>
#include <cmath>

#include "insight/cells.hpp"
#include "parallel/exact_reduce.hpp"

namespace tessera::insight {

namespace {

constexpr std::array kFlag{ColumnType::kFlag};
constexpr std::array kNumber{ColumnType::kNumber};

const std::vector<std::int8_t>* flags_of(const AccountTable& accounts, const ColumnRef& ref, std::string_view role) {
  if (ref.empty()) return nullptr;
  return &std::get<FlagColumn>(column_of(accounts, ref, role, kFlag).data).values;
}

void measure_value(const parallel::Communicator& comm, const Column& column, const Membership& members,
                   std::vector<Segment>& segments) {
  std::vector<ExactSum> sums(members.table_size());
  const auto& values = std::get<NumberColumn>(column.data).values;
  for (std::size_t i = 0; i < members.rows.size(); ++i) {
    const double value = values[members.rows[i]];
    if (!std::isnan(value)) members.for_each_segment(i, [&](std::size_t segment) { sums[segment].add(value); });
  }
  parallel::all_sum(comm, sums);
  for (std::size_t s = 0; s < segments.size(); ++s) segments[s].value = sums[s].value();
}

}  // namespace

void measure_sizes(const parallel::Communicator& comm, const AccountTable& accounts, const ValueSpec& value,
                   const Membership& members, std::vector<Segment>& segments) {
  const auto* customer = flags_of(accounts, value.customer, "[value] customer");
  const auto* suppress = flags_of(accounts, value.suppress, "[value] suppress");
  std::vector<std::int64_t> counts(3 * members.table_size(), 0);
  for (std::size_t i = 0; i < members.rows.size(); ++i) {
    const std::uint32_t row = members.rows[i];
    const int is_customer = customer == nullptr || (*customer)[row] == 1 ? 1 : 0;
    const int is_contactable = suppress == nullptr || (*suppress)[row] != 1 ? 1 : 0;
    members.for_each_segment(i, [&](std::size_t segment) {
      counts[3 * segment] += 1;
      counts[3 * segment + 1] += is_customer;
      counts[3 * segment + 2] += is_contactable;
    });
  }
  comm.all_reduce<parallel::Reduce::kSum>(std::span(counts));
  for (std::size_t s = 0; s < segments.size(); ++s) {
    segments[s].accounts = counts[3 * s];
    segments[s].customers = counts[3 * s + 1];
    segments[s].prospects = counts[3 * s] - counts[3 * s + 1];
    segments[s].contactable = counts[3 * s + 2];
  }
  if (!value.column.empty())
    measure_value(comm, column_of(accounts, value.column, "[value] column", kNumber), members, segments);
}

}  // namespace tessera::insight
