// A binary of its own: the flag of a stop signal stays up.
#include "parallel/stop_signal.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include "company.hpp"
#include "ranks_test.hpp"
#include "tessera/errors.hpp"

namespace tessera::test {
namespace {

/// Refinement agrees between its rounds, and each agreement is a place to stop: nobody gets half a tree.
TEST(StopSignal, OnOneRankStopsAllOfThem) {
  const Company company = uneven_company(2000, 2, 2, 6, 9);
  const RefineSpec options{.min_accounts = 10, .max_micro = 20};
  EXPECT_GT(refine_company(company, options, round_robin()).refinement.tree.n_micro, 2);
  parallel::catch_stop_signals();
  if (world().rank() == world().size() - 1) std::raise(SIGUSR1);
  try {
    (void)refine_company(company, options, round_robin());
    ADD_FAILURE() << "it went on";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::kStopped);
    EXPECT_TRUE(error.everywhere());
  }
}

}  // namespace
}  // namespace tessera::test
