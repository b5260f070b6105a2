#include "connections.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>

namespace xclr {
namespace {

/** The port at the other end of a connection over IP; 0 for anything else. */
uint16_t portOfPeer(int descriptor) {
  sockaddr_storage peer{};
  socklen_t length = sizeof peer;
  if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &length) != 0) return 0;
  if (peer.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in*>(&peer)->sin_port);
  if (peer.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&peer)->sin6_port);
  return 0;
}

}  // namespace

void limitAnswers(uint16_t port, std::chrono::milliseconds timeout) {
  // c10d keeps its descriptors to itself; low numbers are given out first.
  const int64_t most = std::min<int64_t>(sysconf(_SC_OPEN_MAX), 1 << 16);
  timeval limit{};
  limit.tv_sec = static_cast<time_t>(timeout.count() / 1000);
  limit.tv_usec = static_cast<suseconds_t>(timeout.count() % 1000 * 1000);
  for (int descriptor = 0; descriptor < most; ++descriptor) {
    if (portOfPeer(descriptor) != port) continue;
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }
}

}  // namespace xclr
