#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/commands.hpp"
#include "cli/measure.hpp"
#include "cli/options.hpp"
#include "core/threads.hpp"
#include "job/parquet_support.hpp"
#include "lloyd/kernel.hpp"
#include "parallel/session.hpp"
#include "plan/rates.hpp"
#include "storage/version.hpp"
#include "tessera/errors.hpp"

namespace tessera::cli {
namespace {

namespace po = boost::program_options;
using nlohmann::ordered_json;

/// Where a program lies on PATH; empty if nowhere.
std::string on_path(const std::string& program) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::error_code ignored;
    const std::filesystem::path candidate = std::filesystem::path(folder) / program;
    if (!folder.empty() && std::filesystem::exists(candidate, ignored)) return candidate.string();
  }
  return {};
}

/// Whether srun starts ranks by pmix, which MPI needs; null where there is no srun or it does not say.
ordered_json srun_has_pmix() {
  if (on_path("srun").empty()) return nullptr;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> list(::popen("timeout 5 srun --mpi=list 2>&1", "r"), &::pclose);
  if (!list) return nullptr;
  std::string said;
  std::array<char, 4096> block{};
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), list.get())) said.append(block.data(), got);
  if (said.find("pmix") != std::string::npos) return true;
  return said.find("none") == std::string::npos ? ordered_json(nullptr) : ordered_json(false);
}

std::string pmix_in_words(const ordered_json& has_pmix) {
  if (has_pmix.is_null()) return "";
  return has_pmix.get<bool>() ? "; srun starts ranks by pmix"
                              : "; srun knows no pmix: start ranks by mpirun (TESSERA_LAUNCHER=mpirun)";
}

ordered_json examine() {
  const ThreadBudget budget = thread_budget();
  ordered_json simd = ordered_json::object();
  try {
    simd = {{"in_use", lloyd::simd_target()}, {"can_run", lloyd::simd_targets()}};
  } catch (const Error& error) {
    simd = {{"error", error.what()}, {"exit_code", static_cast<int>(error.code())}};
  }
  return {{"tessera", TESSERA_VERSION},
          {"compiler", __VERSION__},
          {"mpi", parallel::mpi_library_version()},
          {"mpirun", on_path("mpirun")},
          {"hdf5", storage::hdf5_version()},
          {"parquet", job::parquet_library()},
          {"threads", {{"budget", budget.threads}, {"decided_by", budget.decided_by}, {"cores", budget.affinity}}},
          {"simd", simd},
          {"slurm", on_path("sbatch")},
          {"srun_has_pmix", srun_has_pmix()}};
}

void print_report(const ordered_json& facts) {
  const auto text = [](const ordered_json& value) { return value.get<std::string>(); };
  const auto or_none = [](const std::string& value) { return value.empty() ? std::string("not found") : value; };
  std::cout << fmt::format("Tessera   {} (compiled by {})\n", text(facts["tessera"]), text(facts["compiler"]));
  std::cout << fmt::format("MPI       {}\nmpirun    {}\n", text(facts["mpi"]), or_none(text(facts["mpirun"])));
  std::cout << fmt::format("HDF5      {}\n", text(facts["hdf5"]));
  const std::string parquet = text(facts["parquet"]);
  std::cout << fmt::format("Parquet   {}\n",
                           parquet.empty() ? fmt::format("not in this build: {}", job::kHowToReadParquet) : parquet);
  std::cout << fmt::format("Threads   {} of {} cores, by {}\n", facts["threads"]["budget"].get<int>(),
                           facts["threads"]["cores"].get<int>(), text(facts["threads"]["decided_by"]));
  if (facts["simd"].contains("error")) {
    std::cout << "SIMD      " << text(facts["simd"]["error"]) << "\n";
  } else {
    std::cout << "SIMD      " << text(facts["simd"]["in_use"]) << " in use; this machine can run";
    for (const auto& target : facts["simd"]["can_run"]) std::cout << " " << text(target);
    std::cout << "\n";
  }
  std::cout << "Slurm     " << or_none(text(facts["slurm"])) << pmix_in_words(facts["srun_has_pmix"]) << "\n";
}

}  // namespace

int doctor_command(const std::vector<std::string>& words, int* argc, char*** argv) {
  po::options_description options("Options");
  options.add_options()("json", "the same as JSON")(
      "measure", "measure what this machine does in a second, for tessera plan; under mpirun or srun reductions too")(
      "rates", po::value<std::string>()->default_value(plan::rates_path()), "where --measure keeps that");
  const Parsed parsed = parse(words, options, {}, "tessera doctor [--json | --measure [--rates FILE]]",
                              "mpirun -n 2 tessera doctor --measure");
  if (parsed.help) return 0;
  if (parsed.values.count("measure") != 0) return measure(argc, argv, parsed.values["rates"].as<std::string>());
  const ordered_json facts = examine();
  if (parsed.values.count("json") != 0)
    std::cout << facts.dump(2) << "\n";
  else
    print_report(facts);
  return facts["simd"].value("exit_code", 0);
}

}  // namespace tessera::cli
