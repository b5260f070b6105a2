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
// Later versions of oneDNN keep ATen's convolution there.
//
// conv2d on processors with AVX2 or AVX-512 (in bfloat16: AVX-512's dot products, without AMX) goes through direct_convolution.cpp where
// that is faster than oneDNN, whatever its version: see `chooseDirect`.
//
// relu_ in bfloat16: ATen's clamp_min_ takes 11 ms where threshold_ takes 2.4, for the same values.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>
#include <torch/version.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "direct_convolution.h"
#include "processor.h"

namespace xclr {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

int64_t outputExtent(int64_t extent, int64_t kernel, int64_t stride, int64_t padding) {
  return (extent + 2 * padding - kernel) / stride + 1;
}

bool allEqual(at::IntArrayRef values) {
  return std::all_of(values.begin(), values.end(), [&](int64_t value) { return value == values[0]; });
}

// LibTorch 2.4 gave autocast one interface for all devices.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
bool autocastOnCpu() { return at::autocast::is_autocast_enabled(c10::kCPU); }
c10::ScalarType autocastTypeOnCpu() { return at::autocast::get_autocast_dtype(c10::kCPU); }
#else
bool autocastOnCpu() { return at::autocast::is_cpu_enabled(); }
c10::ScalarType autocastTypeOnCpu() { return at::autocast::get_autocast_cpu_dtype(); }
#endif

#if TORCH_VERSION_MAJOR == 1

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

// The table at the top as a rule.
bool matmulIsFaster(const at::Tensor& input, const at::Tensor& weight, c10::ScalarType dtype, int64_t stride, int64_t padding) {
  const int64_t kernel = weight.size(2);
  const int64_t positions = outputExtent(input.size(2), kernel, stride, padding) * outputExtent(input.size(3), kernel, stride, padding);
  if (dtype != c10::ScalarType::BFloat16 || !processor().amxBfloat16) return false;
  return kernel == 1 || positions <= 4 || (stride > 1 && positions <= 16);
}

#endif  // TORCH_VERSION_MAJOR == 1

void inParallel(int64_t count, void (*work)(const void* context, int64_t begin, int64_t end), const void* context) {
  at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) { work(context, begin, end); });
}

at::Tensor channelsLast(const at::Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }

/** Inputs of fewer channels go through `FewChannels`. */
constexpr int64_t kFew = 8;

/** Whose convolutions run, by XCLR_CONVOLUTIONS: ours where they are faster, wherever they can, or never. */
enum class Convolutions { faster, own, libtorch };

Convolutions convolutions() {
  static const Convolutions chosen = [] {
    const char* name = std::getenv("XCLR_CONVOLUTIONS");
    const std::string given = name == nullptr ? "" : name;
    TORCH_CHECK(given.empty() || given == "own" || given == "libtorch", "XCLR_CONVOLUTIONS: expected own or libtorch, got ", given,
                "\n  → leave it unset: ours run where they are faster");
    return given == "own" ? Convolutions::own : given == "libtorch" ? Convolutions::libtorch : Convolutions::faster;
  }();
  return chosen;
}

/** Which of the three parts of a convolution are computed by direct_convolution.cpp. */
struct Direct {
  bool forward, inputGradient, weightGradient;
  bool any() const { return forward || inputGradient || weightGradient; }
};

