#include "kept_run.hpp"

#include <mpi.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>

#include "parallel/native.hpp"
#include "ranks_test.hpp"

namespace tessera::test {

FirstRanks::FirstRanks(int ranks) : ranks_(ranks) {
  MPI_Comm some = MPI_COMM_NULL;
  MPI_Comm_split(parallel::native(world()), has_me() ? 0 : 1, world().rank(), &some);
  auto handle = std::make_unique<parallel::Communicator::Handle>();
  handle->comm = some;
  comm_ = std::make_unique<parallel::Communicator>(std::move(handle));
}

bool FirstRanks::has_me() const {
  return world().rank() < ranks_;
}

namespace {

/// Account i of the whole, in no order.
struct Made {
  AccountKey key;
  std::string id;
  std::size_t i = 0;
};

std::vector<Made> owned(const parallel::Communicator& comm, std::size_t n) {
  std::vector<Made> mine;
  for (std::size_t i = 0; i < n; ++i) {
    const std::string id = (i % 3 == 0 ? "Ünï-名-" : "A") + std::to_string(i);
    const AccountKey key = account_key(id);
    if (owner_of(key, comm.size()) == comm.rank()) mine.push_back({key, id, i});
  }
  std::sort(mine.begin(), mine.end(), [](const Made& a, const Made& b) { return a.key < b.key; });
  return mine;
}

std::vector<Column> made_columns(const std::vector<Made>& mine) {
  NumberColumn numbers;
  CategoryColumn categories;
  categories.categories = {"", "Große", "名", "zz"};
  FlagColumn flags;
  DateColumn dates;
  TextColumn texts;
  for (const Made& one : mine) {
    const double odd[] = {std::nan(""), -0.0, std::numeric_limits<double>::denorm_min(), 1e308, 0.1};
    numbers.values.push_back(odd[one.i % 5]);
    categories.codes.push_back(static_cast<std::int32_t>(one.i % 5) - 1);
    flags.values.push_back(static_cast<std::int8_t>(static_cast<int>(one.i % 3) - 1));
    dates.days.push_back(one.i % 4 == 0 ? kMissingDate : static_cast<std::int32_t>(one.i) - 100);
    texts.push_back(
        one.i % 7 == 0 ? "" : std::string(one.i % 11 == 0 ? 3000 : one.i % 13, static_cast<char>('a' + one.i % 26)));
  }
  return {{"crm", "n", ColumnType::kNumber, numbers, true, false},
          {"crm", "größe/x", ColumnType::kCategory, categories, false, true},
          {"crm", "f", ColumnType::kFlag, flags, false, false},
          {"o", "d", ColumnType::kDate, dates, false, false},
          {"o", "t", ColumnType::kText, texts, false, false}};
}

}  // namespace

Ingested made_accounts(const parallel::Communicator& comm, std::size_t n) {
  const std::vector<Made> mine = owned(comm, n);
  Ingested made;
  AccountTable& accounts = made.accounts;
  accounts.n_global = n;
  accounts.n_local = mine.size();
  accounts.first_global = comm.sum_of_ranks_before(mine.size());
  for (const Made& one : mine) {
    accounts.keys.push_back(one.key);
    accounts.ids.push_back(one.id);
  }
  accounts.columns = made_columns(mine);
  IngestReport& report = made.report;
  report.sources.push_back(
      {"crm", 9, 4, 1, 2, 0, 2, {{"a.csv", 12, 34, "feed"}, {"b.csv", 1, 2, "beef"}}, std::nullopt});
  report.sources.push_back({"o", 3, 3, 0, 0, 0, 0, {}, -17});
  for (const auto& account : mine)
    if (account.i % 5 == 0) report.quarantine.push_back({1, "ä.csv", account.i + 1, "n", "not a number", "x\ty"});
  report.columns.push_back({"crm.n", ColumnType::kDate, true, "because", true, true});
  report.spellings.push_back({SpellingSuggestion::Kind::kGroup, "crm.c", "teh", "the", 1, 200, 0.25});
  report.duplicate_search = DuplicateSearch{{{"A1", "A2", 0.5}}, 7, 8, 9};
  report.forget = ForgetReport{5, 1};
  report.fills.push_back({"crm.n", "provider", 3, {}});
  for (std::size_t i = 0; i < mine.size(); ++i)
    if (mine[i].i % 2 == 0) report.fills.back().accounts.push_back(static_cast<std::uint32_t>(i));
  report.unmatched.push_back({0, "key", 3, "no such account"});
  report.market.push_back({"m", "Small", std::nan(""), 12.5});
  return made;
}

SharedFolder::SharedFolder() {
  std::string made = (std::filesystem::temp_directory_path() / "tessera-kept-XXXXXX").string();
  if (world().is_root() && ::mkdtemp(made.data()) == nullptr) made.clear();
  folder_ = world().broadcast_text(made);
}

SharedFolder::~SharedFolder() {
  world().barrier();
  std::error_code none;
  if (world().is_root()) std::filesystem::remove_all(folder_, none);
}

checkpoint::State made_state(std::uint64_t generation) {
  checkpoint::State state;
  state.generation = generation;
  state.night = "2026-01-31";
  state.started = "2026-01-31T23:59:59Z";
  state.attempt = 3;
  state.job = "name = \"größe\"\n";
  state.inputs = {{"source \"crm\"", "/a/ü.csv", 123, 1'700'000'000'123'456'789, "00ff"}, {"--forget", "x", 0, -1, ""}};
  state.accounts = checkpoint::StoredAccounts{42, "abcd"};
  state.ingest_warnings = {"one", "zwei: „ja“"};
  state.stages = {{"ingest", 1.5, 2.5, 1 << 20}};
  checkpoint::GroupState group;
  group.choice = ChoiceOfK{3, {{-1, 2, 1e-300, std::nan(""), 0.1}, {4, 3}}, 99, "it is best", false};
  const KmeansState::Start start{
      2, 2, 2, {0.1, -7.25, 1e-20, 3}, (static_cast<__int128>(1) << 100U) + 12345, {17.0, 1.0 / 3.0}};
  group.kmeans = {{start}, 3, start, KmeansState::Swaps{0, 80, 2, 11, 5, start}, false};
  state.segmentations = {{{group, {}}, {}}, {}};
  return state;
}

void flip(const std::string& path, std::uint64_t at) {
  if (world().is_root()) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 0x10));
  }
  world().barrier();
}

}  // namespace tessera::test
