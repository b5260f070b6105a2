// NCCL's collectives on CUDA. Compiled where its headers and CUDA's are found and fit; CMake tries this file alone first.
#include "nccl_collectives.h"

#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

namespace xclr {

c10::intrusive_ptr<Collectives> newNccl(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size,
                                        std::chrono::milliseconds timeout) {
  const auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = timeout;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size, options);
}

}  // namespace xclr