// By bench/results/convolutions-….json (`npm run bench -- convolutions`), which has all three parts of every shape beside LibTorch's. Those
// of processors with AVX-512 are from before that benchmark: one core with AVX-512 BF16 beside oneDNN 3.12, how many times as fast, by
// processor time, in bfloat16 / float32.
//   input → kernel                   forward      input gradient   weight gradient
//   (64, 3, 64, 64) → 64, 7×7 /2     1.4 / 1.0    –                0.6 / 0.6
//   (64, 3, 32, 32) → 64, 3×3        1.0 / 0.9    –                0.4 / 0.4
//   (64, 64, 16, 16) → 64, 3×3       1.1 / 1.0    1.0 / 0.9        1.2 / 1.0
//   (64, 128, 8, 8) → 256, 3×3 /2    1.4 / 1.5    1.6 / 1.8        2.8 / 1.4
//   (64, 256, 4, 4) → 256, 3×3       1.9 / 1.5    1.8 / 1.5        1.7 / 1.3
//   (64, 512, 2, 2) → 512, 3×3       3.0 / 4.0    2.3 / 4.8        3.2 / 4.8
//   (64, 64, 16, 16) → 128, 1×1 /2   1.4 / 2.5    1.9 / 2.7        0.9 / 0.4
//   (64, 256, 4, 4) → 512, 1×1 /2    2.8 / 2.4    6.3 / 4.6        2.4 / 1.2
//   (16, 128, 56, 56) → 128, 3×3 /2  1.0 / 0.9    0.7 / 0.7        1.1 / 1.9
//   (16, 128, 28, 28) → 128, 3×3     0.9 / 1.1    0.8 / 1.0        1.0 / 1.0
//   (16, 512, 14, 14) → 512, 3×3 /2  1.2 / 1.1    1.4 / 1.2        2.1 / 1.9
//   (16, 1024, 14, 14) → 512, 1×1    0.8 / 0.9    0.9 / 1.0        1.0 / 1.1
//   (16, 2048, 7, 7) → 512, 1×1      1.2 / 1.1    1.3 / 1.0        1.8 / 1.4
Direct chooseDirect(const ConvolutionShape& shape, bool bfloat16) {
  if (convolutions() == Convolutions::libtorch || !canConvolveDirectly(bfloat16)) return {false, false, false};
  if (convolutions() == Convolutions::own) return {true, shape.inputChannels >= kFew, shape.inputChannels >= kFew};
  const int64_t positions = shape.outputHeight * shape.outputWidth;
  if (!hasWideVectors(bfloat16)) {
    if (shape.inputChannels < kFew) return {false, false, false};
    const bool pointwise = shape.kernelWidth == 1, weights = !pointwise || positions <= 196 || (shape.stride > 1 && positions <= 784);
#if TORCH_VERSION_MAJOR == 1
    // oneDNN 2.6 is slow with larger kernels alone.
    if (pointwise || positions > 4096) return {false, false, weights};
    return {true, shape.stride == 1 || positions <= 196, weights};
#else
    const bool narrow = !pointwise && shape.inputChannels <= 32;
    const bool small = positions <= 49 || (positions <= 64 && (shape.stride > 1 || narrow));
    return {small, small, weights};
#endif
  }
  if (shape.inputChannels < kFew) return {bfloat16 && shape.kernelWidth > 3, false, false};
  if (shape.kernelWidth == 1) return {positions <= 64, positions <= 64, positions <= 49};
  const bool small = positions <= 64 || (positions <= 256 && (bfloat16 || shape.stride > 1));
  return {small, small, small || (positions <= 1024 && shape.stride > 1)};
}

ConvolutionShape shapeOf(const at::Tensor& input, const at::Tensor& weight, int64_t stride, int64_t padding) {
  const int64_t c = input.size(1), h = input.size(2), w = input.size(3);
  return {input.size(0), h, w, c, outputExtent(h, weight.size(2), stride, padding), outputExtent(w, weight.size(3), stride, padding),
          weight.size(0), weight.size(2), weight.size(3), stride, padding, padding, c, w * c, h * w * c};
}

// With few channels, such as an image's three, the columns of a kernel's row are taken as channels: they lie one after another.
// The image gets its padding first; a word of bfloat16 may reach one number beyond it.
struct FewChannels {
  at::Tensor image;
  ConvolutionShape shape;
  FewChannels(const at::Tensor& input, const ConvolutionShape& s) : shape(s) {
    const int64_t p = s.paddingTop, height = s.inputHeight + 2 * p, width = s.inputWidth + 2 * p, row = width * s.inputChannels;
    image = at::zeros({s.images * height * row + 16}, input.options());
    image.narrow(0, 0, s.images * height * row)
        .view({s.images, height, width, s.inputChannels})
        .narrow(1, p, s.inputHeight)
        .narrow(2, p, s.inputWidth)
        .copy_(input.permute({0, 2, 3, 1}));
    shape.inputHeight = height;
    shape.inputWidth = (s.outputWidth - 1) * s.stride + 1;
    shape.inputChannels = s.kernelWidth * s.inputChannels;
    shape.kernelWidth = 1;
    shape.paddingTop = shape.paddingLeft = 0;
    shape.columnStep = s.inputChannels;
    shape.rowStep = row;
    shape.imageStep = height * row;
  }
};

