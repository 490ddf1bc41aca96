#include "parallel/stop_signal.hpp"

#include <csignal>
#include <initializer_list>
#include <utility>

namespace tessera::parallel {
namespace {

volatile std::sig_atomic_t the_stop_flag = 0;
bool stops_are_taken = true;

extern "C" void note_stop(int) {
  the_stop_flag = 1;
}

std::function<bool()>& the_other_cause() {
  static std::function<bool()> cause;
  return cause;
}

}  // namespace

void catch_stop_signals() {
  stops_are_taken = true;
  struct sigaction action {};
  action.sa_handler = note_stop;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;  // reads and writes under way go on
  for (const int signal : {SIGUSR1, SIGTERM, SIGINT}) sigaction(signal, &action, nullptr);
}

void stop_also_when(std::function<bool()> cause) {
  the_other_cause() = std::move(cause);
}

bool stop_requested() {
  if (!stops_are_taken) return false;
  return the_stop_flag != 0 || (the_other_cause() && the_other_cause()());
}

void take_no_more_stops() noexcept {
  stops_are_taken = false;
}

}  // namespace tessera::parallel
