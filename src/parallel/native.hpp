#pragma once

#include <mpi.h>

#include "parallel/communicator.hpp"

namespace tessera::parallel {

struct Communicator::Handle {
  MPI_Comm comm;
};

/// The MPI communicator and an empty info object, for HDF5's MPI driver alone.
[[nodiscard]] MPI_Comm native(const Communicator& comm);
[[nodiscard]] MPI_Info no_info();

}  // namespace tessera::parallel
