#include "ingest/contact_columns.hpp"

#include <fmt/format.h>

#include "ingest/job_titles.hpp"
#include "job/words.hpp"

namespace tessera::intake {

std::vector<std::string> contact_columns(const ContactsSpec& contacts) {
  std::vector<std::string> names{std::string(derived::kContacts)};
  const bool has_title = !contacts.title.empty();
  const bool has_email = !contacts.email.empty();
  if (has_email) names.emplace_back(derived::kReachable);
  if (has_title) names.emplace_back(derived::kDecisionMakers);
  if (has_title && has_email) names.emplace_back(derived::kReachableDecisionMaker);
  if (!has_title) return names;
  names.emplace_back(derived::kHighestSeniority);
  names.emplace_back(derived::kMainDepartment);
  for (const job::Choice<Seniority>& one : job::kSeniorityWords)
    names.push_back(fmt::format("{}{}", derived::kSeniorityShare, one.word));
  for (const std::string& department : departments_of(contacts.titles))
    names.push_back(fmt::format("{}{}", derived::kDepartmentShare, department));
  return names;
}

ColumnType contact_type(std::string_view name) noexcept {
  if (name == derived::kHighestSeniority || name == derived::kMainDepartment) return ColumnType::kCategory;
  return name == derived::kReachableDecisionMaker ? ColumnType::kFlag : ColumnType::kNumber;
}

std::vector<NamedColumn> named_by_contacts(const Job& job, std::size_t source) {
  const ContactsSpec& contacts = job.sources[source].contacts;
  const std::string title = fmt::format("[[source]] \"{}\" ", job.sources[source].name);
  std::vector<NamedColumn> named;
  const auto add = [&](const ColumnRef& ref, const char* key, ColumnType type) {
    if (ref.empty()) return;
    named.push_back(named_column(ref, title + key, type, {source}));
    named.back().verbatim = type == ColumnType::kText;
  };
  add(contacts.title, "title", ColumnType::kText);
  add(contacts.email, "email", ColumnType::kText);
  add(contacts.opt_out, "opt_out", ColumnType::kFlag);
  return named;
}

}  // namespace tessera::intake
