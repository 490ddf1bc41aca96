#include "parallel/session.hpp"

#include <fmt/format.h>
#include <mpi.h>
#include <omp.h>
#include <oneapi/tbb/global_control.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <span>
#include <string>
#include <utility>

#include "parallel/native.hpp"
#include "tessera/errors.hpp"

namespace tessera::parallel {
namespace {

/// Called by MPI where one of its calls fails: nothing of the job can be relied on any more.
void end_job_on_error(MPI_Comm* comm, int* code, ...) {
  int rank = -1;
  MPI_Comm_rank(*comm, &rank);
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(*code, text.data(), &length);
  fmt::print(
      stderr,
      "tessera: rank {}: MPI failed: {}. The job ends on all ranks; look for a lost node or a full /dev/shm, and "
      "start it again: it resumes from its last checkpoint.\n",
      rank, std::string_view(text.data(), static_cast<std::size_t>(length)));
  MPI_Abort(*comm, static_cast<int>(ExitCode::kInternal));
}

std::unique_ptr<Communicator::Handle> start(int* argc, char*** argv) {
  int provided = MPI_THREAD_SINGLE;
  MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
  if (provided < MPI_THREAD_FUNNELED) {
    MPI_Finalize();
    throw Error(ExitCode::kInternal,
                fmt::format("this MPI ({}) does not allow threads beside its own calls (MPI_THREAD_FUNNELED): use one "
                            "that was built with thread support",
                            mpi_library_version()),
                true);
  }
  // A communicator of our own: the messages of libraries that talk on MPI_COMM_WORLD cannot meet ours.
  auto handle = std::make_unique<Communicator::Handle>();
  MPI_Comm_dup(MPI_COMM_WORLD, &handle->comm);
  MPI_Errhandler handler = MPI_ERRHANDLER_NULL;
  MPI_Comm_create_errhandler(end_job_on_error, &handler);
  MPI_Comm_set_errhandler(handle->comm, handler);
  MPI_Errhandler_free(&handler);
  return handle;
}

/// The thread budget, with regard to the other ranks on this node. Collective.
ThreadBudget budget_on_node(const Communicator& world) {
  auto handle = std::make_unique<Communicator::Handle>();
  MPI_Comm_split_type(native(world), MPI_COMM_TYPE_SHARED, world.rank(), MPI_INFO_NULL, &handle->comm);
  const Communicator node(std::move(handle));
  AffinityMask together = affinity_mask();
  const int sum_of_cores = node.all_reduce<Reduce::kSum>(cores_in(together));
  node.all_reduce<Reduce::kBitOr>(std::span<std::uint64_t>(together));
  return shared_budget(thread_budget(), node.size(), cores_in(together), sum_of_cores);
}

}  // namespace

struct Session::State {
  State(int* argc, char*** argv)
      : world(start(argc, argv)),
        budget(budget_on_node(world)),
        tasks(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(budget.threads)) {
    omp_set_num_threads(budget.threads);
    omp_set_max_active_levels(1);
  }

  Communicator world;
  ThreadBudget budget;
  tbb::global_control tasks;
};

Session::Session(int* argc, char*** argv) {
  // Threads that wait in OpenMP must not take cores from oneTBB's. Where the environment decides, it has its way.
  // Runtimes that read it as they are loaded (GCC's) need it from the script that starts the job; they spin for some 10
  // ms at most.
  setenv("OMP_WAIT_POLICY", "passive", 0);
  state_ = std::make_unique<State>(argc, argv);
}

Session::~Session() {
  if (std::uncaught_exceptions() > 0) abort(static_cast<int>(ExitCode::kInternal));
  state_.reset();
  MPI_Finalize();
}

const Communicator& Session::world() const noexcept {
  return state_->world;
}
const ThreadBudget& Session::threads() const noexcept {
  return state_->budget;
}

void Session::abort(int exit_code) noexcept {
  std::fflush(nullptr);
  MPI_Abort(native(state_->world), exit_code);
  std::_Exit(exit_code);
}

const char* mpi_library_version() {
  static const std::string version = [] {
    std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
    int length = 0;
    MPI_Get_library_version(text.data(), &length);
    std::string all(text.data(), static_cast<std::size_t>(length));
    return all.substr(0, all.find_first_of("\n\r"));
  }();
  return version.c_str();
}

}  // namespace tessera::parallel
