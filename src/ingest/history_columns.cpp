#include "ingest/history_columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "job/nearest.hpp"

namespace tessera::intake {
namespace {

std::optional<std::size_t> lookup_of(const Job& job, const HistorySpec& history) {
  if (!history.via) return std::nullopt;
  for (std::size_t s = 0; s < job.sources.size(); ++s) {
    if (job.sources[s].kind == SourceKind::kLookup && job.sources[s].name == history.via->source.text) return s;
  }
  return std::nullopt;
}

/// A column of one source, by its bare name or with the source before it.
std::optional<ColumnPlace> place_in(const std::vector<SourceHead>& heads, std::size_t source, std::string_view text) {
  const SourceHead& head = heads[source];
  for (const std::string& prefix : {std::string(), head.name + "."}) {
    for (std::size_t c = 0; c < head.columns.size(); ++c) {
      if (text == prefix + head.columns[c]) return ColumnPlace{source, c};
    }
  }
  return std::nullopt;
}

/// What a history names, and where it may lie: in the history itself, then in its lookup.
struct Named {
  ColumnUse use;
  bool verbatim = false;
  std::vector<std::size_t> sources;
};

Named name(const ColumnRef& ref, std::string purpose, ColumnType type, std::vector<std::size_t> sources) {
  Named named;
  named.use.ref = ref;
  named.use.purpose = std::move(purpose);
  named.use.need = type == ColumnType::kText ? "text" : fmt::format("a {}", type_name(type));
  named.use.allowed = TypeSet{type};
  if (type != ColumnType::kText) named.use.prefers = type;
  named.sources = std::move(sources);
  return named;
}

/// The account's key first, then the link if there is one, then the rest in the job's order.
std::vector<Named> named_by(const Job& job, std::size_t source) {
  const SourceSpec& spec = job.sources[source];
  const HistorySpec& history = spec.history;
  const std::optional<std::size_t> lookup = lookup_of(job, history);
  const std::vector<std::size_t> own{source};
  const std::vector<std::size_t> both = lookup ? std::vector{source, *lookup} : own;
  const std::string title = fmt::format("[[source]] \"{}\" ", spec.name);
  std::vector<Named> named;
  ColumnRef key;
  key.text = spec.key;
  key.line = spec.line;
  named.push_back(name(key, title + "key", ColumnType::kText, lookup ? std::vector{*lookup} : own));
  named.back().verbatim = lookup.has_value();
  if (history.via) named.push_back(name(history.via->key, title + "key of via", ColumnType::kText, own));
  if (!history.time.empty()) named.push_back(name(history.time, title + "time", ColumnType::kDate, both));
  for (const ColumnRef& column : history.amount.columns)
    named.push_back(name(column, title + "amount", ColumnType::kNumber, both));
  if (!history.category.empty())
    named.push_back(name(history.category, title + "category", ColumnType::kCategory, both));
  if (history.returns) {
    named.push_back(name(history.returns->column, title + "returns", ColumnType::kText, both));
    named.back().verbatim = true;
  }
  return named;
}

std::optional<ColumnPlace> place_of(const std::vector<SourceHead>& heads, const Named& named) {
  for (const std::size_t source : named.sources) {
    if (const auto place = place_in(heads, source, named.use.ref.text)) return place;
  }
  return std::nullopt;
}

/// The shares of one history that the job names, by "share_X" or "orders.share_X".
std::vector<std::string> named_shares(const Job& job, const std::vector<SourceHead>& heads, const SourceSpec& spec) {
  std::vector<std::string> shares;
  if (spec.history.category.empty()) return shares;
  const std::string prefix = spec.name + ".";
  for (const ColumnUse& use : column_uses(job)) {
    std::string_view name = use.ref.text;
    const bool full = name.starts_with(prefix);
    if (full) name.remove_prefix(prefix.size());
    if (!name.starts_with(derived::kShare) || name.size() == derived::kShare.size()) continue;
    const bool is_account_column = !full && std::any_of(heads.begin(), heads.end(), [&](const SourceHead& head) {
      return std::find(head.columns.begin(), head.columns.end(), name) != head.columns.end();
    });
    if (!is_account_column && std::find(shares.begin(), shares.end(), name) == shares.end()) shares.emplace_back(name);
  }
  return shares;
}

std::vector<std::string> derived_with_shares(const Job& job, const std::vector<SourceHead>& heads,
                                             const SourceSpec& spec) {
  std::vector<std::string> names = derived_columns(spec.history);
  for (std::string& share : named_shares(job, heads, spec)) names.push_back(std::move(share));
  return names;
}

}  // namespace

std::vector<std::string> derived_columns(const HistorySpec& history) {
  const bool has_time = !history.time.empty();
  const bool has_amount = !history.amount.empty();
  std::vector<std::string> names{std::string(derived::kFrequency)};
  const auto add = [&names](bool there, std::string_view name) {
    if (there) names.emplace_back(name);
  };
  add(has_time, derived::kRecency);
  add(has_time, derived::kTenure);
  add(has_time, derived::kGap);
  add(has_amount, derived::kMonetary);
  add(has_amount, derived::kAverageOrder);
  add(has_amount && has_time, derived::kTrend);
  add(has_amount || history.returns, derived::kReturns);
  add(!history.category.empty(), derived::kCategory);
  return names;
}

ColumnType derived_type(std::string_view name) noexcept {
  return name == derived::kCategory ? ColumnType::kCategory : ColumnType::kNumber;
}

std::vector<SourceHead> heads_of_accounts(const Job& job, const std::vector<SourceHead>& heads) {
  std::vector<SourceHead> seen = heads;
  for (std::size_t s = 0; s < seen.size(); ++s) {
    const SourceKind kind = job.sources[s].kind;
    if (kind == SourceKind::kLookup || kind == SourceKind::kHistory) seen[s].columns.clear();
  }
  const std::vector<SourceHead> of_files = seen;
  for (std::size_t s = 0; s < seen.size(); ++s) {
    if (job.sources[s].kind == SourceKind::kHistory)
      seen[s].columns = derived_with_shares(job, of_files, job.sources[s]);
  }
  return seen;
}

std::vector<SourceHead> heads_as_described(const Job& job, const std::vector<SourceHead>& heads) {
  const std::vector<SourceHead> of_accounts = heads_of_accounts(job, heads);
  std::vector<SourceHead> described = heads;
  for (std::size_t s = 0; s < described.size(); ++s) {
    if (job.sources[s].kind != SourceKind::kHistory) continue;
    std::vector<std::string>& columns = described[s].columns;
    for (const std::string& name : of_accounts[s].columns) {
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
    }
  }
  return described;
}

HistoryColumns history_columns(const Job& job, const std::vector<SourceHead>& heads, std::size_t source) {
  const HistorySpec& history = job.sources[source].history;
  const std::vector<Named> named = named_by(job, source);
  std::size_t next = 0;
  const auto take = [&] { return place_of(heads, named[next++]).value(); };
  HistoryColumns columns;
  columns.lookup = lookup_of(job, history);
  columns.account = take();
  if (history.via) columns.link = take().column;
  if (!history.time.empty()) columns.time = take();
  for (std::size_t c = 0; c < history.amount.columns.size(); ++c) columns.operands.push_back(take());
  if (!history.category.empty()) columns.category = take();
  if (history.returns) columns.returns = take();
  return columns;
}

void check_history(const Job& job, const std::vector<SourceHead>& heads, std::size_t source,
                   std::vector<std::string>& mistakes) {
  for (const Named& named : named_by(job, source)) {
    if (place_of(heads, named)) continue;
    std::vector<std::string> known;
    std::vector<std::string> names;
    for (const std::size_t s : named.sources) {
      known.insert(known.end(), heads[s].columns.begin(), heads[s].columns.end());
      names.push_back(heads[s].name);
    }
    const ColumnUse& use = named.use;
    mistakes.push_back(fmt::format("{}{}: \"{}\" is no column of {}{}", job_place(job, use.ref.line, use.ref.column),
                                   use.purpose, use.ref.text, fmt::join(names, " or "),
                                   did_you_mean(use.ref.text, known)));
  }
}

std::vector<HistoryUse> history_uses(const Job& job, const std::vector<SourceHead>& heads, std::size_t source) {
  const HistorySpec& history = job.sources[source].history;
  std::vector<Named> named = named_by(job, source);
  // The key by which rows travel is not stored; with a lookup that is the link, and the account's key is stored there.
  named.erase(named.begin() + (history.via ? 1 : 0));
  std::vector<HistoryUse> uses;
  for (Named& one : named) uses.push_back({one.use, place_of(heads, one).value(), one.verbatim});
  return uses;
}

std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = nearest(word, known);
  return near.empty() ? fmt::format("; there are: {}", fmt::join(known, ", "))
                      : fmt::format("; did you mean \"{}\"?", near);
}

}  // namespace tessera::intake