/** Weights stay in their own type: they are rounded while they are packed, and their gradient is not rounded at all. */
struct DirectConvolution : torch::autograd::Function<DirectConvolution> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const at::Tensor& weight, int64_t stride, int64_t padding) {
    context->save_for_backward({input, weight});
    context->saved_data["stride"] = stride;
    context->saved_data["padding"] = padding;
    const bool bfloat16 = input.scalar_type() == at::kBFloat16;
    const ConvolutionShape shape = shapeOf(input, weight, stride, padding);
    if (!chooseDirect(shape, bfloat16).forward)
      return at::convolution(input, weight.to(input.scalar_type()), {}, {stride, stride}, {padding, padding}, {1, 1}, false, {0, 0}, 1);
    const at::Tensor dense = channelsLast(input), weights = channelsLast(weight.to(at::kFloat));  // (out, kh, kw, in) in memory
    at::Tensor output = at::empty({shape.images, shape.outputChannels, shape.outputHeight, shape.outputWidth}, input.options(),
                                  at::MemoryFormat::ChannelsLast);
    if (shape.inputChannels < kFew) {
      const FewChannels few(dense, shape);
      run(bfloat16, few.shape, few.image, weights, output);
    } else {
      run(bfloat16, shape, dense, weights, output);
    }
    return output;
  }

  static void run(bool bfloat16, const ConvolutionShape& s, const at::Tensor& input, const at::Tensor& weights, at::Tensor& output) {
    const int64_t taps = s.kernelHeight * s.kernelWidth;
    const at::Tensor packed = at::empty({packedWeightBytes(bfloat16, taps, s.inputChannels, s.outputChannels)}, at::kByte);
    packWeights(bfloat16, weights.data_ptr<float>(), taps, s.inputChannels, s.outputChannels, taps * s.inputChannels, s.inputChannels, 1,
                packed.data_ptr(), inParallel);
    convolveForward(bfloat16, s, input.data_ptr(), packed.data_ptr(), output.data_ptr(), inParallel);
  }

  static tensor_list backward(AutogradContext* context, tensor_list upstream) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1];
    const int64_t stride = context->saved_data["stride"].toInt(), padding = context->saved_data["padding"].toInt();
    const bool bfloat16 = input.scalar_type() == at::kBFloat16;
    const bool inputNeeded = context->needs_input_grad(0), weightNeeded = context->needs_input_grad(1);
    const ConvolutionShape shape = shapeOf(input, weight, stride, padding);
    // A gradient that is itself to be differentiated takes ATen's way.
    const Direct direct = c10::GradMode::is_enabled() ? Direct{false, false, false} : chooseDirect(shape, bfloat16);
    at::Tensor inputGradient, weightGradient;
    const bool inputByAten = inputNeeded && !direct.inputGradient, weightByAten = weightNeeded && !direct.weightGradient;
    if (inputByAten || weightByAten) {
      const auto both = at::convolution_backward(upstream[0], input, weight.to(input.scalar_type()), c10::nullopt, {stride, stride},
                                                 {padding, padding}, {1, 1}, false, {0, 0}, 1, {inputByAten, weightByAten, false});
      inputGradient = std::get<0>(both);
      if (weightByAten) weightGradient = std::get<1>(both).to(weight.scalar_type());
    }
    const at::Tensor gradient = channelsLast(upstream[0]);
    if (inputNeeded && !inputByAten) {
      inputGradient = at::empty({shape.images, shape.inputChannels, shape.inputHeight, shape.inputWidth}, input.options(),
                                at::MemoryFormat::ChannelsLast);
      const int64_t taps = shape.kernelHeight * shape.kernelWidth, inputs = shape.inputChannels, outputs = shape.outputChannels;
      const at::Tensor weights = channelsLast(weight.to(at::kFloat));
      const at::Tensor packed = at::empty({packedWeightBytes(bfloat16, taps, outputs, inputs)}, at::kByte);
      packWeights(bfloat16, weights.data_ptr<float>(), taps, outputs, inputs, 1, inputs, taps * inputs, packed.data_ptr(), inParallel);
      convolveBackward(bfloat16, shape, gradient.data_ptr(), packed.data_ptr(), inputGradient.data_ptr(), inParallel);
    }
    if (weightNeeded && !weightByAten) {
      const at::Tensor dense = channelsLast(input);
      at::Tensor result = at::empty(weight.sizes(), weight.options().dtype(at::kFloat), at::MemoryFormat::ChannelsLast);
      const at::Tensor working = at::empty({weightGradientBytes(bfloat16, shape)}, at::kByte);
      convolutionWeightGradient(bfloat16, shape, dense.data_ptr(), gradient.data_ptr(), result.data_ptr<float>(), working.data_ptr(), inParallel);
      weightGradient = result.to(weight.scalar_type());
    }
    return {inputGradient, weightGradient, at::Tensor(), at::Tensor()};
  }
};

