#include "ingest/forgotten_ids.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "ingest/cell.hpp"
#include "ingest/forget_list.hpp"
#include "ingest/history_columns.hpp"
#include "parallel/agreement.hpp"

namespace tessera::intake {
namespace {

constexpr std::array kAllFormats = {KeyFormat::kText, KeyFormat::kInteger, KeyFormat::kTrimmed, KeyFormat::kUpper};

/// Collective.
std::vector<std::string> read_together(const parallel::Communicator& comm, const Job& job) {
  std::vector<std::string> ids;
  parallel::run_together(comm, [&] {
    if (!comm.is_root()) return;
    std::vector<std::string> keys;
    for (const SourceSpec& source : job.sources) keys.push_back(source.key);
    ids = read_forget_list(job.forget_path, keys);
  });
  return comm.all_gather_texts(ids);
}

std::size_t place_of(const std::vector<std::string>& columns, std::string_view name) {
  return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), name) - columns.begin());
}

/// Whether a source's key is the account's id. What is matched by domain finds no account that is forgotten.
bool has_account_ids(const SourceSpec& spec) noexcept {
  if (spec.match == Match::kDomain) return false;
  return spec.kind == SourceKind::kAccounts || spec.kind == SourceKind::kEnrichment ||
         spec.kind == SourceKind::kContacts || spec.kind == SourceKind::kFeedback;
}

}  // namespace

ForgottenIds::ForgottenIds(const parallel::Communicator& comm, const Job& job)
    : accounts_(job.sources[population_source(job)].key_format) {
  const std::vector<std::string> ids = read_together(comm, job);
  for (const std::string& raw : ids) add(raw);
  met_ = std::make_unique<std::atomic<bool>[]>(n_);
}

void ForgottenIds::add(const std::string& raw) {
  const std::optional<std::string> as_account = account_id(raw, accounts_);
  const std::string& id = as_account ? *as_account : raw;
  const auto [entry, is_new] = by_format_[static_cast<std::size_t>(accounts_)].emplace(id, n_);
  if (is_new) ++n_;
  const std::uint32_t place = entry->second;
  for (const KeyFormat format : kAllFormats) {
    Places& places = by_format_[static_cast<std::size_t>(format)];
    // A list is typed by people: a blank before an id is none of it.
    for (const std::string_view written : {std::string_view(raw), trimmed(raw)}) {
      if (auto other = account_id(written, format)) places.emplace(std::move(*other), place);
    }
  }
}

bool ForgottenIds::note(const Places& places, std::string_view id) const {
  const auto found = places.find(id);
  if (found == places.end()) return false;
  met_[found->second].store(true, std::memory_order_relaxed);
  return true;
}

bool ForgottenIds::has(std::string_view id, KeyFormat format) const {
  return note(by_format_[static_cast<std::size_t>(format)], id) ||
         note(by_format_[static_cast<std::size_t>(accounts_)], id);
}

ForgetReport ForgottenIds::report(const parallel::Communicator& comm) const {
  std::vector<std::uint32_t> met(n_);
  for (std::uint32_t i = 0; i < n_; ++i) met[i] = met_[i].load() ? 1 : 0;
  comm.all_reduce<parallel::Reduce::kMax>(std::span<std::uint32_t>(met));
  return {n_, static_cast<std::uint64_t>(std::count(met.begin(), met.end(), 0U))};
}

Door::Door(const ForgottenIds& ids, std::vector<IdColumn> columns, IdColumn key, std::shared_ptr<const Door> lookup)
    : ids_(ids), columns_(std::move(columns)), key_(key), lookup_(std::move(lookup)) {}

bool Door::is_about_the_forgotten(std::span<const std::string_view> cells) const {
  if (lookup_ != nullptr) {
    const std::optional<std::string> link = account_id(cells[key_.column], key_.format);
    return link && lookup_->stopped_.contains(*link);
  }
  return std::any_of(columns_.begin(), columns_.end(), [&](const IdColumn& one) {
    const std::optional<std::string> id = account_id(cells[one.column], one.format);
    return id && ids_.has(*id, one.format);
  });
}

std::vector<std::size_t> Door::id_columns() const {
  std::vector<std::size_t> columns{key_.column};
  for (const IdColumn& one : columns_) columns.push_back(one.column);
  return columns;
}

bool Door::stops(std::span<const std::string_view> cells) const {
  if (!is_about_the_forgotten(cells)) return false;
  count_.fetch_add(1, std::memory_order_relaxed);
  if (std::optional<std::string> key = account_id(cells[key_.column], key_.format); key && !key->empty()) {
    const std::lock_guard lock(mutex_);
    stopped_.insert(std::move(*key));
  }
  return true;
}

void Door::close(const parallel::Communicator& comm) {
  const std::vector<std::string> mine(stopped_.begin(), stopped_.end());
  for (std::string& key : comm.all_gather_texts(mine)) stopped_.insert(std::move(key));
}

std::vector<std::shared_ptr<Door>> doors_of(const Job& job, const std::vector<SourceHead>& heads,
                                            const ForgottenIds& ids) {
  std::vector<std::shared_ptr<Door>> doors(job.sources.size());
  std::vector<std::vector<Door::IdColumn>> of_lookup(job.sources.size());
  for (std::size_t s = 0; s < job.sources.size(); ++s) {
    if (job.sources[s].kind != SourceKind::kHistory) continue;
    const HistoryColumns columns = history_columns(job, heads, s);
    if (columns.lookup) of_lookup[*columns.lookup].push_back({columns.account.column, job.sources[s].key_format});
  }
  for (std::size_t s = 0; s < job.sources.size(); ++s) {
    const SourceSpec& spec = job.sources[s];
    const Door::IdColumn key{place_of(heads[s].columns, spec.key), spec.key_format};
    if (spec.kind == SourceKind::kLookup) {
      doors[s] = std::make_shared<Door>(ids, of_lookup[s], key, nullptr);
    } else if (has_account_ids(spec)) {
      doors[s] = std::make_shared<Door>(ids, std::vector{key}, key, nullptr);
    }
  }
  for (std::size_t s = 0; s < job.sources.size(); ++s) {
    const SourceSpec& spec = job.sources[s];
    if (spec.kind != SourceKind::kHistory) continue;
    const HistoryColumns columns = history_columns(job, heads, s);
    const Door::IdColumn account{columns.account.column, spec.key_format};
    doors[s] = columns.lookup
                   ? std::make_shared<Door>(ids, std::vector<Door::IdColumn>{},
                                            Door::IdColumn{columns.link, job.sources[*columns.lookup].key_format},
                                            doors[*columns.lookup])
                   : std::make_shared<Door>(ids, std::vector{account}, account, nullptr);
  }
  return doors;
}

}  // namespace tessera::intake
