#include <gtest/gtest.h>

#include <cstdio>

#include "ranks_test.hpp"

namespace tessera::test {
namespace {
parallel::Session* the_session = nullptr;
}
const parallel::Communicator& world() {
  return the_session->world();
}
int threads() {
  return the_session->threads().threads;
}
}  // namespace tessera::test

/// Runs the same tests on every rank; only rank 0 prints what passes, every rank prints what fails, and one failure
/// fails all.
int main(int argc, char** argv) {
  tessera::parallel::Session session(&argc, &argv);
  tessera::test::the_session = &session;
  testing::InitGoogleTest(&argc, argv);
  if (!session.world().is_root()) {
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
    class Failures : public testing::EmptyTestEventListener {
      void OnTestPartResult(const testing::TestPartResult& result) override {
        if (result.failed())
          std::fprintf(stderr, "rank %d: %s:%d: %s\n", tessera::test::world().rank(),
                       result.file_name() ? result.file_name() : "?", result.line_number(), result.message());
      }
    };
    listeners.Append(new Failures);
  }
  const int failed = RUN_ALL_TESTS();
  return session.world().all_reduce<tessera::parallel::Reduce::kMax>(static_cast<std::int32_t>(failed));
}
