#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <string_view>
#include <utility>

#include "ingest/account_directory.hpp"
#include "ingest/cell.hpp"
#include "ingest/contact_columns.hpp"
#include "ingest/domain.hpp"
#include "ingest/folded_source.hpp"
#include "ingest/job_titles.hpp"
#include "job/words.hpp"

namespace tessera::intake {
namespace {

/// Whether mail can be sent there, as far as the writing shows: something, an @, and a domain.
bool is_mail_address(std::string_view cell) noexcept {
  const std::string_view address = trimmed(cell);
  const std::size_t at = address.rfind('@');
  return at != std::string_view::npos && at > 0 && address.find_first_of(" \t,;") == std::string_view::npos &&
         domain_of(address).has_value();
}

/// Counts of people by account, all in one row of whole numbers each.
class ContactFolds {
 public:
  explicit ContactFolds(const FoldedSource& contacts)
      : contacts_(contacts),
        spec_(contacts.spec().contacts),
        departments_(departments_of(spec_.titles)),
        titles_(spec_.titles),
        counts_(contacts.accounts.n_local * width()) {}

  void take(const ArrivedRows& rows, FoldedRows& folded, UnmatchedKeys& unmatched);
  /// Collective.
  [[nodiscard]] std::vector<Column> columns(const parallel::Communicator& comm) const;

 private:
  enum Count : std::size_t { kAll, kReachable, kDecisionMakers, kReachableDecisionMakers, kBySeniority };
  static constexpr std::size_t kByDepartment = kBySeniority + kSeniorities;
  [[nodiscard]] std::size_t width() const noexcept { return kByDepartment + departments_.size(); }
  [[nodiscard]] std::uint32_t count(std::size_t account, std::size_t which) const {
    return counts_[account * width() + which];
  }
  [[nodiscard]] bool decides(std::optional<Seniority> seniority) const {
    return seniority && std::ranges::find(spec_.decision_makers, *seniority) != spec_.decision_makers.end();
  }
  void add(std::size_t account, const TitleMeaning& meaning, bool reachable);
  [[nodiscard]] Column column(std::string name) const;
  [[nodiscard]] Column counted(std::string name, std::size_t which) const;
  [[nodiscard]] Column share(std::string name, std::size_t which, std::size_t first, std::size_t end) const;
  [[nodiscard]] Column reachable_decision_maker() const;
  [[nodiscard]] Column highest_seniority() const;
  [[nodiscard]] Column main_department() const;

