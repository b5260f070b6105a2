// A step of stochastic gradient descent with momentum in one pass over memory, for float32 on the CPU.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include "clones.h"

namespace xclr {
namespace {

XCLR_CLONES void stepOf(float* __restrict__ p, const float* __restrict__ g, float* __restrict__ v, int64_t count, float lr, float momentum,
                        float weightDecay) {
  // Rounded where LibTorch's mul_ and add_ with their fused multiplications round, so that the bits are theirs.
  for (int64_t i = 0; i < count; ++i) {
    v[i] = __builtin_fmaf(p[i], weightDecay, v[i] * momentum) + g[i];
    p[i] = __builtin_fmaf(v[i], -lr, p[i]);
  }
}

bool together(const at::Tensor& a, const at::Tensor& b) {
  return b.scalar_type() == at::kFloat && b.device().is_cpu() && a.sizes() == b.sizes() && a.strides() == b.strides();
}

/** v ← momentum · v + weightDecay · p + g;  p ← p − lr · v. False, and nothing is done, where one of the tensors is not as it must be. */
bool sgd(at::TensorList params, at::TensorList grads, at::TensorList buffers, double lr, double momentum, double weightDecay) {
  TORCH_CHECK(params.size() == grads.size() && params.size() == buffers.size(), "sgd_: as many gradients and buffers as parameters are needed");
  for (size_t i = 0; i < params.size(); ++i) {
    const at::Tensor& p = params[i];
    if (!p.is_non_overlapping_and_dense() || !together(p, p) || !together(p, grads[i]) || !together(p, buffers[i])) return false;
  }
  for (size_t i = 0; i < params.size(); ++i) {
    float *p = params[i].data_ptr<float>(), *v = buffers[i].data_ptr<float>();
    const float* g = grads[i].data_ptr<float>();
    at::parallel_for(0, params[i].numel(), 1 << 15, [&](int64_t begin, int64_t end) {
      stepOf(p + begin, g + begin, v + begin, end - begin, static_cast<float>(lr), static_cast<float>(momentum), static_cast<float>(weightDecay));
    });
    params[i].unsafeGetTensorImpl()->bump_version();
    buffers[i].unsafeGetTensorImpl()->bump_version();
  }
  return true;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(xclr, library) {
  library.def("sgd_(Tensor(a!)[] params, Tensor[] grads, Tensor(b!)[] buffers, float lr, float momentum, float weight_decay) -> bool", &sgd);
}

}  // namespace xclr
