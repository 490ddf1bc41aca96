#include <cstdio>
#include <exception>
#include <stdexcept>

#include "parallel/session.hpp"

/// One rank leaves its session by an exception while the others wait for it: the session must end the job, with 70.
int main(int argc, char** argv) {
  try {
    tessera::parallel::Session session(&argc, &argv);
    if (session.world().rank() == session.world().size() - 1) throw std::runtime_error("nobody agreed on this");
    session.world().barrier();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "the exception came past the session: %s\n", error.what());
    return 1;
  }
  return 0;
}