  const FoldedSource& contacts_;
  const ContactsSpec& spec_;
  std::vector<std::string> departments_;
  JobTitles titles_;
  std::vector<std::uint32_t> counts_;  ///< accounts × width()
};

void ContactFolds::add(std::size_t account, const TitleMeaning& meaning, bool reachable) {
  std::uint32_t* const counts = counts_.data() + account * width();
  const bool decides = this->decides(meaning.seniority);
  ++counts[kAll];
  counts[kReachable] += reachable ? 1 : 0;
  counts[kDecisionMakers] += decides ? 1 : 0;
  counts[kReachableDecisionMakers] += decides && reachable ? 1 : 0;
  if (meaning.seniority) ++counts[kBySeniority + static_cast<std::size_t>(*meaning.seniority)];
  if (meaning.department) ++counts[kByDepartment + *meaning.department];
}

void ContactFolds::take(const ArrivedRows& rows, FoldedRows& folded, UnmatchedKeys& unmatched) {
  const auto column = [&](const ColumnRef& ref, ColumnType type) -> const Column* {
    if (ref.empty()) return nullptr;
    return &column_of(rows, contacts_.heads, named_column(ref, "", type, {contacts_.source}));
  };
  const Column* const titles = column(spec_.title, ColumnType::kText);
  const Column* const emails = column(spec_.email, ColumnType::kText);
  const Column* const opt_outs = column(spec_.opt_out, ColumnType::kFlag);
  for (std::size_t row = 0; row < rows.ids.size(); ++row) {
    const std::size_t account = find_account(contacts_.accounts, rows.ids.at(row));
    if (account == kNoAccount) {
      ++folded.unmatched;
      unmatched.add(contacts_.source, rows.ids.at(row), 1, kNoSuchAccount);
      continue;
    }
    ++folded.used;
    const bool has_mail = emails != nullptr && is_mail_address(std::get<TextColumn>(emails->data).at(row));
    const bool opted_out = opt_outs != nullptr && std::get<FlagColumn>(opt_outs->data).values[row] == 1;
    TitleMeaning meaning;
    if (titles != nullptr) meaning = titles_.meaning(std::get<TextColumn>(titles->data).at(row));
    add(account, meaning, has_mail && !opted_out);
  }
}

Column ContactFolds::counted(std::string name, std::size_t which) const {
  NumberColumn column;
  for (std::size_t i = 0; i < contacts_.accounts.n_local; ++i) column.values.push_back(count(i, which));
  return {contacts_.spec().name, std::move(name), ColumnType::kNumber, std::move(column)};
}

Column ContactFolds::share(std::string name, std::size_t which, std::size_t first, std::size_t end) const {
  NumberColumn column;
  for (std::size_t i = 0; i < contacts_.accounts.n_local; ++i) {
    std::uint64_t all = 0;
    for (std::size_t one = first; one < end; ++one) all += count(i, one);
    column.values.push_back(all == 0 ? std::numeric_limits<double>::quiet_NaN()
                                     : static_cast<double>(count(i, which)) / static_cast<double>(all));
  }
  return {contacts_.spec().name, std::move(name), ColumnType::kNumber, std::move(column)};
}

Column ContactFolds::reachable_decision_maker() const {
  FlagColumn column;
  for (std::size_t i = 0; i < contacts_.accounts.n_local; ++i)
    column.values.push_back(count(i, kReachableDecisionMakers) > 0 ? 1 : 0);
  return {contacts_.spec().name, std::string(derived::kReachableDecisionMaker), ColumnType::kFlag, std::move(column)};
}

Column ContactFolds::highest_seniority() const {
  CategoryColumn column;
  for (const job::Choice<Seniority>& one : job::kSeniorityWords) column.categories.emplace_back(one.word);
  std::ranges::sort(column.categories);
  std::array<std::int32_t, kSeniorities> codes{};
  for (const job::Choice<Seniority>& one : job::kSeniorityWords)
    codes.at(static_cast<std::size_t>(one.value)) =
        static_cast<std::int32_t>(std::ranges::lower_bound(column.categories, one.word) - column.categories.begin());
  for (std::size_t i = 0; i < contacts_.accounts.n_local; ++i) {
    std::int32_t highest = -1;
    for (std::size_t s = kSeniorities; s-- > 0;) highest = count(i, kBySeniority + s) > 0 ? codes.at(s) : highest;
    column.codes.push_back(highest);
  }
  return {contacts_.spec().name, std::string(derived::kHighestSeniority), ColumnType::kCategory, std::move(column)};
}

/// That of most contacts, of equals the first by name.
Column ContactFolds::main_department() const {
  CategoryColumn column;
  column.categories = departments_;
  for (std::size_t i = 0; i < contacts_.accounts.n_local; ++i) {
    std::int32_t main = -1;
    std::uint32_t most = 0;
    for (std::size_t d = 0; d < departments_.size(); ++d) {
      if (count(i, kByDepartment + d) <= most) continue;
      main = static_cast<std::int32_t>(d);
      most = count(i, kByDepartment + d);
    }
    column.codes.push_back(main);
  }
  return {contacts_.spec().name, std::string(derived::kMainDepartment), ColumnType::kCategory, std::move(column)};
}

Column ContactFolds::column(std::string name) const {
  if (name == derived::kContacts) return counted(std::move(name), kAll);
  if (name == derived::kReachable) return counted(std::move(name), kReachable);
  if (name == derived::kDecisionMakers) return counted(std::move(name), kDecisionMakers);
  if (name == derived::kReachableDecisionMaker) return reachable_decision_maker();
  if (name == derived::kHighestSeniority) return highest_seniority();
  return main_department();
}

std::vector<Column> ContactFolds::columns(const parallel::Communicator& comm) const {
  std::vector<std::uint64_t> people(width());
  for (std::size_t i = 0; i < counts_.size(); ++i) people[i % width()] += counts_[i];
  comm.all_reduce<parallel::Reduce::kSum>(std::span<std::uint64_t>(people));
  const auto is_named = [&](const std::string& name) {
    return std::ranges::any_of(column_uses(contacts_.job), [&](const ColumnUse& use) {
      return use.ref.text == name || use.ref.text == contacts_.spec().name + "." + name;
    });
  };
  std::vector<Column> columns;
  std::size_t next_share = kBySeniority;
  for (const std::string& name : contact_columns(spec_)) {
    if (!name.starts_with(derived::kSeniorityShare) && !name.starts_with(derived::kDepartmentShare)) {
      columns.push_back(column(name));
      continue;
    }
    const std::size_t which = next_share++;
    if (people[which] == 0 && !is_named(name)) continue;
    const bool of_seniority = which < kByDepartment;
    columns.push_back(share(name, which, of_seniority ? std::size_t{kBySeniority} : kByDepartment,
                            of_seniority ? kByDepartment : width()));
  }
  return columns;
}

}  // namespace

FoldedRows fold_contacts(const Context& context, const FoldedSource& contacts, Quarantine& quarantine,
                         UnmatchedKeys& unmatched) {
  FoldedRows folded;
  ContactFolds folds(contacts);
  folded.rows_read =
      fold_rows(context, contacts, quarantine, [&](const ArrivedRows& rows) { folds.take(rows, folded, unmatched); });
  folded.columns = folds.columns(context.comm);
  return folded;
}

}  // namespace tessera::intake