at::Tensor conv2d(const at::Tensor& input, const at::Tensor& weight, const c10::optional<at::Tensor>& bias,
                  at::IntArrayRef stride, at::IntArrayRef padding, at::IntArrayRef dilation, int64_t groups) {
  const bool simple = input.device().is_cpu() && weight.device().is_cpu() && input.dim() == 4 && weight.dim() == 4 && input.numel() > 0 &&
                      weight.numel() > 0 && groups == 1 && !bias.has_value() && input.size(1) == weight.size(1) &&
                      weight.size(2) == weight.size(3) && allEqual(stride) && allEqual(padding) && allEqual(dilation) && dilation[0] == 1 &&
                      stride[0] > 0 && padding[0] >= 0 && std::min(input.size(2), input.size(3)) + 2 * padding[0] >= weight.size(2) &&
                      input.suggest_memory_format() == at::MemoryFormat::ChannelsLast;
  if (simple) {
    const bool cast = autocastOnCpu();
    const auto dtype = cast ? autocastTypeOnCpu() : input.scalar_type();
    const bool floating = cast ? at::isFloatingType(input.scalar_type()) && at::isFloatingType(weight.scalar_type()) : weight.scalar_type() == dtype;
#if TORCH_VERSION_MAJOR == 1
    const auto prepared = [&](const at::Tensor& tensor) {
      return cast ? at::autocast::cached_cast(dtype, tensor, c10::DeviceType::CPU) : tensor;
    };
    if (floating && matmulIsFaster(input, weight, dtype, stride[0], padding[0]))
      return ConvolutionByMatmul::apply(prepared(input), prepared(weight), stride[0], padding[0]);
#endif
    // The kernels read memory by 32-bit words: an odd number of channels in bfloat16 would reach into the next position.
    const bool bfloat16 = dtype == at::kBFloat16;
    const bool words = !bfloat16 || input.size(1) < kFew || (input.size(1) % 2 == 0 && weight.size(0) % 2 == 0);
    const bool input32 = input.scalar_type() == at::kFloat || input.scalar_type() == dtype;
    if (floating && words && input32 && (bfloat16 || dtype == at::kFloat) &&
        (weight.scalar_type() == at::kFloat || weight.scalar_type() == dtype) &&
        chooseDirect(shapeOf(input, weight, stride[0], padding[0]), bfloat16).any()) {
      // Within the function nothing is to be cast once more.
      c10::impl::ExcludeDispatchKeyGuard noAutocast(c10::DispatchKey::AutocastCPU);
      return DirectConvolution::apply(input.to(dtype), weight, stride[0], padding[0]);
    }
  }
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
