#pragma once

#include <functional>

#include "parallel/session.hpp"

namespace tessera::cli {

/// Starts MPI, does the work on every rank, and returns what it returns. An error that all ranks know of ends MPI in
/// order with one message and its exit code; one that they do not know of aborts the job, so that nobody waits for
/// ever. `given` is what the report of a bug should come with: "the job file".
int in_session(int* argc, char*** argv, const char* given, const std::function<int(parallel::Session&)>& work);

}  // namespace tessera::cli
