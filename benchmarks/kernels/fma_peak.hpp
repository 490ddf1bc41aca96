#pragma once

namespace tessera::bench {

/// Runs `rounds` rounds of independent float multiply-adds in the widest registers of this CPU, and gives how many
/// floating-point operations that were. The chains are long enough to hide the latency: nothing on this core can do
/// more.
double multiply_adds(long rounds);

}  // namespace tessera::bench
