// Batch normalization by the statistics of all ranks' batches: one message forward, one backward, whatever their sizes.
//
// Means and sums of squared deviations are merged as Chan, Golub and LeVeque (1979) do, which E[x²] − E[x]² would not
// survive in float32. The passes over the activations are LibTorch's fused ones: normalization and its gradient with given
// statistics, to which the gradient through the statistics, x·a + b per channel, is added.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include <tuple>

#include "distributed.h"
#include "tensors.h"

namespace xclr {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;
/** Undefined tensors among a function's arguments are refused by LibTorch 2.x. */
using MaybeTensor = c10::optional<at::Tensor>;

// (c) → (1, c, 1, 1) for x of four dimensions
at::Tensor perChannel(const at::Tensor& values, const at::Tensor& x) {
  std::vector<int64_t> shape(static_cast<size_t>(x.dim()), 1);
  shape[1] = values.numel();
  return values.view(shape);
}

bool isHalf(const at::Tensor& x) { return x.scalar_type() == at::kHalf || x.scalar_type() == at::kBFloat16; }

struct SynchronizedNorm : torch::autograd::Function<SynchronizedNorm> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& x, const MaybeTensor& ofWeight, const MaybeTensor& ofBias,
                            const MaybeTensor& ofMean, const MaybeTensor& ofVar, double fraction, double eps) {
    const auto of = [](const MaybeTensor& one) { return one.value_or(at::Tensor()); };
    const at::Tensor weight = of(ofWeight), bias = of(ofBias), runningMean = of(ofMean), runningVar = of(ofVar);
    const int64_t c = x.size(1);
    // Statistics come in the type of the running ones: without any, in that of x, which may be half a float's.
    const auto options = x.options().dtype(x.scalar_type() == at::kDouble ? at::kDouble : at::kFloat);
    const auto own = at::batch_norm_update_stats(x, at::zeros({c}, options), at::ones({c}, options), 0.0);
    const at::Tensor ownMean = std::get<0>(own);  // (c); the other is the biased variance
    const double ownCount = static_cast<double>(x.numel() / c);
    const at::Tensor message =
        at::cat({ownMean, std::get<1>(own).to(ownMean.scalar_type()) * ownCount, at::full({1}, ownCount, ownMean.options())});
    const at::Tensor all = gathered(message.unsqueeze(0));  // (world, 2c + 1)
    const at::Tensor counts = all.narrow(1, 2 * c, 1);      // (world, 1)
    const at::Tensor means = all.narrow(1, 0, c);           // (world, c)
    const at::Tensor total = counts.sum();                  // ()
    const at::Tensor mean = (means * counts).sum(0) / total;
    const at::Tensor squares = all.narrow(1, c, c).sum(0) + (counts * (means - mean).square()).sum(0);  // (c)
    const at::Tensor variance = squares / total;
    if (runningMean.defined()) {
      runningMean.mul_(1 - fraction).add_(mean, fraction);
      runningVar.mul_(1 - fraction).add_(squares / (total - 1), fraction);
    }
    context->save_for_backward({x, weight, mean, variance, total});
    context->saved_data["eps"] = eps;
    return std::get<0>(at::native_batch_norm(x, weight, bias, mean, variance, /*training=*/false, 0.0, eps));
  }

  static tensor_list backward(AutogradContext* context, tensor_list upstream) {
    const auto saved = context->get_saved_variables();
    const at::Tensor& x = saved[0];
    const at::Tensor& weight = saved[1];
    const at::Tensor& mean = saved[2];
    const double eps = context->saved_data["eps"].toDouble();
    const at::Tensor dy = upstream[0].contiguous(x.suggest_memory_format());
    const at::Tensor inverse = (saved[3] + eps).rsqrt();  // (c)
    auto [dx, dWeight, dBias] =
        at::native_batch_norm_backward(dy, x, weight, mean, saved[3], {}, {}, /*train=*/false, eps, {true, true, true});
    const at::Tensor sums = at::cat({dBias, dWeight}).to(mean.scalar_type());  // (2c): Σ dy, Σ dy·x̂
    awaitRanks(startSum(sums));
    const int64_t c = x.size(1);
    const at::Tensor scale = (weight.defined() ? weight * inverse : inverse) / saved[4];  // (c)
    const at::Tensor a = -scale * inverse * sums.narrow(0, c, c);
    const at::Tensor b = -scale * sums.narrow(0, 0, c) - a * mean;
    // In half precision the sum of three terms would lose what they have beyond eight bits.
    at::Tensor wide = isHalf(dx) ? dx.to(at::kFloat) : dx;
    wide.addcmul_(isHalf(x) ? x.to(at::kFloat) : x, perChannel(a, x)).add_(perChannel(b, x));
    return {isHalf(dx) ? wide.to(dx.scalar_type()) : wide,
            weight.defined() ? dWeight : at::Tensor(),
            weight.defined() ? dBias : at::Tensor(),
            at::Tensor(),
            at::Tensor(),
            at::Tensor(),
            at::Tensor()};
  }
};

MaybeTensor optionalTensor(napi_env env, napi_value value, const char* what) {
  return isNullish(env, value) ? MaybeTensor() : MaybeTensor(tensorArgument(env, value, what));
}

// synchronizedBatchNorm(x (n, c, …), weight | null, bias | null, running mean | null, running variance | null, fraction, eps)
napi_value synchronizedBatchNorm(napi_env env, Arguments& args) {
  return newHandle(env, SynchronizedNorm::apply(tensorArgument(env, args[0], "synchronizedBatchNorm: x"),
                                                optionalTensor(env, args[1], "synchronizedBatchNorm: weight"),
                                                optionalTensor(env, args[2], "synchronizedBatchNorm: bias"),
                                                optionalTensor(env, args[3], "synchronizedBatchNorm: running mean"),
                                                optionalTensor(env, args[4], "synchronizedBatchNorm: running variance"),
                                                toDouble(env, args[5], "synchronizedBatchNorm: fraction"),
                                                toDouble(env, args[6], "synchronizedBatchNorm: eps")));
}

}  // namespace

void defineSynchronizedNorm(napi_env env, napi_value exports) {
  define<synchronizedBatchNorm>(env, exports, "synchronizedBatchNorm");
}

}  // namespace xclr
