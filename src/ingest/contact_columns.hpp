#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/needed_column.hpp"
#include "tessera/job.hpp"

namespace tessera::intake {

/// Names of what contacts give to accounts.
namespace derived {
inline constexpr std::string_view kContacts = "contacts", kDecisionMakers = "decision_makers",
                                  kHighestSeniority = "highest_seniority", kMainDepartment = "main_department",
                                  kReachable = "reachable", kReachableDecisionMaker = "reachable_decision_maker",
                                  kSeniorityShare = "seniority_", kDepartmentShare = "department_";
}

/// All that these contacts may give; of shares, which come last, those exist that the job names or that a contact has.
[[nodiscard]] std::vector<std::string> contact_columns(const ContactsSpec& contacts);
[[nodiscard]] ColumnType contact_type(std::string_view name) noexcept;

/// Title, e-mail and opt-out, as far as the job names them, in this order.
[[nodiscard]] std::vector<NamedColumn> named_by_contacts(const Job& job, std::size_t source);

}  // namespace tessera::intake
