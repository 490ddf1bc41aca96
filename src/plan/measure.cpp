#include "plan/measure.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "core/grid.hpp"
#include "core/random.hpp"
#include "core/utc.hpp"
#include "ingest/block_plan.hpp"
#include "ingest/csv_source.hpp"
#include "ingest/typed_reader.hpp"
#include "ingest/unpacked_text.hpp"
#include "lloyd/kernel.hpp"
#include "tessera/account_key.hpp"
#include "tessera/errors.hpp"
#include "tessera/feature_tiles.hpp"

namespace tessera::plan {
namespace {

double core_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// The best of a few tries: what disturbs only ever takes longer.
template <class Work>
double least_seconds(Work work) {
  constexpr int kTries = 5;
  double least = std::numeric_limits<double>::infinity();
  for (int attempt = 0; attempt < kTries; ++attempt) {
    const double begin = core_seconds();
    work();
    least = std::min(least, core_seconds() - begin);
  }
  return least;
}

std::uint64_t bits_of(std::uint64_t i, std::uint64_t which = 0) {
  return random_bits(1, RandomPurpose::kGenerate, {i, 0}, which);
}

/// Keeps the compiler from leaving out what nobody reads.
void keep(std::uint64_t value) {
  asm volatile("" : : "r"(value) : "memory");
}

double memory_rate() {
  std::vector<std::uint64_t> words(std::size_t{1} << 24, 1);  // 128 MiB: beyond any cache
  const double seconds = least_seconds([&] {
    std::uint64_t sum = 0;
    for (const std::uint64_t word : words) sum += word;
    keep(sum);
  });
  return static_cast<double>(words.size() * sizeof(std::uint64_t)) / seconds;
}

double kernel_rate() {
  constexpr std::size_t kAccounts = 20'000;
  constexpr int kFeatures = 16, kClusters = 32;
  FeatureTiles tiles(kAccounts, kFeatures);
  for (std::size_t i = 0; i < kAccounts; ++i)
    for (int f = 0; f < kFeatures; ++f)
      tiles.set(i, f, from_grid(to_grid(6.0 * uniform(bits_of(i, static_cast<std::uint64_t>(f))) - 3.0)));
  std::vector<double> centroids;
  for (std::uint64_t i = 0; i < kFeatures * kClusters; ++i) centroids.push_back(6.0 * uniform(bits_of(i, 99)) - 3.0);
  const std::vector<std::int32_t> origin(kFeatures, 0);
  const lloyd::CentroidPanel panel(kClusters, kFeatures, centroids, origin);
  std::vector<std::int32_t> index(FeatureTiles::kTileAccounts);
  const double seconds = least_seconds([&] {
    for (std::size_t t = 0; t < tiles.n_tiles(); ++t) lloyd::nearest(panel, tiles.tile(t), index.data());
    keep(static_cast<std::uint64_t>(index[0]));
  });
  return static_cast<double>(kAccounts) * kFeatures * kClusters / seconds;
}

struct Sheet {
  intake::CsvSource source;
  intake::SourcePlan plan;
  std::shared_ptr<const intake::InputFile> file;
};

/// Rows like those of accounts, in a nameless file.
Sheet made_sheet() {
  constexpr std::uint64_t kRows = 100'000;
  Sheet sheet;
  const intake::InputFile nowhere("rows made to be measured", -1);
  intake::UnpackedText text(nowhere);
  for (std::uint64_t i = 0; i < kRows; ++i) {
    const std::uint64_t bits = bits_of(i);
    text.append(fmt::format("A{:09},Company {} of {},{},{}.{:02},{},{:04}-{:02}-{:02},{},{}\n", i, bits % 9973, i,
                            bits % 50'000, bits % 1'000'003, bits % 100, "industry " + std::to_string(bits % 11),
                            1990 + bits % 30, 1 + bits % 12, 1 + bits % 28, bits % 2 == 0 ? "yes" : "no",
                            bits_of(i, 1) % 100'000));
  }
  sheet.file = std::make_shared<const intake::InputFile>(text.finish());
  const std::vector<ColumnType> types = {ColumnType::kText,   ColumnType::kText,     ColumnType::kNumber,
                                         ColumnType::kNumber, ColumnType::kCategory, ColumnType::kDate,
                                         ColumnType::kFlag,   ColumnType::kNumber};
  for (std::size_t c = 0; c < types.size(); ++c) {
    intake::ColumnPlan& column = sheet.plan.columns.emplace_back();
    column.name = sheet.source.columns.emplace_back(fmt::format("c{}", c));
    column.type = types[c];
    column.stored = c > 1;
  }
  intake::CsvFile& file = sheet.source.files.emplace_back();
  file.bytes = sheet.source.bytes = sheet.file->bytes();
  file.unpacked = sheet.file;
  return sheet;
}

double reading_rate() {
  const Sheet sheet = made_sheet();
  const intake::Learns learns(sheet.plan.columns.size(), true);
  const double seconds = least_seconds([&] {
    intake::TypedReader reader(0, sheet.source, sheet.plan, learns);
    intake::BlockRows rows;
    for (const intake::Block& block : intake::cut_blocks(sheet.source, 0, sheet.source.bytes, std::uint64_t{1} << 20))
      reader.read(*sheet.file, block, rows);
  });
  return static_cast<double>(sheet.source.bytes) / seconds;
}

double shuffling_rate() {
  constexpr std::size_t kRows = std::size_t{1} << 20, kBuckets = std::size_t{1} << 14;
  std::string ids;
  constexpr std::size_t kIdBytes = 10;
  for (std::size_t i = 0; i < kRows; ++i) ids += fmt::format("A{:09}", i);
  std::vector<AccountKey> keys(kRows), strewn(kRows);
  const double seconds = least_seconds([&] {
    std::vector<std::size_t> next(kBuckets + 1);
    const auto bucket = [](const AccountKey& key) { return static_cast<std::size_t>(key.hi >> 50U); };
    for (std::size_t i = 0; i < kRows; ++i) {
      keys[i] = account_key(std::string_view(ids).substr(i * kIdBytes, kIdBytes));
      ++next[bucket(keys[i]) + 1];
    }
    for (std::size_t b = 0; b < kBuckets; ++b) next[b + 1] += next[b];
    for (const AccountKey& key : keys) strewn[next[bucket(key)]++] = key;
    keep(strewn[0].hi);
  });
  return static_cast<double>(kRows) / seconds;
}

double writing_rate(const std::string& folder) {
  constexpr std::size_t kBytes = std::size_t{128} << 20;
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  const std::string path = fmt::format("{}/tessera-measures-the-disk.{}", folder, ::getpid());
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const std::string bytes(std::size_t{1} << 20, 'x');
  const auto begin = std::chrono::steady_clock::now();
  bool written = file >= 0;
  for (std::size_t done = 0; written && done < kBytes; done += bytes.size())
    written = ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  written = written && ::fsync(file) == 0;
  const int why = errno;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  if (file >= 0) ::close(file);
  ::unlink(path.c_str());
  if (!written)
    throw Error(ExitCode::kCannotWrite, fmt::format("cannot write to {}: {}; give a file in another folder by --rates",
                                                    path, std::strerror(why)));
  return static_cast<double>(kBytes) / took.count();
}

}  // namespace

Rates measure_rates(const std::string& folder) {
  Rates rates = default_rates();
  rates.writing_bytes_per_s = writing_rate(folder);
  rates.memory_bytes_per_s = memory_rate();
  rates.fused_per_s = kernel_rate();
  rates.reading_bytes_per_s = reading_rate();
  rates.shuffled_rows_per_s = shuffling_rate();
  rates.host = host_name();
  rates.date = utc_now();
  return rates;
}

}  // namespace tessera::plan
