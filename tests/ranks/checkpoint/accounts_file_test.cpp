#include "checkpoint/accounts_file.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <filesystem>

#include "checkpoint/report_bytes.hpp"
#include "kept_run.hpp"
#include "ranks_test.hpp"
#include "tessera/errors.hpp"

namespace tessera::checkpoint {
namespace {

using test::FirstRanks;
using test::flip;
using test::made_accounts;
using test::world;

void expect_same_numbers(const NumberColumn& a, const NumberColumn& b) {
  ASSERT_EQ(a.values.size(), b.values.size());
  for (std::size_t i = 0; i < a.values.size(); ++i) {
    if (std::isnan(a.values[i]) && std::isnan(b.values[i])) continue;
    EXPECT_EQ(std::bit_cast<std::uint64_t>(a.values[i]), std::bit_cast<std::uint64_t>(b.values[i]))
        << a.values[i] << " and " << b.values[i];
  }
}

void expect_same_texts(const TextColumn& a, const TextColumn& b) {
  EXPECT_EQ(a.ends, b.ends);
  EXPECT_EQ(a.bytes, b.bytes);
}

void expect_same(const Ingested& a, const Ingested& b) {
  EXPECT_EQ(a.accounts.n_global, b.accounts.n_global);
  EXPECT_EQ(a.accounts.n_local, b.accounts.n_local);
  EXPECT_EQ(a.accounts.first_global, b.accounts.first_global);
  EXPECT_EQ(a.accounts.keys, b.accounts.keys);
  expect_same_texts(a.accounts.ids, b.accounts.ids);
  const auto cells = [](const Ingested& from, std::size_t c) { return from.accounts.columns.at(c).data; };
  expect_same_numbers(std::get<NumberColumn>(cells(a, 0)), std::get<NumberColumn>(cells(b, 0)));
  EXPECT_EQ(std::get<CategoryColumn>(cells(a, 1)).codes, std::get<CategoryColumn>(cells(b, 1)).codes);
  EXPECT_EQ(std::get<CategoryColumn>(cells(a, 1)).categories, std::get<CategoryColumn>(cells(b, 1)).categories);
  EXPECT_EQ(std::get<FlagColumn>(cells(a, 2)).values, std::get<FlagColumn>(cells(b, 2)).values);
  EXPECT_EQ(std::get<DateColumn>(cells(a, 3)).days, std::get<DateColumn>(cells(b, 3)).days);
  expect_same_texts(std::get<TextColumn>(cells(a, 4)), std::get<TextColumn>(cells(b, 4)));
  EXPECT_EQ(bytes_of(a.accounts.columns, a.report), bytes_of(b.accounts.columns, b.report));
  // Both bytes would lack what nobody writes.
  EXPECT_EQ(a.report.columns.at(0).decimal_comma, b.report.columns.at(0).decimal_comma);
  EXPECT_EQ(a.report.columns.at(0).month_first, b.report.columns.at(0).month_first);
  EXPECT_EQ(a.report.fills.at(0).accounts, b.report.fills.at(0).accounts);
}

std::vector<std::uint64_t> quarantined_lines(const parallel::Communicator& comm, const IngestReport& report) {
  std::vector<std::uint64_t> lines;
  for (const QuarantinedRow& row : report.quarantine) {
    EXPECT_EQ(row.source, 1U);
    EXPECT_EQ(row.file + "|" + row.column + "|" + row.reason + "|" + row.text, "ä.csv|n|not a number|x\ty");
    lines.push_back(row.line);
  }
  lines = comm.all_gather_varied(std::span<const std::uint64_t>(lines));
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// What two numbers of ranks make of the same accounts.
void expect_round_trip(const std::string& path, std::size_t n, int writers, int readers) {
  StoredAccounts stored;
  const FirstRanks writing(writers), reading(readers);
  if (writing.has_me()) {
    Journal journal(false);
    const Ingested made = made_accounts(writing.comm(), n);
    stored = write_accounts({writing.comm(), journal, 1}, path, made.accounts, made.report);
  }
  stored.n_global = world().broadcast(stored.n_global);
  stored.checksum = world().broadcast_text(stored.checksum);
  if (reading.has_me()) {
    Journal journal(false);
    const Ingested expected = made_accounts(reading.comm(), n);
    const Ingested found = read_accounts({reading.comm(), journal, 1}, path, stored);
    expect_same(found, expected);
    EXPECT_EQ(quarantined_lines(reading.comm(), found.report), quarantined_lines(reading.comm(), expected.report));
  }
  world().barrier();
}

TEST(AccountsFile, ComesBackAtAnyNumberOfRanks) {
  const test::SharedFolder folder;
  const int all = world().size();
  for (const auto& [writers, readers] : {std::pair{all, all}, std::pair{all, 1}, std::pair{1, all},
                                         std::pair{(all + 1) / 2, all}, std::pair{all, (all + 1) / 2}})
    for (const std::size_t n : {1U, 3U, 500U}) expect_round_trip(folder.path("accounts.h5"), n, writers, readers);
}

TEST(AccountsFile, HasOneChecksumWhateverRanksWroteIt) {
  const test::SharedFolder folder;
  const auto checksum = [&](const parallel::Communicator& comm, const std::string& name, int threads) {
    Journal journal(false);
    Ingested made = made_accounts(comm, 200);
    made.report.quarantine.clear();  // its order is that of the ranks which found it
    return write_accounts({comm, journal, threads}, folder.path(name), made.accounts, made.report).checksum;
  };
  const std::string of_all = checksum(world(), "all.h5", 1);
  const FirstRanks alone(1);
  if (alone.has_me()) {
    EXPECT_EQ(checksum(alone.comm(), "one.h5", 2), of_all);
  }
  world().barrier();
}

TEST(AccountsFile, DamagedIsNeverBelieved) {
  const test::SharedFolder folder;
  const std::string path = folder.path("accounts.h5");
  Journal journal(false);
  const Context context{world(), journal, 1};
  const Ingested made = made_accounts(world(), 60);
  const StoredAccounts stored = write_accounts(context, path, made.accounts, made.report);
  const std::uint64_t size = std::filesystem::file_size(path);
  int refused = 0;
  for (std::uint64_t at = 0; at < size; at += size / 60 + 1) {
    flip(path, at);
    try {
      expect_same(read_accounts(context, path, stored), made);  // the bit says nothing
    } catch (const Error& error) {
      EXPECT_TRUE(error.everywhere()) << error.what();
      EXPECT_NE(error.code(), ExitCode::kInternal) << error.what();
      ++refused;
    }
    flip(path, at);
  }
  EXPECT_GT(refused, 10);
  expect_same(read_accounts(context, path, stored), made);
  EXPECT_THROW((void)read_accounts(context, path, {61, stored.checksum}), Error);
  EXPECT_THROW((void)read_accounts(context, folder.path("absent.h5"), stored), Error);
}

}  // namespace
}  // namespace tessera::checkpoint
