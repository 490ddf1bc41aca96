#include "ingest/account_rows.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <utility>

#include "core/huge_pages.hpp"
#include "ingest/parallel_blocks.hpp"
#include "ingest/text_copy.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

struct KeyedRow {
  AccountKey key;
  std::uint32_t row = 0;
};

/// Rows strewn into buckets by their key, buckets in the order of keys. Keys are hashes, so buckets are of a size.
struct Buckets {
  std::vector<KeyedRow> rows;
  std::vector<std::uint32_t> first;  ///< by bucket, and the end
};

Buckets strewn(const std::vector<AccountKey>& keys) {
  constexpr std::size_t kInABucket = 64;
  Buckets buckets;
  const auto [least, most] = std::minmax_element(keys.begin(), keys.end());
  const std::uint64_t origin = keys.empty() ? 0 : least->hi;
  const std::uint64_t range = keys.empty() ? 0 : most->hi - origin;
  const auto bits = static_cast<int>(std::bit_width(keys.size() / kInABucket));
  const int shift = std::clamp(static_cast<int>(std::bit_width(range)) - bits, 0, 63);
  buckets.first.assign((range >> shift) + 2, 0);
  const auto bucket = [&](const AccountKey& key) { return (key.hi - origin) >> shift; };
  for (const AccountKey& key : keys) ++buckets.first[bucket(key) + 1];
  std::partial_sum(buckets.first.begin(), buckets.first.end(), buckets.first.begin());
  std::vector<std::uint32_t> next(buckets.first.begin(), buckets.first.end() - 1);
  reserve_in_huge_pages(buckets.rows, keys.size());
  buckets.rows.resize(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i)
    buckets.rows[next[bucket(keys[i])]++] = {keys[i], static_cast<std::uint32_t>(i)};
  return buckets;
}

/// All rows by key, id and sequence.
std::vector<KeyedRow> canonical_order(const ArrivedRows& rows, int threads) {
  Buckets buckets = strewn(rows.keys);
  const auto before = [&rows](const KeyedRow& a, const KeyedRow& b) {
    if (a.key.hi != b.key.hi) return a.key.hi < b.key.hi;
    if (a.key.lo != b.key.lo) return a.key.lo < b.key.lo;
    const int ids = rows.ids.at(a.row).compare(rows.ids.at(b.row));
    return ids != 0 ? ids < 0 : rows.sequence[a.row] < rows.sequence[b.row];
  };
  constexpr std::size_t kAtOnce = 256;
  const std::size_t n = buckets.first.size() - 1;
  for_each_in_parallel(threads, (n + kAtOnce - 1) / kAtOnce, [&](std::size_t run) {
    for (std::size_t b = run * kAtOnce; b < std::min(n, (run + 1) * kAtOnce); ++b)
      std::sort(buckets.rows.begin() + buckets.first[b], buckets.rows.begin() + buckets.first[b + 1], before);
  });
  return std::move(buckets.rows);
}

template <class T>
std::vector<T> pick_values(const std::vector<T>& values, std::span<const std::uint32_t> rows, T missing) {
  std::vector<T> picked;
  reserve_in_huge_pages(picked, rows.size());
  picked.resize(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) picked[i] = rows[i] == kNoRow ? missing : values[rows[i]];
  return picked;
}

}  // namespace

Winners find_winners(const ArrivedRows& rows, int threads) {
  if (rows.sequence.size() >= kNoRow)
    throw Error(ExitCode::kInternal, "more than 4,294,967,294 rows of one source on one rank: use more ranks");
  const std::vector<KeyedRow> order = canonical_order(rows, threads);
  Winners winners;
  reserve_in_huge_pages(winners.keys, order.size());
  reserve_in_huge_pages(winners.rows, order.size());
  reserve_in_huge_pages(winners.copies, order.size());
  std::uint32_t copies = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    ++copies;
    const std::uint32_t row = order[i].row;
    const bool last =
        i + 1 == order.size() || order[i].key != order[i + 1].key || rows.ids.at(row) != rows.ids.at(order[i + 1].row);
    if (!last) continue;
    winners.keys.push_back(order[i].key);
    winners.rows.push_back(row);
    winners.copies.push_back(std::exchange(copies, 0));
  }
  return winners;
}

TextColumn pick(const TextColumn& texts, std::span<const std::uint32_t> rows) {
  // Rows lie anywhere: where texts begin is looked up once, and the texts are fetched ahead.
  std::vector<std::uint64_t> begins(rows.size());
  TextColumn picked;
  reserve_in_huge_pages(picked.ends, rows.size());
  picked.ends.resize(rows.size());
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string_view text = rows[i] == kNoRow ? std::string_view() : texts.at(rows[i]);
    begins[i] = text.empty() ? 0 : static_cast<std::uint64_t>(text.data() - texts.bytes.data());
    picked.ends[i] = bytes += text.size();
  }
  picked.bytes.reserve(bytes);
  advise_huge_pages(picked.bytes.data(), bytes);
  picked.bytes.resize(bytes);
  char* out = picked.bytes.data();
  constexpr std::size_t kAhead = 16;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i + kAhead < rows.size()) __builtin_prefetch(texts.bytes.data() + begins[i + kAhead]);
    const std::size_t size = picked.ends[i] - (i == 0 ? 0 : picked.ends[i - 1]);
    copy_text(out, std::string_view(texts.bytes).substr(begins[i], size));
    out += size;
  }
  return picked;
}

std::vector<Column> pick_all(std::vector<Column> columns, std::span<const std::uint32_t> rows, int threads) {
  for_each_in_parallel(threads, columns.size(), [&](std::size_t c) { columns[c] = pick(std::move(columns[c]), rows); });
  return columns;
}

Column pick(Column&& column, std::span<const std::uint32_t> rows) {
  Column picked{std::move(column.source), std::move(column.name), column.type, {}};
  if (const auto* numbers = std::get_if<NumberColumn>(&column.data)) {
    picked.data = NumberColumn{pick_values(numbers->values, rows, std::numeric_limits<double>::quiet_NaN())};
  } else if (auto* categories = std::get_if<CategoryColumn>(&column.data)) {
    picked.data =
        CategoryColumn{pick_values(categories->codes, rows, std::int32_t{-1}), std::move(categories->categories)};
  } else if (const auto* flags = std::get_if<FlagColumn>(&column.data)) {
    picked.data = FlagColumn{pick_values(flags->values, rows, std::int8_t{-1})};
  } else if (const auto* dates = std::get_if<DateColumn>(&column.data)) {
    picked.data = DateColumn{pick_values(dates->days, rows, kMissingDate)};
  } else {
    picked.data = pick(std::get<TextColumn>(column.data), rows);
  }
  return picked;
}

std::vector<std::uint32_t> match(const AccountTable& accounts, const ArrivedRows& rows, const Winners& winners) {
  std::vector<std::uint32_t> places(accounts.n_local, kNoRow);
  const auto id = [&](std::size_t w) { return rows.ids.at(winners.rows[w]); };
  std::size_t w = 0;
  for (std::size_t i = 0; i < accounts.n_local; ++i) {
    const AccountKey key = accounts.keys[i];
    const std::string_view account = accounts.ids.at(i);
    while (w < winners.keys.size() && (winners.keys[w] < key || (winners.keys[w] == key && id(w) < account))) ++w;
    if (w < winners.keys.size() && winners.keys[w] == key && id(w) == account)
      places[i] = static_cast<std::uint32_t>(w);
  }
  return places;
}

}  // namespace tessera::intake
