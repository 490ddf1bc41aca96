#pragma once

#include <stdexcept>
#include <string>

namespace tessera {

/// What the process ends with. The numbers are those of sysexits.h where one fits; 79 is ours.
enum class ExitCode : int {
  kDone = 0,
  kUsage = 64,        ///< the command line
  kBadData = 65,      ///< an empty population, too much in quarantine, an unclosed quote
  kNoInput = 66,      ///< a source is missing or unreadable
  kUnavailable = 69,  ///< what is needed is not there: memory for the job, a CPU that runs the kernels
  kInternal = 70,     ///< our bug: counts do not reconcile, an invariant broke
  kCannotWrite = 74,  ///< output not writable, disk full, read-back differs
  kStopped = 75,      ///< stopped by a signal: requeue
  kBadJob = 78,       ///< the job file
  kHeld = 79,         ///< held back by the gate
};

/// An error that ends the run. `what()` is written for the person on duty: what happened, where, which value, what to
/// do.
///
/// `everywhere` tells whether all ranks throw this same error at this same place (see parallel/agreement.hpp). Only
/// then may the process leave MPI in order; otherwise it has to abort the job, or the other ranks would wait for ever.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& message, bool everywhere = false)
      : std::runtime_error(message), code_(code), everywhere_(everywhere) {}
  [[nodiscard]] ExitCode code() const noexcept { return code_; }
  [[nodiscard]] bool everywhere() const noexcept { return everywhere_; }

 private:
  ExitCode code_;
  bool everywhere_;
};

}  // namespace tessera
