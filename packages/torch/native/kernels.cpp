// Operators of our own, `xclr::…` beside `aten::…`: the same mathematics where LibTorch's kernels are slow.
//
// conv2d as matrix products, in bfloat16 on CPUs with AMX. oneDNN 2.6 (LibTorch 1.13) has slow backward passes for
// 1×1 kernels and for tiny images; its matrix products use AMX well. Measured on one core, channels-last, forward +
// backward, in ms:
//   input (n, c, h, w) → kernel        conv2d   matrix products
//   (64, 512, 2, 2)    → 512, 3×3      67       12
//   (64, 256, 4, 4)    → 512, 3×3 /2   54       3.3
//   (64, 128, 8, 8)    → 256, 3×3 /2   18       3.9
//   (64, 256, 4, 4)    → 512, 1×1 /2   3.9      0.4
//   (16, 1024, 14, 14) → 256, 1×1      16       7.3
//   (16, 2048, 7, 7)   → 512, 1×1      40       9.2
//   (64, 256, 4, 4)    → 256, 3×3      13       11, and worse for larger images: left to oneDNN
// Not in float32: there matrix products go to OpenBLAS, whose threads and OpenMP's spin against each other
// (a ResNet-18 step at 64 px took 1.35 times as long on two threads).
// Later versions of oneDNN were not measured and keep ATen's convolution.
//
// relu_ in bfloat16: ATen's clamp_min_ takes 11 ms where threshold_ takes 2.4, for the same values.
#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>
#include <torch/version.h>

#include <algorithm>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace xclr {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

#if TORCH_VERSION_MAJOR == 1

bool cpuHasAmxBfloat16() {
#if defined(__x86_64__)
  static const bool has = [] {
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (d & (1u << 22)) != 0;
  }();
  return has;
#else
  return false;
#endif
}

int64_t outputExtent(int64_t extent, int64_t kernel, int64_t stride, int64_t padding) {
  return (extent + 2 * padding - kernel) / stride + 1;
}

// (n, c, h, w) → (n·h'·w', k·k·c): the inputs of every output position, channels innermost.
at::Tensor patches(const at::Tensor& input, int64_t kernel, int64_t stride, int64_t padding) {
  at::Tensor pixels = input.permute({0, 2, 3, 1});  // (n, h, w, c), contiguous for channels-last input
  const int64_t rows = outputExtent(pixels.size(1), kernel, stride, padding);
  const int64_t columns = outputExtent(pixels.size(2), kernel, stride, padding);
  if (padding > 0) pixels = at::constant_pad_nd(pixels, {0, 0, padding, padding, padding, padding});
  // unfold appends the window: (n, h', w', c, k, k)
  if (kernel > 1 || stride > 1) pixels = pixels.unfold(1, kernel, stride).unfold(2, kernel, stride).permute({0, 1, 2, 4, 5, 3});
  return pixels.reshape({input.size(0) * rows * columns, kernel * kernel * input.size(1)});
}

// The transpose of `patches`: adds every patch's gradient to the input positions that it came from.
at::Tensor foldPatches(const at::Tensor& gradient, at::IntArrayRef input, int64_t kernel, int64_t stride, int64_t padding) {
  const int64_t rows = outputExtent(input[2], kernel, stride, padding);
  const int64_t columns = outputExtent(input[3], kernel, stride, padding);
  if (kernel == 1 && stride == 1) return gradient.view({input[0], rows, columns, input[1]}).permute({0, 3, 1, 2});
  const at::Tensor windows = gradient.view({input[0], rows, columns, kernel, kernel, input[1]});
  at::Tensor pixels = at::zeros({input[0], input[2] + 2 * padding, input[3] + 2 * padding, input[1]}, gradient.options());
  for (int64_t y = 0; y < kernel; ++y) {
    for (int64_t x = 0; x < kernel; ++x) {
      pixels.slice(1, y, y + stride * (rows - 1) + 1, stride)
          .slice(2, x, x + stride * (columns - 1) + 1, stride)
          .add_(windows.select(3, y).select(3, x));
    }
  }
  return pixels.narrow(1, padding, input[2]).narrow(2, padding, input[3]).permute({0, 3, 1, 2});
}

at::Tensor asMatrix(const at::Tensor& weight) { return weight.permute({0, 2, 3, 1}).reshape({weight.size(0), -1}); }

