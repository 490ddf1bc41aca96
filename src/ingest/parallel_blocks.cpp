#include "ingest/parallel_blocks.hpp"

#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace tessera::intake {

void for_each_in_parallel(int threads, std::size_t n, const std::function<void(std::size_t)>& work) {
  if (threads <= 1 || n <= 1) {
    for (std::size_t i = 0; i < n; ++i) work(i);
    return;
  }
  tbb::task_arena arena(threads);
  arena.execute([&] { tbb::parallel_for(std::size_t{0}, n, work, tbb::simple_partitioner()); });
}

}  // namespace tessera::intake
