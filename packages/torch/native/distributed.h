// The processes that train together, as the native code sees them: one group a process, and waits that heed signals.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/csrc/distributed/c10d/Work.hpp>
#include <torch/version.h>

#if TORCH_VERSION_MAJOR >= 2
#include <torch/csrc/distributed/c10d/Backend.hpp>
#else
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#endif

#include <vector>

namespace xclr {

// From 2.0 on a process group is a front for one backend a device; in 1.13 the backend is the group. Same methods.
#if TORCH_VERSION_MAJOR >= 2
using Collectives = c10d::Backend;
#else
using Collectives = c10d::ProcessGroup;
#endif

int worldRank();
int worldSize();

// A collective under way.
struct Pending {
  c10::intrusive_ptr<c10d::Work> work;
  bool onDevice = false;  // NCCL's: waiting for it lets the device's stream wait, not this thread
};

// Σ over the ranks, in place. Every rank must start the same collectives in the same order, with the same sizes.
Pending startSum(const at::Tensor& tensor);

// (n, …) of every rank → (world · n, …), in the order of the ranks; waits.
at::Tensor gathered(const at::Tensor& tensor);

// Waits until the others have done their part.
// @throws "group: …", what went wrong in the group; "interrupted: …" where a signal has come and the others do not answer
void awaitRanks(const Pending& pending);

}  // namespace xclr
