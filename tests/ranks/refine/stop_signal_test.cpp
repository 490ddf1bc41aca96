// A binary of its own: the flag of a stop signal stays up.
#include "parallel/stop_signal.hpp"

#include <gtest/gtest.h>

#include <csignal>

#include "company.hpp"
#include "ranks_test.hpp"

namespace tessera::test {
namespace {

TEST(StopSignal, OnOneRankStopsAllWithAWholeTree) {
  const Company company = uneven_company(2000, 2, 2, 6, 9);
  const RefineSpec options{.min_accounts = 10, .max_micro = 20};
  EXPECT_GT(refine_company(company, options, round_robin()).refinement.tree.n_micro, 2);
  parallel::catch_stop_signals();
  if (world().rank() == world().size() - 1) std::raise(SIGUSR1);
  const Outcome outcome = refine_company(company, options, round_robin());
  EXPECT_TRUE(outcome.refinement.stopped);
  EXPECT_EQ(outcome.refinement.rounds, 0);
  EXPECT_EQ(outcome.refinement.tree.n_micro, 2);
}

}  // namespace
}  // namespace tessera::test
