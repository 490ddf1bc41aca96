#include "ingest/families.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "ingest/account_directory.hpp"
#include "ingest/cell.hpp"
#include "ingest/exact_total.hpp"
#include "ingest/row_packing.hpp"
#include "parallel/communicator.hpp"

namespace tessera::intake {
namespace {

/// Where the way up from an account has come to, after 2^rounds steps or at a root.
struct Climb {
  std::uint64_t at = 0;      ///< position of an ancestor, or of the account itself
  std::uint64_t lowest = 0;  ///< of the positions passed on the way
  bool at_root = false;
};

/// A family as its root's rank adds it up.
struct Family {
  std::uint64_t accounts = 0;
  std::uint64_t valued = 0;
  ExactTotal value;
};

class Families {
 public:
  Families(const Context& context, const AccountTable& accounts, const SourceSpec& spec, std::size_t source,
           UnmatchedKeys& unmatched)
      : context_(context),
        comm_(context.comm),
        accounts_(accounts),
        spec_(spec),
        source_(source),
        unmatched_(unmatched),
        directory_(context.comm, accounts) {}

  /// Collective, each, in this order.
  void find_parents(const TextColumn& ids);
  void find_roots();
  [[nodiscard]] std::vector<Column> columns(const std::vector<double>* values);

 private:
  [[nodiscard]] std::uint64_t position(std::size_t i) const noexcept { return accounts_.first_global + i; }
  /// The accounts that have come to no root yet, and where they have come to.
  struct Climbing {
    std::vector<std::uint32_t> accounts;
    std::vector<std::uint64_t> at;
  };
  [[nodiscard]] Climbing still_climbing() const;
  void climb_on();
  void cut_circles();
  [[nodiscard]] Column parents_column();
  /// Places of accounts, those of one root side by side.
  [[nodiscard]] std::vector<std::uint32_t> by_root() const;
  [[nodiscard]] std::vector<Family> add_up(const std::vector<std::uint32_t>& order, const std::vector<double>* values);
  void warn(std::uint64_t n_here, const char* what) const;

