#include "checkpoint/accounts_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "checkpoint/report_bytes.hpp"
#include "checkpoint/text_bytes.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "results/column_hash.hpp"
#include "storage/file_reader.hpp"
#include "storage/file_writer.hpp"
#include "storage/publish.hpp"
#include "tessera/errors.hpp"

namespace tessera::checkpoint {
namespace {

using results::HashSum;
using storage::Cells;

constexpr const char* kAccounts = "/accounts";
constexpr const char* kQuarantine = "/quarantine";
constexpr const char* kShared = "/shared";
constexpr const char* kIds = "ids";

[[noreturn]] void damaged(const std::string& path, std::string_view how) {
  throw Error(ExitCode::kBadData, fmt::format("{}: the accounts of the checkpoint are damaged ({})", path, how));
}

/// A column of what is kept, and what it is called in the file.
struct NamedCells {
  std::string name;
  Cells cells;
};

Cells cells_of(const Column& column) {
  struct View {
    Cells operator()(const NumberColumn& c) const { return std::span<const double>(c.values); }
    Cells operator()(const CategoryColumn& c) const { return storage::CategoryCells{c.codes, c.categories}; }
    Cells operator()(const FlagColumn& c) const { return std::span<const std::int8_t>(c.values); }
    Cells operator()(const DateColumn& c) const { return std::span<const std::int32_t>(c.days); }
    Cells operator()(const TextColumn& c) const { return &c; }
  };
  return std::visit(View{}, column.data);
}

/// By account: 1 where an enrichment filled the cell.
std::vector<std::int8_t> mask_of(const ColumnFill& fill, std::size_t n_local) {
  std::vector<std::int8_t> mask(n_local, 0);
  for (const std::uint32_t account : fill.accounts) mask[account] = 1;
  return mask;
}

/// The quarantine as columns.
struct QuarantineColumns {
  std::vector<std::int32_t> source;
  std::vector<std::uint64_t> line;
  TextColumn file, column, reason, text;

  void add(const QuarantinedRow& row) {
    source.push_back(static_cast<std::int32_t>(row.source));
    line.push_back(row.line);
    file.push_back(row.file);
    column.push_back(row.column);
    reason.push_back(row.reason);
    text.push_back(row.text);
  }
  [[nodiscard]] std::vector<NamedCells> view() const {
    return {{"source", std::span<const std::int32_t>(source)},
            {"line", std::span<const std::uint64_t>(line)},
            {"file", &file},
            {"column", &column},
            {"reason", &reason},
            {"text", &text}};
  }
};

/// All that is kept of this rank, seen where it lies.
struct Kept {
  std::vector<std::vector<std::int8_t>> masks;  ///< by fill
  std::vector<NamedCells> accounts;
  QuarantineColumns quarantine;
  std::string shared;  ///< the same on every rank
};

Kept kept_of(const AccountTable& accounts, const IngestReport& report) {
  Kept kept;
  kept.accounts.push_back({kIds, &accounts.ids});
  for (std::size_t c = 0; c < accounts.columns.size(); ++c)
    kept.accounts.push_back({std::to_string(c), cells_of(accounts.columns[c])});
  for (const ColumnFill& fill : report.fills) kept.masks.push_back(mask_of(fill, accounts.n_local));
  for (std::size_t f = 0; f < kept.masks.size(); ++f)
    kept.accounts.push_back({fmt::format("filled {}", f), std::span<const std::int8_t>(kept.masks[f])});
  for (const QuarantinedRow& row : report.quarantine) kept.quarantine.add(row);
  kept.shared = bytes_of(accounts.columns, report);
  return kept;
}

/// The same at any number of ranks: every cell counts with its place in the whole. Collective.
std::string checksum_of(const Context& context, const Kept& kept, std::uint64_t first_account) {
  std::vector<HashSum> sums;
  const auto add = [&](const char* table, const std::vector<NamedCells>& columns, std::uint64_t first) {
    for (const NamedCells& column : columns)
      sums.push_back(results::hash_column(storage::child_path(table, column.name), column.cells, 1,
                                          {.keys = {}, .rows = {}, .first = first}, context.threads));
  };
  add(kAccounts, kept.accounts, first_account);
  add(kQuarantine, kept.quarantine.view(), context.comm.sum_of_ranks_before(kept.quarantine.line.size()));
  std::string all = kept.shared;
  for (const HashSum& sum : results::all_sum(context.comm, sums)) all += results::to_hex(sum);
  const AccountKey hash = account_key(all);  // XXH3-128
  return fmt::format("{:016x}{:016x}", hash.hi, hash.lo);
}

void write_table(const Context& context, storage::FileWriter& writer, const char* path, std::size_t n_local,
                 const std::vector<NamedCells>& columns) {
  storage::Table table{path, storage::RowsOf::kEveryRank, n_local, {}};
  for (const NamedCells& column : columns) {
    if (const auto* texts = std::get_if<const TextColumn*>(&column.cells)) {
      write_texts(context.comm, writer, path, column.name, **texts);
    } else {
      table.columns.push_back({column.name, "", "", column.cells, 1, false});
    }
  }
  writer.write(table);
}

/// This rank's rows of a table.
struct Rows {
  std::uint64_t first = 0, count = 0;
};

/// The accounts that belong to this rank: the file has them in the order of their keys.
class Division {
 public:
  Division(const Context& context, const std::string& path, const storage::FileReader& file, std::uint64_t n_global)
      : context_(context), path_(path), ids_(file, kAccounts, kIds), n_global_(n_global) {}

