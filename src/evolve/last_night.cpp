#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <span>
#include <utility>

#include "evolve/merge.hpp"
#include "evolve/previous_file.hpp"
#include "evolve/previous_trouble.hpp"
#include "evolve/stored_accounts.hpp"
#include "evolve/stored_night.hpp"
#include "parallel/account_order.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "parallel/exact_reduce.hpp"
#include "storage/results_file.hpp"
#include "storage/schema.hpp"
#include "storage/stored_table.hpp"
#include "tessera/evolve.hpp"

namespace tessera {

namespace {

namespace schema = storage::schema;
using evolve::AccountNames;
using evolve::Merge;
using evolve::NamesInOrder;
using evolve::PreviousFile;
using evolve::Reading;
using evolve::StoredAccounts;
using evolve::StoredSegmentation;
using parallel::Reduce;

/// Collective: one rank looks for all.
PreviousFile find_together(const parallel::Communicator& comm, const Job& job, const std::string& night) {
  PreviousFile file = parallel::compute_together(
      comm, [&] { return comm.is_root() ? evolve::find_previous_file(job, night) : PreviousFile{}; });
  file.path = comm.broadcast_text(file.path);
  for (std::string* text : {&file.found, &file.doubt, &file.lost, &file.was_at})
    *text = comm.broadcast_text(std::move(*text));
  file.is_gone = comm.broadcast<std::int32_t>(file.is_gone ? 1 : 0) != 0;
  return file;
}

bool has(const Job& job, const std::string& segmentation) {
  return std::ranges::count(job.segmentations, segmentation, &SegmentationSpec::name) > 0;
}

/// Segmentations that tonight's job has too; the others are dormant().
std::vector<StoredSegmentation> stored_segmentations(const storage::FileReader& reader, const Job& job) {
  std::vector<StoredSegmentation> stored = evolve::read_stored_segmentations(reader);
  std::erase_if(stored, [&](const StoredSegmentation& one) { return !has(job, one.told.name); });
  return stored;
}

/// What a file remembers of segmentations that its job or tonight's did not have. Not collective.
std::vector<DormantSegmentation> dormant(const std::string& path, const Job& job, const std::string& tonight) {
  const storage::FileReader reader(path, ExitCode::kBadData, storage::kAdvice);
  std::vector<DormantSegmentation> dormant = evolve::read_dormant(reader);
  for (StoredSegmentation& stored : evolve::read_stored_segmentations(reader)) {
    LastSegmentation& told = stored.told;
    if (std::ranges::count(dormant, told.name, &DormantSegmentation::name) > 0)
      storage::refuse(path, fmt::format("has \"{}\", and says that its job did not", told.name));
    if (has(job, told.name)) continue;
    DormantSegmentation& one = dormant.emplace_back();
    one.name = told.name;
    one.highest_id = told.highest_id;
    one.segments = std::move(told.retired);
    for (Segment& was : told.segments)
      one.segments.push_back({was.id, was.level, was.name, tonight, "", was.rule, was.memory.colour});
  }
  return dormant;
}

/// Adds them to last night: those that tonight's job has again by their ids. Collective.
void remember_dormant(const Context& context, const Job& job, const std::string& path, const std::string& tonight,
                      LastNight& night) {
  for (DormantSegmentation& one :
       parallel::compute_together(context.comm, [&] { return dormant(path, job, tonight); })) {
    if (!has(job, one.name)) {
      if (std::ranges::any_of(one.segments, [&](const RetiredSegment& was) { return was.night == tonight; }))
        context.journal.info(fmt::format(
            "segmentation \"{}\" is not in the job any more: its ids are kept for when it comes back", one.name));
      night.dormant.push_back(std::move(one));
      continue;
    }
    LastSegmentation& told = night.segmentations.emplace_back();
    told.name = std::move(one.name);
    told.is_dormant = true;
    told.highest_id = one.highest_id;
    told.retired = std::move(one.segments);
    told.assignment.macro.assign(night.was_there.size(), -1);
    told.assignment.core = told.assignment.micro = told.assignment.macro;
  }
}

/// A file that is open on this rank, with what was read of it so far.
struct OpenNight {
  storage::FileReader reader;
  StoredAccounts accounts;
  LastNight night;
  std::vector<Reading> readings;