  const Context& context_;
  const parallel::Communicator& comm_;
  const AccountTable& accounts_;
  const SourceSpec& spec_;
  std::size_t source_;
  UnmatchedKeys& unmatched_;
  AccountDirectory directory_;
  std::vector<std::uint64_t> parents_;  ///< by account: position; its own: none
  std::vector<Climb> climbs_;           ///< by account; at the root in the end
};

void Families::warn(std::uint64_t n_here, const char* what) const {
  const std::uint64_t n = comm_.all_reduce<parallel::Reduce::kSum>(n_here);
  if (n > 0)
    context_.journal.warn(
        fmt::format("{}.{}: {} {}; /ingest/unmatched lists them", spec_.name, spec_.parent.text, n, what));
}

void Families::find_parents(const TextColumn& ids) {
  const int n_ranks = comm_.size();
  std::vector<WireWriter> questions(static_cast<std::size_t>(n_ranks));
  std::vector<std::vector<std::uint32_t>> asking(questions.size());  // by rank: the accounts that ask
  parents_.resize(accounts_.n_local);
  std::iota(parents_.begin(), parents_.end(), accounts_.first_global);
  std::uint64_t n_nobody = 0;
  parallel::run_together(comm_, [&] {
    for (std::size_t i = 0; i < accounts_.n_local; ++i) {
      const std::string_view cell = ids.at(i);
      if (is_missing(trimmed(cell))) continue;
      const std::string id = account_id(cell, spec_.key_format).value_or(std::string(cell));
      if (id == accounts_.ids.at(i)) continue;
      const auto owner = static_cast<std::size_t>(owner_of(account_key(id), n_ranks));
      questions[owner].put_text(id);
      asking[owner].push_back(static_cast<std::uint32_t>(i));
    }
  });
  const auto asked = exchange_written(comm_, questions);
  std::vector<WireWriter> replies(questions.size());
  parallel::run_together(comm_, [&] {
    for (std::size_t rank = 0; rank < asked.size(); ++rank) {
      WireReader in(text_of(asked[rank]));
      while (!in.done()) {
        const std::string_view id = in.view_text();
        const std::size_t place = find_account(accounts_, id);
        replies[rank].put(place == kNoAccount ? accounts_.n_global : position(place));
        if (place != kNoAccount) continue;
        ++n_nobody;
        unmatched_.add(source_, id, 1, "the parent of an account, but no account itself");
      }
    }
  });
  const auto told = exchange_written(comm_, replies);
  for (std::size_t rank = 0; rank < told.size(); ++rank) {
    WireReader in(text_of(told[rank]));
    for (const std::uint32_t i : asking[rank]) {
      const auto parent = in.get<std::uint64_t>();
      if (parent != accounts_.n_global) parents_[i] = parent;
    }
  }
  warn(n_nobody, "accounts have a parent that is no account, which counts as none");
}

Families::Climbing Families::still_climbing() const {
  Climbing climbing;
  for (std::size_t i = 0; i < climbs_.size(); ++i) {
    if (climbs_[i].at_root) continue;
    climbing.accounts.push_back(static_cast<std::uint32_t>(i));
    climbing.at.push_back(climbs_[i].at);
  }
  return climbing;
}

void Families::climb_on() {
  const auto [climbing, positions] = still_climbing();
  const auto reply = [&](std::size_t local, WireWriter& out) { out.put(climbs_[local]); };
  std::vector<Climb> there(positions.size());
  directory_.ask(positions, reply, [&](std::size_t k, WireReader& in) { there[k] = in.get<Climb>(); });
  for (std::size_t k = 0; k < there.size(); ++k) {
    Climb& mine = climbs_[climbing[k]];
    mine.at = there[k].at;
    mine.lowest = std::min(mine.lowest, there[k].lowest);
    mine.at_root = there[k].at_root;
  }
}

void Families::find_roots() {
  for (std::size_t i = 0; i < accounts_.n_local; ++i)
    climbs_.push_back({parents_[i], position(i), parents_[i] == position(i)});
  const auto n_climbing = [&] {
    return comm_.all_reduce<parallel::Reduce::kSum>(
        static_cast<std::uint64_t>(std::ranges::count(climbs_, false, &Climb::at_root)));
  };
  // After as many steps as there are accounts, who is at no root yet is in a circle, and has passed all of it.
  for (std::uint64_t steps = 1; steps < accounts_.n_global && n_climbing() > 0; steps *= 2) climb_on();
  if (n_climbing() > 0) cut_circles();
}

void Families::cut_circles() {
  // An account below a circle has passed others as well; whoever it has come to has passed the circle alone.
  const auto [climbing, positions] = still_climbing();
  std::uint64_t n_circles = 0;
  const auto reply = [&](std::size_t local, WireWriter& out) { out.put(climbs_[local].lowest); };
  std::vector<std::uint64_t> roots(positions.size());
  directory_.ask(positions, reply, [&](std::size_t k, WireReader& in) { roots[k] = in.get<std::uint64_t>(); });
  for (std::size_t k = 0; k < roots.size(); ++k) {
    const std::uint32_t i = climbing[k];
    climbs_[i].at = roots[k];
    if (roots[k] != position(i)) continue;
    parents_[i] = position(i);
    ++n_circles;
    unmatched_.add(source_, accounts_.ids.at(i), 1, "parents go in a circle: it is the account whose own was let go");
  }
  warn(n_circles, "circles of parents, each cut above the account with the lowest key");
}

Column Families::parents_column() {
  std::vector<std::uint64_t> positions;
  for (std::size_t i = 0; i < parents_.size(); ++i) {
    if (parents_[i] != position(i)) positions.push_back(parents_[i]);
  }
  FlagColumn flags{std::vector<std::int8_t>(accounts_.n_local)};
  directory_.ask(
      positions, [&](std::size_t local, WireWriter&) { flags.values[local] = 1; }, [](std::size_t, WireReader&) {});
  return {spec_.name, std::string(derived::kIsParent), ColumnType::kFlag, std::move(flags)};
}

std::vector<std::uint32_t> Families::by_root() const {
  std::vector<std::uint32_t> order(climbs_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [&](std::uint32_t i) { return std::pair(climbs_[i].at, i); });
  return order;
}

std::vector<Family> Families::add_up(const std::vector<std::uint32_t>& order, const std::vector<double>* values) {
  std::vector<WireWriter> parts(static_cast<std::size_t>(comm_.size()));
  parallel::run_together(comm_, [&] {
    for (std::size_t k = 0; k < order.size();) {
      const std::uint64_t root = climbs_[order[k]].at;
      Family part;
      for (; k < order.size() && climbs_[order[k]].at == root; ++k) {
        ++part.accounts;
        if (values == nullptr || std::isnan((*values)[order[k]])) continue;
        ++part.valued;
        part.value.add((*values)[order[k]]);
      }
      WireWriter& out = parts[directory_.rank_of(root)];
      out.put(root);
      out.put(part.accounts);
      out.put(part.valued);
      part.value.put(out);
    }
  });
  const auto came = exchange_written(comm_, parts);
  std::vector<Family> families(accounts_.n_local);
  parallel::run_together(comm_, [&] {
    for (const auto& bytes : came) {
      WireReader in(text_of(bytes));
      while (!in.done()) {
        Family& family = families[in.get<std::uint64_t>() - accounts_.first_global];
        family.accounts += in.get<std::uint64_t>();
        family.valued += in.get<std::uint64_t>();
        family.value.add_packed(in);
      }
    }
  });
  return families;
}

std::vector<Column> Families::columns(const std::vector<double>* values) {
  const std::vector<std::uint32_t> order = by_root();
  const std::vector<Family> families = add_up(order, values);
  std::vector<std::uint64_t> roots;
  for (const Climb& climb : climbs_) roots.push_back(climb.at);
  TextColumn ids;
  NumberColumn sizes, worths;
  directory_.ask(
      roots,
      [&](std::size_t local, WireWriter& out) {
        const Family& family = families[local];
        const double worth = family.valued == 0 ? std::numeric_limits<double>::quiet_NaN() : family.value.value();
        out.put_text(accounts_.ids.at(local));
        out.put(static_cast<double>(family.accounts));
        out.put(std::isinf(worth) ? std::numeric_limits<double>::quiet_NaN() : worth);
      },
      [&](std::size_t, WireReader& in) {
        ids.push_back(in.view_text());
        sizes.values.push_back(in.get<double>());
        worths.values.push_back(in.get<double>());
      });
  std::vector<Column> columns;
  columns.push_back({spec_.name, std::string(derived::kFamily), ColumnType::kText, std::move(ids)});
  columns.push_back({spec_.name, std::string(derived::kFamilyAccounts), ColumnType::kNumber, std::move(sizes)});
  if (values != nullptr)
    columns.push_back({spec_.name, std::string(derived::kFamilyValue), ColumnType::kNumber, std::move(worths)});
  columns.push_back(parents_column());
  return columns;
}

}  // namespace

std::vector<std::string> family_columns(const Job& job, std::size_t source) {
  if (source != population_source(job) || job.sources[source].parent.empty()) return {};
  std::vector<std::string> names{std::string(derived::kFamily), std::string(derived::kFamilyAccounts)};
  if (!job.value.column.empty()) names.emplace_back(derived::kFamilyValue);
  names.emplace_back(derived::kIsParent);
  return names;
}

ColumnType family_type(std::string_view name) noexcept {
  if (name == derived::kFamily) return ColumnType::kText;
  return name == derived::kIsParent ? ColumnType::kFlag : ColumnType::kNumber;
}

std::vector<NamedColumn> named_by_families(const Job& job, std::size_t source) {
  const SourceSpec& spec = job.sources[source];
  if (source != population_source(job) || spec.parent.empty()) return {};
  NamedColumn named =
      named_column(spec.parent, fmt::format("[[source]] \"{}\" parent", spec.name), ColumnType::kText, {source});
  named.verbatim = true;
  return {named};
}

std::vector<Column> find_families(const Context& context, const AccountTable& accounts, const SourceSpec& spec,
                                  std::size_t source, const TextColumn& parents, const std::vector<double>* values,
                                  UnmatchedKeys& unmatched) {
  Families families(context, accounts, spec, source, unmatched);
  families.find_parents(parents);
  families.find_roots();
  return families.columns(values);
}

}  // namespace tessera::intake
