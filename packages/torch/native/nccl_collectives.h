// The group that moves CUDA's tensors by NCCL, in a file of its own for it alone needs CUDA's headers.
#pragma once

#include <chrono>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "distributed.h"

namespace xclr {

c10::intrusive_ptr<Collectives> newNccl(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size,
                                        std::chrono::milliseconds timeout);

}  // namespace xclr