  /// Collective.
  [[nodiscard]] Rows mine() const {
    const parallel::Communicator& comm = context_.comm;
    const auto first = parallel::compute_together(comm, [&] { return first_of(comm.rank()); });
    const std::vector<std::uint64_t> firsts = comm.all_gather(first);
    const auto next = static_cast<std::size_t>(comm.rank()) + 1;
    const std::uint64_t end = next < firsts.size() ? firsts[next] : n_global_;
    parallel::run_together(comm, [&] {
      if (first > end || firsts.front() != 0) damaged(path_, "their order");
    });
    return {first, end - first};
  }

 private:
  /// The first account that belongs to `rank` or a later one.
  [[nodiscard]] std::uint64_t first_of(int rank) const {
    std::uint64_t low = 0, high = n_global_;
    while (low < high) {
      const std::uint64_t middle = low + (high - low) / 2;
      const TextColumn id = ids_.read(middle, 1);
      if (owner_of(account_key(id.at(0)), context_.comm.size()) < rank) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  const Context& context_;
  const std::string& path_;
  StoredTexts ids_;
  std::uint64_t n_global_;
};

template <class Wanted>
Wanted read_cells(const storage::FileReader& file, const std::string& path, const char* table, const std::string& name,
                  Rows rows) {
  storage::OwnedCells cells = file.read(storage::child_path(table, name), rows.first, rows.count);
  if (!std::holds_alternative<Wanted>(cells)) damaged(path, "a column of another type");
  return std::get<Wanted>(std::move(cells));
}

class Reading {
 public:
  Reading(const Context& context, const std::string& path)
      : context_(context),
        path_(path),
        file_(path, ExitCode::kBadData, "The sources have to be read again."),
        shared_bytes_(StoredTexts(file_, kShared, "report").read(0, 1).bytes),
        shared_(shared_of(shared_bytes_)) {}

  [[nodiscard]] const storage::FileReader& file() const { return file_; }

  void read(Rows accounts, Rows quarantine) {
    AccountTable& table = ingested_.accounts;
    table.n_local = accounts.count;
    table.first_global = accounts.first;
    table.ids = StoredTexts(file_, kAccounts, kIds).read(accounts.first, accounts.count);
    take_keys();
    table.columns = std::move(shared_.columns);
    for (std::size_t c = 0; c < table.columns.size(); ++c) fill(table.columns[c], std::to_string(c), accounts);
    ingested_.report = std::move(shared_.report);
    for (std::size_t f = 0; f < ingested_.report.fills.size(); ++f) {
      const auto mask =
          read_cells<std::vector<std::int8_t>>(file_, path_, kAccounts, fmt::format("filled {}", f), accounts);
      for (std::size_t i = 0; i < mask.size(); ++i)
        if (mask[i] != 0) ingested_.report.fills[f].accounts.push_back(static_cast<std::uint32_t>(i));
    }
    read_quarantine(quarantine);
  }

  Ingested take() && { return std::move(ingested_); }
  [[nodiscard]] const Ingested& ingested() const { return ingested_; }

 private:
  SharedPart shared_of(const std::string& bytes) const {
    try {
      return shared_part_of(bytes);
    } catch (const std::exception& mistake) {
      damaged(path_, mistake.what());
    }
  }

  void take_keys() {
    AccountTable& table = ingested_.accounts;
    table.keys.reserve(table.n_local);
    for (std::size_t i = 0; i < table.n_local; ++i) table.keys.push_back(account_key(table.ids.at(i)));
    for (const AccountKey key : table.keys)
      if (owner_of(key, context_.comm.size()) != context_.comm.rank()) damaged(path_, "their order");
  }

  void fill(Column& column, const std::string& name, Rows rows) {
    const auto cells = [&]<class Wanted>(Wanted) { return read_cells<Wanted>(file_, path_, kAccounts, name, rows); };
    switch (column.type) {
      case ColumnType::kNumber:
        column.data = NumberColumn{cells(std::vector<double>{})};
        break;
      case ColumnType::kCategory:
        column.data = cells(CategoryColumn{});
        break;
      case ColumnType::kFlag:
        column.data = FlagColumn{cells(std::vector<std::int8_t>{})};
        break;
      case ColumnType::kDate:
        column.data = DateColumn{cells(std::vector<std::int32_t>{})};
        break;
      case ColumnType::kText:
        column.data = StoredTexts(file_, kAccounts, name).read(rows.first, rows.count);
        break;
    }
  }

  void read_quarantine(Rows rows) {
    const auto texts = [&](const char* name) {
      return StoredTexts(file_, kQuarantine, name).read(rows.first, rows.count);
    };
    const auto source = read_cells<std::vector<std::int32_t>>(file_, path_, kQuarantine, "source", rows);
    const auto line = read_cells<std::vector<std::uint64_t>>(file_, path_, kQuarantine, "line", rows);
    const TextColumn file = texts("file"), column = texts("column"), reason = texts("reason"), text = texts("text");
    for (std::size_t i = 0; i < rows.count; ++i) {
      if (static_cast<std::size_t>(source[i]) >= ingested_.report.sources.size()) damaged(path_, "a row of no source");
      ingested_.report.quarantine.push_back({static_cast<std::uint32_t>(source[i]), std::string(file.at(i)), line[i],
                                             std::string(column.at(i)), std::string(reason.at(i)),
                                             std::string(text.at(i))});
    }
  }

  const Context& context_;
  const std::string& path_;
  storage::FileReader file_;
  std::string shared_bytes_;
  SharedPart shared_;
  Ingested ingested_;
};

}  // namespace

StoredAccounts write_accounts(const Context& context, const std::string& path, const AccountTable& accounts,
                              const IngestReport& report) {
  const Kept kept = kept_of(accounts, report);
  const std::string run_id = context.comm.broadcast_text(fmt::format("{:08x}", std::random_device()()));
  storage::Staging staging(context.comm, path, fmt::format("{}.partial-{}", path, run_id));
  {
    storage::FileWriter writer(context.comm, staging.path());
    write_table(context, writer, kAccounts, accounts.n_local, kept.accounts);
    write_table(context, writer, kQuarantine, kept.quarantine.line.size(), kept.quarantine.view());
    TextColumn shared;
    if (context.comm.is_root()) shared.push_back(kept.shared);
    write_texts(context.comm, writer, kShared, "report", shared);
    writer.close();
  }
  StoredAccounts stored{accounts.n_global, checksum_of(context, kept, accounts.first_global)};
  staging.sync();
  staging.publish([] {});  // the night's lock fences what is published, not what a stopped run keeps
  return stored;
}

Ingested read_accounts(const Context& context, const std::string& path, const StoredAccounts& expected) {
  const parallel::Communicator& comm = context.comm;
  const auto reading = parallel::compute_together(comm, [&] { return std::make_unique<Reading>(context, path); });
  const Rows accounts = Division(context, path, reading->file(), expected.n_global).mine();
  parallel::run_together(comm, [&] {
    const std::uint64_t rows = StoredTexts(reading->file(), kQuarantine, "file").size();
    const auto ranks = static_cast<std::uint64_t>(comm.size()), rank = static_cast<std::uint64_t>(comm.rank());
    const std::uint64_t first = rows / ranks * rank + std::min(rank, rows % ranks);
    reading->read(accounts, {first, rows / ranks + (rank < rows % ranks ? 1 : 0)});
  });
  Ingested ingested = std::move(*reading).take();
  ingested.accounts.n_global = expected.n_global;
  const Kept kept = kept_of(ingested.accounts, ingested.report);
  if (checksum_of(context, kept, ingested.accounts.first_global) != expected.checksum)
    throw Error(ExitCode::kBadData,
                fmt::format("{}: the accounts of the checkpoint are not those that were kept", path), true);
  return ingested;
}

}  // namespace tessera::checkpoint
