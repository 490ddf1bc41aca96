#pragma once

#include "parallel/session.hpp"

namespace tessera::test {

/// The communicator of the test run: 1, 2, 3, 4 or 7 ranks. Assertions must not depend on which.
const parallel::Communicator& world();
int threads();

}  // namespace tessera::test
