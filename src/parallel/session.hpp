#pragma once

#include <memory>

#include "core/threads.hpp"
#include "parallel/communicator.hpp"

namespace tessera::parallel {

/// MPI for the life of the object. One a process. Asks for MPI_THREAD_FUNNELED and checks it; sets OpenMP and oneTBB to
/// the thread budget, which ranks of a node divide where they are not bound to cores of their own. Errors of MPI end
/// the job with a message. To finalise while one rank unwinds would wait for ever, so an exception that leaves the
/// session's scope aborts the job with 70: catch inside, and leave in order where Error::everywhere() says that all
/// ranks do.
class Session {
 public:
  Session(int* argc, char*** argv);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const Communicator& world() const noexcept;
  [[nodiscard]] const ThreadBudget& threads() const noexcept;
  /// Ends the job on all ranks at once with this exit code. Does not return.
  [[noreturn]] void abort(int exit_code) noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The MPI that this binary is linked with, for doctor; works without a session.
[[nodiscard]] const char* mpi_library_version();

}  // namespace tessera::parallel
