#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "generate/company.hpp"

namespace tessera::generate {

/// One of the files of the company: its header, and what it says of one account (no line, one, or many).
struct CompanyFile {
  std::string_view name;
  std::string_view header;
  void (*append)(const Company& company, std::uint64_t account, std::string& out);
};

/// accounts.csv, truth.csv, engagement.csv, outcomes.csv, orders.csv, contacts.csv, feedback.csv, provider.csv,
/// campaign.csv; the first two are what --accounts-only writes.
[[nodiscard]] std::span<const CompanyFile> company_files() noexcept;

/// "A" and nine digits.
void append_account_id(std::uint64_t account, std::string& out);
void append_website(const Company& company, std::uint64_t account, std::string& out);
/// The name as people write it, not yet quoted; it may hold commas, quotes and any script.
[[nodiscard]] std::string company_name(const Company& company, std::uint64_t account);

void append_accounts(const Company& company, std::uint64_t account, std::string& out);
void append_truth(const Company& company, std::uint64_t account, std::string& out);
void append_engagement(const Company& company, std::uint64_t account, std::string& out);
void append_outcomes(const Company& company, std::uint64_t account, std::string& out);
void append_orders(const Company& company, std::uint64_t account, std::string& out);
void append_contacts(const Company& company, std::uint64_t account, std::string& out);
void append_feedback(const Company& company, std::uint64_t account, std::string& out);
void append_provider(const Company& company, std::uint64_t account, std::string& out);
void append_campaign(const Company& company, std::uint64_t account, std::string& out);

}  // namespace tessera::generate
