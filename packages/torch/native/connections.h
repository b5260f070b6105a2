// How long the connections to a server wait for its answers.
#pragma once

#include <chrono>
#include <cstdint>

namespace xclr {

// Lets a read or write of a connection of this process to that port fail after so long. c10d's own time-out is of waits for a key alone:
// other calls of a store whose machine is cut off, or whose process is stopped, would wait until TCP gives up, a quarter of an hour or never.
void limitAnswers(uint16_t port, std::chrono::milliseconds timeout);

}  // namespace xclr
