#include "parallel/stop_signal.hpp"

#include <csignal>
#include <initializer_list>

namespace tessera::parallel {
namespace {

volatile std::sig_atomic_t the_stop_flag = 0;

extern "C" void note_stop(int) {
  the_stop_flag = 1;
}

}  // namespace

void catch_stop_signals() {
  struct sigaction action {};
  action.sa_handler = note_stop;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;  // reads and writes under way go on
  for (const int signal : {SIGUSR1, SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
}

bool stop_requested() noexcept {
  return the_stop_flag != 0;
}

}  // namespace tessera::parallel