struct ConvolutionByMatmul : torch::autograd::Function<ConvolutionByMatmul> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight, int64_t stride,
                            int64_t padding) {
    context->save_for_backward({input, weight});
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    const int64_t kernel = weight.size(2);
    const at::Tensor output = patches(input, kernel, stride, padding).mm(asMatrix(weight).t());  // (n·h'·w', out)
    return output
        .view({input.size(0), outputExtent(input.size(2), kernel, stride, padding),
               outputExtent(input.size(3), kernel, stride, padding), weight.size(0)})
        .permute({0, 3, 1, 2});
  }

  static tensor_list backward(AutogradContext* context, tensor_list upstream) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1];
    const int64_t stride = context->saved_data["stride"].toInt(), padding = context->saved_data["padding"].toInt();
    const int64_t out = weight.size(0), in = weight.size(1), kernel = weight.size(2);
    const at::Tensor gradient = upstream[0].permute({0, 2, 3, 1}).reshape({-1, out});  // (n·h'·w', out)
    at::Tensor inputGradient, weightGradient;
    if (context->needs_input_grad(0)) {
      inputGradient = foldPatches(gradient.mm(asMatrix(weight)), input.sizes(), kernel, stride, padding);
    }
    if (context->needs_input_grad(1)) {
      const at::Tensor matrix = gradient.t().mm(patches(input, kernel, stride, padding));  // (out, k·k·in)
      weightGradient = matrix.view({out, kernel, kernel, in}).permute({0, 3, 1, 2});
    }
    return {inputGradient, weightGradient, at::Tensor(), at::Tensor()};
  }
};

bool allEqual(at::IntArrayRef values) {
  return std::all_of(values.begin(), values.end(), [&](int64_t value) { return value == values[0]; });
}

// The table at the top as a rule.
bool matmulIsFaster(const at::Tensor& input, const at::Tensor& weight, c10::ScalarType dtype, int64_t stride, int64_t padding) {
  const int64_t kernel = weight.size(2);
  const int64_t positions = outputExtent(input.size(2), kernel, stride, padding) * outputExtent(input.size(3), kernel, stride, padding);
  if (dtype != c10::ScalarType::BFloat16 || !cpuHasAmxBfloat16()) return false;
  return kernel == 1 || positions <= 4 || (stride > 1 && positions <= 16);
}

#endif  // TORCH_VERSION_MAJOR == 1

at::Tensor conv2d(const at::Tensor& input, const at::Tensor& weight, const c10::optional<at::Tensor>& bias,
                  at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation, int64_t groups) {
#if TORCH_VERSION_MAJOR == 1
  const bool simple = input.device().is_cpu() && input.dim() == 4 && weight.dim() == 4 && input.numel() > 0 && groups == 1 &&
                      !bias.has_value() && input.size(1) == weight.size(1) && weight.size(2) == weight.size(3) &&
                      allEqual(stride) && allEqual(padding) && allEqual(dilation) && dilation[0] == 1 &&
                      std::min(input.size(2), input.size(3)) + 2 * padding[0] >= weight.size(2) &&
                      input.suggest_memory_format() == at::MemoryFormat::ChannelsLast;
  if (simple) {
    const bool cast = at::autocast::is_cpu_enabled();
    const auto dtype = cast ? at::autocast::get_autocast_cpu_dtype() : input.scalar_type();
    if ((cast || weight.scalar_type() == dtype) && matmulIsFaster(input, weight, dtype, stride[0], padding[0])) {
      const auto prepared = [&](const at::Tensor& tensor) {
        return cast ? at::autocast::cached_cast(dtype, tensor, c10::DeviceType::CPU) : tensor;
      };
      return ConvolutionByMatmul::apply(prepared(input), prepared(weight), stride[0], padding[0]);
    }
  }
#endif
  return at::conv2d(input, weight, bias, stride, padding, dilation, groups);
}

struct ReluInPlace : torch::autograd::Function<ReluInPlace> {
  static at::Tensor forward(AutogradContext* context, at::Tensor self) {
    at::threshold_(self, 0, 0);
    context->mark_dirty({self});
    context->save_for_backward({self});
    return self;
  }

  static tensor_list backward(AutogradContext* context, tensor_list upstream) {
    return {at::threshold_backward(upstream[0], context->get_saved_variables()[0], 0)};
  }
};

at::Tensor& reluInPlace(at::Tensor& self) {
  if (self.scalar_type() == c10::ScalarType::BFloat16 && self.device().is_cpu()) {
    ReluInPlace::apply(self);
    return self;
  }
  return at::relu_(self);
}

}  // namespace

TORCH_LIBRARY(xclr, library) {
  library.def(
      "conv2d(Tensor input, Tensor weight, Tensor? bias=None, int[2] stride=1, int[2] padding=0, int[2] dilation=1, "
      "int groups=1) -> Tensor",
      &conv2d);
  library.def("relu_(Tensor(a!) self) -> Tensor(a!)", &reluInPlace);
}

}  // namespace xclr