  explicit OpenNight(const std::string& path) : reader(storage::open_results(path)), accounts(reader) {
    const std::string root(schema::root::kPath);
    night.path = night.made_after = path;
    night.night = reader.text(root, std::string(schema::root::kNight));
    night.digest = reader.text(root, std::string(schema::root::kDigest));
    night.accounts = accounts.rows();
  }
};

std::unique_ptr<OpenNight> open_night(const std::string& path, const Job& job, std::size_t n_tonight) {
  auto open = std::make_unique<OpenNight>(path);
  for (StoredSegmentation& stored : stored_segmentations(open->reader, job))
    open->readings.push_back(evolve::begin_reading(open->reader, std::move(stored), n_tonight, open->accounts.rows()));
  return open;
}

struct Range {
  std::uint64_t first = 0, end = 0;
};

/// Collective. The rows of last night's that this rank goes through: from its first account of tonight on, to that of
/// the next rank that has any. `first` is the row where this rank's first account is or would be; nothing: it has none.
Range range_of_rank(const parallel::Communicator& comm, std::optional<std::uint64_t> first, std::uint64_t rows) {
  constexpr std::uint64_t kNone = static_cast<std::uint64_t>(-1);
  std::vector<std::uint64_t> begins = comm.all_gather(first.value_or(kNone));
  begins.push_back(rows);
  for (std::size_t r = begins.size() - 1; r-- > 0;)
    if (begins[r] == kNone) begins[r] = begins[r + 1];
  begins.front() = 0;
  if (!std::ranges::is_sorted(begins))
    throw Error(
        ExitCode::kBadData,
        fmt::format("{} is not in the order of the accounts' keys. {}", schema::accounts::kPath, storage::kAdvice),
        true);
  const auto rank = static_cast<std::size_t>(comm.rank());
  return {begins[rank], begins[rank + 1]};
}

/// Collective. Fills in what the ranks found.
void add_up(const parallel::Communicator& comm, OpenNight& open, std::vector<std::uint8_t> was_there) {
  open.night.shared =
      comm.all_reduce<Reduce::kSum>(std::accumulate(was_there.begin(), was_there.end(), std::uint64_t{0}));
  open.night.was_there = std::move(was_there);
  for (Reading& reading : open.readings) {
    LastSegmentation& told = reading.stored.told;
    comm.all_reduce<Reduce::kSum>(std::span(told.gone_accounts));
    parallel::all_sum(comm, std::span(reading.gone_value));
    for (const ExactSum& sum : reading.gone_value) told.gone_value.push_back(sum.value());
    open.night.segmentations.push_back(std::move(told));
  }
}

/// Collective. Last night's results, by account in the order of `names`.
LastNight read_by_names(const Context& context, const Job& job, const std::string& path, NamesInOrder names) {
  const parallel::Communicator& comm = context.comm;
  const std::unique_ptr<OpenNight> open =
      parallel::compute_together(comm, [&] { return open_night(path, job, names.size()); });
  // Ids and rows of a matrix are never the same.
  const bool is_matrix =
      comm.all_reduce<Reduce::kMax>(static_cast<std::int32_t>(names.size() > 0 && names.ids == nullptr)) != 0;
  const bool may_be_same = is_matrix == open->accounts.is_matrix();
  const auto first = parallel::compute_together(comm, [&]() -> std::optional<std::uint64_t> {
    if (names.size() == 0 || !may_be_same) return std::nullopt;
    return open->accounts.lower_bound(names.at(0));
  });
  const Range range = range_of_rank(comm, first, open->accounts.rows());
  Merge merge(names, open->accounts, open->readings);
  parallel::run_together(comm, [&] { merge.read(range.first, range.end); });
  add_up(comm, *open, std::move(merge.was_there()));
  return std::move(open->night);
}

/// Collective. The same by account of the table, whose pseudonyms are in another order.
LastNight read_by_pseudonyms(const Context& context, const Job& job, const std::string& path,
                             const TextColumn& pseudonyms) {
  std::vector<AccountKey> keys;
  for (std::size_t i = 0; i < pseudonyms.size(); ++i) keys.push_back(account_key(pseudonyms.at(i)));
  const parallel::AccountOrder order(context.comm, keys, pseudonyms);
  const std::vector<AccountKey> moved_keys = order.moved(std::span<const AccountKey>(keys));
  const TextColumn moved_ids = order.moved(pseudonyms);
  LastNight night = read_by_names(context, job, path, {moved_keys, &moved_ids});
  const auto move_back = [&](auto& values) { values = order.moved_back(std::span(std::as_const(values))); };
  move_back(night.was_there);
  for (LastSegmentation& one : night.segmentations)
    for (std::vector<std::int32_t>* rows : {&one.assignment.macro, &one.assignment.core, &one.assignment.micro})
      move_back(*rows);
  return night;
}

/// Collective. A night of which nobody is known: only the ids that it has used up.
LastNight read_ids_alone(const Context& context, const Job& job, const PreviousFile& file, std::size_t n_local) {
  const std::string& path = file.path;
  LastNight night;
  night.made_after = file.was_at;
  night.was_there.assign(n_local, 0);
  for (StoredSegmentation& stored : parallel::compute_together(context.comm, [&] {
         const storage::FileReader reader = storage::open_results(path);
         return stored_segmentations(reader, job);
       })) {
    LastSegmentation& told = night.segmentations.emplace_back(std::move(stored.told));
    told.segments.clear();
    told.assignment.macro.assign(n_local, -1);
    told.assignment.core = told.assignment.micro = told.assignment.macro;
  }
  context.journal.warn(fmt::format(
      "{} is tonight's or a later night's result, and the one before tonight is not there: nobody is matched with last "
      "night, and all segments get new ids. Put that file back and run again if this is not wanted",
      path));
  return night;
}

/// Collective.
LastNight read_file(const Context& context, const Job& job, const PreviousFile& file, const AccountTable& accounts,
                    const TextColumn* pseudonyms) {
  if (file.is_gone) return read_ids_alone(context, job, file, accounts.n_local);
  if (pseudonyms != nullptr) return read_by_pseudonyms(context, job, file.path, *pseudonyms);
  if (!accounts.is_matrix()) return read_by_names(context, job, file.path, {accounts.keys, &accounts.ids});
  AccountNames rows;
  for (std::size_t i = 0; i < accounts.n_local; ++i) rows.keys.push_back(accounts.key(i));
  return read_by_names(context, job, file.path, rows.view());
}

void tell_of_strangers(const Context& context, const LastNight& night, std::uint64_t n_global) {
  if (night.shared > 0 || night.accounts == 0 || n_global == 0) return;
  context.journal.warn(fmt::format(
      "none of the {} accounts of {} is there tonight, so every segment is new: is it of another population, or are "
      "the ids or the key of the pseudonyms others?",
      night.accounts, night.path));
}

}  // namespace

const LastSegmentation* LastNight::find(std::string_view name) const noexcept {
  const auto found = std::ranges::find(segmentations, name, &LastSegmentation::name);
  return found == segmentations.end() ? nullptr : &*found;
}

LastNight read_night(const Context& context, const Job& job, const std::string& path, const AccountTable& accounts,
                     const TextColumn* pseudonyms) {
  return storage::naming(path, [&] {
    return read_file(context, job, {path, false, {}, {}, {}, {}}, accounts, pseudonyms);
  });
}

std::string lost_history(const Context& context, const Job& job, const std::string& night) {
  return find_together(context.comm, job, night).lost;
}

std::optional<LastNight> read_last_night(const Context& context, const Job& job, const std::string& night,
                                         const AccountTable& accounts, const TextColumn* pseudonyms) {
  if (!job.previous) return std::nullopt;
  try {
    const PreviousFile file = find_together(context.comm, job, night);
    if (!file.found.empty()) context.journal.info(file.found);
    if (!file.doubt.empty()) context.journal.warn(file.doubt);
    if (file.path.empty()) return std::nullopt;
    LastNight last = storage::naming(file.path, [&] { return read_file(context, job, file, accounts, pseudonyms); });
    if (!file.is_gone) tell_of_strangers(context, last, accounts.n_global);
    remember_dormant(context, job, file.path, night, last);
    return last;
  } catch (const Error& error) {  // known to all ranks, as everything here is agreed on
    throw evolve::trouble_with_previous(error, job);
  }
}

}  // namespace tessera
