#include "parallel/agreement.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <exception>
#include <new>
#include <string>

#include "parallel/stop_signal.hpp"

namespace tessera::parallel {

void throw_together(const Communicator& comm, const std::optional<Error>& mine) {
  std::array<std::int32_t, 2> status{mine ? comm.rank() : comm.size(), stop_requested() ? 0 : 1};
  comm.all_reduce<Reduce::kMin>(std::span<std::int32_t>(status));
  const std::int32_t first = status[0];
  if (first == comm.size()) {
    if (status[1] == 0) throw_stopped();
    return;
  }
  const bool is_mine = comm.rank() == first;
  const ExitCode code = comm.broadcast(is_mine ? mine->code() : ExitCode::kDone, first);
  const std::string text = comm.broadcast_text(is_mine ? mine->what() : "", first);
  if (code == ExitCode::kStopped) throw_stopped();
  throw Error(code, text, true);
}

void stop_together(const Communicator& comm) {
  throw_together(comm, std::nullopt);
}

void throw_stopped() {
  take_no_more_stops();
  throw Error(ExitCode::kStopped, "stopped as it was asked to", true);
}

void run_together(const Communicator& comm, const std::function<void()>& work) {
  std::optional<Error> mine;
  try {
    work();
  } catch (const Error& error) {
    mine = error;
  } catch (const std::bad_alloc&) {
    mine.emplace(ExitCode::kInternal,
                 fmt::format("rank {} of {} is out of memory: use more nodes, or fewer ranks on a node", comm.rank(),
                             comm.size()));
  } catch (const std::exception& error) {
    mine.emplace(ExitCode::kInternal, fmt::format("rank {}: {}", comm.rank(), error.what()));
  } catch (...) {
    mine.emplace(ExitCode::kInternal, fmt::format("rank {}: an exception of unknown type", comm.rank()));
  }
  throw_together(comm, mine);
}

}  // namespace tessera::parallel
