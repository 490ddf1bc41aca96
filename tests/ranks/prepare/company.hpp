#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "core/special_numbers.hpp"
#include "ranks_test.hpp"
#include "tessera/prepare.hpp"

namespace tessera::test {

/// Columns of a whole company, the same on every rank; a rank's table is a slice of them.
class Company {
 public:
  explicit Company(std::size_t n) : n_(n) {}

  Company& number(const std::string& name, std::vector<double> values) {
    return add(name, ColumnType::kNumber, NumberColumn{std::move(values)});
  }
  Company& category(const std::string& name, std::vector<std::int32_t> codes, std::vector<std::string> categories) {
    return add(name, ColumnType::kCategory, CategoryColumn{std::move(codes), std::move(categories)});
  }
  Company& flag(const std::string& name, std::vector<std::int8_t> values) {
    return add(name, ColumnType::kFlag, FlagColumn{std::move(values)});
  }
  Company& date(const std::string& name, std::vector<std::int32_t> days) {
    return add(name, ColumnType::kDate, DateColumn{std::move(days)});
  }

  [[nodiscard]] std::size_t size() const { return n_; }

  /// Accounts [first, last).
  [[nodiscard]] AccountTable slice(std::size_t first, std::size_t last) const {
    AccountTable accounts;
    accounts.n_global = n_;
    accounts.first_global = first;
    accounts.n_local = last - first;
    for (std::size_t i = first; i < last; ++i) accounts.keys.push_back({i, 0});
    for (const Column& column : columns_) {
      Column part = column;
      std::visit([&](auto& data) { cut(data, first, last); }, part.data);
      accounts.columns.push_back(std::move(part));
    }
    return accounts;
  }
  /// This rank's slice when all have about the same.
  [[nodiscard]] AccountTable even_slice() const {
    const auto rank = static_cast<std::size_t>(world().rank());
    const auto ranks = static_cast<std::size_t>(world().size());
    return slice(n_ * rank / ranks, n_ * (rank + 1) / ranks);
  }
  /// This rank's slice when one rank has all.
  [[nodiscard]] AccountTable all_on(int owner) const { return world().rank() == owner ? slice(0, n_) : slice(n_, n_); }

 private:
  Company& add(const std::string& name, ColumnType type, decltype(Column::data) data) {
    columns_.push_back({"crm", name, type, std::move(data)});
    return *this;
  }
  template <class T>
  static void cut(std::vector<T>& values, std::size_t first, std::size_t last) {
    values = std::vector<T>(values.begin() + static_cast<std::ptrdiff_t>(first),
                            values.begin() + static_cast<std::ptrdiff_t>(last));
  }
  static void cut(NumberColumn& data, std::size_t first, std::size_t last) { cut(data.values, first, last); }
  static void cut(CategoryColumn& data, std::size_t first, std::size_t last) { cut(data.codes, first, last); }
  static void cut(FlagColumn& data, std::size_t first, std::size_t last) { cut(data.values, first, last); }
  static void cut(DateColumn& data, std::size_t first, std::size_t last) { cut(data.days, first, last); }
  static void cut(TextColumn&, std::size_t, std::size_t) {}

  std::size_t n_;
  std::vector<Column> columns_;
};

/// The i-th of a fixed sequence of standard normals; sequences of different `which` are independent.
inline double normal_at(std::uint64_t which, std::uint64_t i) {
  return normal(random_bits(1, RandomPurpose::kGenerate, {which, i}, 0));
}

inline std::vector<double> normals(std::uint64_t which, std::size_t n, double mean, double sd) {
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = mean + sd * normal_at(which, i);
  return values;
}

inline FeatureSpec feature(const std::string& column) {
  FeatureSpec spec;
  spec.column.text = column;
  return spec;
}

inline SegmentationSpec segmentation(Scale scale, std::vector<FeatureSpec> features, int k = 1) {
  SegmentationSpec spec;
  spec.name = "expansion";
  spec.scale = scale;
  spec.features = std::move(features);
  spec.k = k;
  return spec;
}

struct Outcome {
  Prepared prepared;
  std::vector<std::string> warnings;
};

inline Outcome prepared(const AccountTable& accounts, const SegmentationSpec& spec, const Job& job = {},
                        int threads = 1) {
  Journal journal(false);
  Outcome outcome;
  outcome.prepared = prepare({world(), journal, threads}, accounts, job, spec);
  outcome.warnings = journal.warnings();
  return outcome;
}

/// Grid values of all ranks' accounts, account after account, on every rank.
inline std::vector<float> all_values(const FeatureTiles& tiles) {
  std::vector<float> mine;
  for (std::size_t i = 0; i < tiles.n_local(); ++i)
    for (int f = 0; f < tiles.d(); ++f) mine.push_back(tiles.at(i, f));
  return world().all_gather_varied(std::span<const float>(mine));
}

}  // namespace tessera::test
