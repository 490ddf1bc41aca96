#include "tessera/generate.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <exception>
#include <filesystem>

#include "generate/company.hpp"
#include "generate/rows.hpp"
#include "tessera/errors.hpp"

namespace tessera {
namespace generate {

std::span<const CompanyFile> company_files() noexcept {
  static constexpr std::array<CompanyFile, 9> kFiles = {{
      {"accounts.csv",
       "account_id,name,website,industry,employees,revenue,country,region,city_type,founded,is_customer,funnel_stage,"
       "do_not_contact\n",
       append_accounts},
      {"truth.csv", "account_id,segment,segment_name\n", append_truth},
      {"engagement.csv", "account_id,sent,opened,clicks,visits,last_touch,touch_channel,asset_kind\n",
       append_engagement},
      {"outcomes.csv", "account_id,converted,churned,clv\n", append_outcomes},
      {"orders.csv", "order_id,account_id,order_date,product_line,quantity,unit_price,discount\n", append_orders},
      {"contacts.csv", "account_id,name,title,email\n", append_contacts},
      {"feedback.csv", "account_id,date,score,theme\n", append_feedback},
      {"provider.csv", "website,employees,revenue,industry,technologies\n", append_provider},
      {"campaign.csv", "account_id,arm,sent_date,responded,revenue,cost\n", append_campaign},
  }};
  return kFiles;
}

namespace {

/// A file being written; closed on every way out.
class OutputFile {
 public:
  explicit OutputFile(std::filesystem::path path)
      : path_(std::move(path)), descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)) {
    if (descriptor_ < 0) fail("cannot create");
  }
  ~OutputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("cannot write");
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void close() {
    const int closed = ::close(descriptor_);
    descriptor_ = -1;
    if (closed != 0) fail("cannot close");
  }

 private:
  [[noreturn]] void fail(const char* what) const {
    throw Error(ExitCode::kCannotWrite, fmt::format("{} {}: {}; free some space or give another folder by --to", what,
                                                    path_.string(), std::strerror(errno)));
  }
  std::filesystem::path path_;
  int descriptor_;
};

/// Renders blocks of accounts on all threads; each writes its block when its turn comes, while the others render on.
/// The same bytes at any thread count.
std::uint64_t write_file(const Company& company, const CompanyFile& file, const std::filesystem::path& folder,
                         int threads) {
  constexpr std::uint64_t kBlock = 4096;
  OutputFile out(folder / file.name);
  out.write(file.header);
  std::uint64_t bytes = file.header.size();
  const std::uint64_t blocks = (company.n_ever() + kBlock - 1) / kBlock;
  std::exception_ptr failure;  // must not leave the parallel region as an exception
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) ordered
  for (std::uint64_t b = 0; b < blocks; ++b) {
    std::string rendered;
    rendered.reserve(kBlock * 256);
    for (std::uint64_t account = b * kBlock; account < std::min((b + 1) * kBlock, company.n_ever()); ++account)
      file.append(company, account, rendered);
#pragma omp ordered
    if (!failure) {
      try {
        out.write(rendered);
        bytes += rendered.size();
      } catch (...) {
        failure = std::current_exception();
      }
    }
  }
  if (failure) std::rethrow_exception(failure);
  out.close();
  return bytes;
}

std::uint64_t write_events(const Company& company, const std::filesystem::path& folder) {
  const std::string text = company.calendar().told_by(company.night());
  OutputFile out(folder / "events.csv");
  out.write(text);
  out.close();
  return text.size();
}

}  // namespace
}  // namespace generate

GenerateReport generate_company(const GenerateOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  const generate::Company company(options);
  std::error_code failed;
  std::filesystem::create_directories(options.directory, failed);
  if (failed)
    throw Error(ExitCode::kCannotWrite, fmt::format("cannot make the folder {}: {}; give another by --to",
                                                    options.directory, failed.message()));
  GenerateReport report;
  report.planted_segments = company.calendar().segments_on(company.night());
  auto files = generate::company_files();
  if (options.accounts_only) files = files.first(2);
  for (const generate::CompanyFile& file : files)
    report.bytes += generate::write_file(company, file, options.directory, options.threads);
  if (!options.events.empty()) report.bytes += generate::write_events(company, options.directory);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return report;
}

}  // namespace tessera
