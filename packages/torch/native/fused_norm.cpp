// Batch normalization of a training batch with what follows it in a residual network, relu(norm(x) + residual), as one operator:
// fewer passes over the activations than three operators have.
//
// Channels-last, float32 or bfloat16, sums in float32. Rows (positions) are taken in chunks that stay in the cache, whose means and
// sums of squared deviations are merged as Chan, Golub and LeVeque (1979) do. Chunks depend on the shape alone, so neither result nor
// gradients depend on the number of threads.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "clones.h"

namespace xclr {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

constexpr int64_t kChunk = 32 << 10;  // elements that are taken at once

inline float widened(uint16_t half) {
  const uint32_t bits = static_cast<uint32_t>(half) << 16;
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}
inline float widened(float value) { return value; }

inline void store(uint16_t& to, float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, 4);
  const uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  to = static_cast<uint16_t>(value != value ? 0x7fc0u : rounded);
}
inline void store(float& to, float value) { to = value; }

// As ATen has it, what is not a number stays so.
inline float rectified(float value) { return value < 0.f ? 0.f : value; }

// The bodies of the loops over one chunk, rows × c; always inlined into what is compiled for several instruction sets.
#define XCLR_BODY template <typename T> __attribute__((always_inline)) inline void

XCLR_BODY sumsBody(const T* __restrict__ x, int64_t rows, int64_t c, float* __restrict__ mean, float* __restrict__ squares) {
  for (int64_t i = 0; i < c; ++i) mean[i] = squares[i] = 0.f;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t i = 0; i < c; ++i) mean[i] += widened(x[r * c + i]);
  const float fraction = 1.f / static_cast<float>(rows);
  for (int64_t i = 0; i < c; ++i) mean[i] *= fraction;
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t i = 0; i < c; ++i) {
      const float d = widened(x[r * c + i]) - mean[i];
      squares[i] += d * d;
    }
  }
}

XCLR_BODY applyBody(const T* __restrict__ x, const T* __restrict__ residual, int64_t rows, int64_t c, const float* __restrict__ scale,
                    const float* __restrict__ shift, T* __restrict__ y) {
  if (residual == nullptr) {
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t i = 0; i < c; ++i) store(y[r * c + i], rectified(widened(x[r * c + i]) * scale[i] + shift[i]));
  } else {
    for (int64_t r = 0; r < rows; ++r)
      for (int64_t i = 0; i < c; ++i)
        store(y[r * c + i], rectified(widened(x[r * c + i]) * scale[i] + shift[i] + widened(residual[r * c + i])));
  }
}

/** `masked` gets the gradient where y > 0; sums are Σ g and Σ g·(x − mean). */
XCLR_BODY gradientSumsBody(const T* __restrict__ g, const T* __restrict__ y, const T* __restrict__ x, int64_t rows, int64_t c,
                           const float* __restrict__ mean, T* __restrict__ masked, float* __restrict__ sum, float* __restrict__ product) {
  for (int64_t i = 0; i < c; ++i) sum[i] = product[i] = 0.f;
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t i = 0; i < c; ++i) {
      const int64_t at = r * c + i;
      const float value = widened(y[at]) <= 0.f ? 0.f : widened(g[at]);
      if (masked != nullptr) store(masked[at], value);
      sum[i] += value;
      product[i] += value * (widened(x[at]) - mean[i]);
    }
  }
}

/** g·scale + x·slope + offset where y > 0, and x·slope + offset elsewhere. */
XCLR_BODY gradientBody(const T* __restrict__ g, const T* __restrict__ y, const T* __restrict__ x, int64_t rows, int64_t c,
                       const float* __restrict__ scale, const float* __restrict__ slope, const float* __restrict__ offset,
                       T* __restrict__ result) {
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t i = 0; i < c; ++i) {
      const int64_t at = r * c + i;
      const float value = y != nullptr && widened(y[at]) <= 0.f ? 0.f : widened(g[at]);
      store(result[at], value * scale[i] + widened(x[at]) * slope[i] + offset[i]);
    }
  }
}

#define XCLR_FOR(T)                                                                                                                       \
  XCLR_CLONES void sums(const T* x, int64_t rows, int64_t c, float* mean, float* squares) { sumsBody<T>(x, rows, c, mean, squares); }      \
  XCLR_CLONES void normalize(const T* x, const T* residual, int64_t rows, int64_t c, const float* scale, const float* shift, T* y) {           \
    applyBody<T>(x, residual, rows, c, scale, shift, y);                                                                                   \
  }                                                                                                                                        \
  XCLR_CLONES void gradientSums(const T* g, const T* y, const T* x, int64_t rows, int64_t c, const float* mean, T* masked, float* sum,     \
                                float* product) {                                                                                          \
    if (masked == nullptr)                                                                                                                 \
      gradientSumsBody<T>(g, y, x, rows, c, mean, nullptr, sum, product);                                                                  \
    else                                                                                                                                   \
      gradientSumsBody<T>(g, y, x, rows, c, mean, masked, sum, product);                                                                   \
  }                                                                                                                                        \
  XCLR_CLONES void gradient(const T* g, const T* y, const T* x, int64_t rows, int64_t c, const float* scale, const float* slope,           \
                            const float* offset, T* result) {                                                                              \
    if (y == nullptr)                                                                                                                      \
      gradientBody<T>(g, nullptr, x, rows, c, scale, slope, offset, result);                                                               \
    else                                                                                                                                   \
      gradientBody<T>(g, y, x, rows, c, scale, slope, offset, result);                                                                     \
  }

XCLR_FOR(float)
XCLR_FOR(uint16_t)

struct Chunks {
  int64_t rows, channels, height, count;
  explicit Chunks(const at::Tensor& x)
      : rows(x.numel() / x.size(1)), channels(x.size(1)), height(std::max<int64_t>(1, kChunk / channels)), count((rows + height - 1) / height) {}
  int64_t begin(int64_t chunk) const { return chunk * height * channels; }
  int64_t rowsOf(int64_t chunk) const { return std::min(height, rows - chunk * height); }
  template <typename Work>
  void each(const Work& work) const {
    at::parallel_for(0, count, 1, [&](int64_t first, int64_t end) {
      for (int64_t chunk = first; chunk < end; ++chunk) work(chunk);
    });
  }
};

at::Tensor channelsLast(const at::Tensor& x) { return x.contiguous(at::MemoryFormat::ChannelsLast); }

template <typename T>
T* numbers(const at::Tensor& x) { return x.defined() ? static_cast<T*>(x.data_ptr()) : nullptr; }

/** Calls work with a null pointer of the type that the numbers are stored in. */
template <typename Work>
void byType(const at::Tensor& x, const Work& work) {
  if (x.scalar_type() == at::kFloat)
    work(static_cast<float*>(nullptr));
  else
    work(static_cast<uint16_t*>(nullptr));
}

std::vector<float> valuesOf(const at::Tensor& x, int64_t count, float otherwise) {
  if (!x.defined()) return std::vector<float>(static_cast<size_t>(count), otherwise);
  const at::Tensor dense = x.to(at::kFloat).contiguous();
  return std::vector<float>(dense.data_ptr<float>(), dense.data_ptr<float>() + count);
}

using MaybeTensor = c10::optional<at::Tensor>;

struct NormRelu : torch::autograd::Function<NormRelu> {
  static at::Tensor forward(AutogradContext* context, const at::Tensor& input, const MaybeTensor& ofResidual, const MaybeTensor& ofWeight,
                            const MaybeTensor& ofBias, const MaybeTensor& ofMean, const MaybeTensor& ofVar, double fraction, double eps) {
    const auto of = [](const MaybeTensor& one) { return one.value_or(at::Tensor()); };
    const at::Tensor residual = of(ofResidual), weight = of(ofWeight), bias = of(ofBias), runningMean = of(ofMean), runningVar = of(ofVar);
    const at::Tensor x = channelsLast(input), added = residual.defined() ? channelsLast(residual) : residual;
    const Chunks chunks(x);
    const int64_t c = chunks.channels;
    at::Tensor mean = at::empty({c}, x.options().dtype(at::kFloat)), inverse = at::empty_like(mean);  // (c)
    at::Tensor y = at::empty_like(x, at::MemoryFormat::ChannelsLast);
    std::vector<float> partial(static_cast<size_t>(chunks.count * 2 * c));
    std::vector<double> means(static_cast<size_t>(c), 0.), squares(static_cast<size_t>(c), 0.);
    std::vector<float> scale = valuesOf(weight, c, 1.f), shift = valuesOf(bias, c, 0.f);
    byType(x, [&](auto* type) {
      using T = std::remove_pointer_t<decltype(type)>;
      chunks.each([&](int64_t k) {
        float* of = partial.data() + k * 2 * c;
        sums(numbers<T>(x) + chunks.begin(k), chunks.rowsOf(k), c, of, of + c);
      });
      double rows = 0;
      for (int64_t k = 0; k < chunks.count; ++k) {
        const double more = static_cast<double>(chunks.rowsOf(k)), all = rows + more;
        const float* of = partial.data() + k * 2 * c;
        for (int64_t i = 0; i < c; ++i) {
          const double distance = of[i] - means[i];
          means[i] += distance * (more / all);
          squares[i] += of[c + i] + distance * distance * (rows * more / all);
        }
        rows = all;
      }
      for (int64_t i = 0; i < c; ++i) {
        mean.data_ptr<float>()[i] = static_cast<float>(means[i]);
        inverse.data_ptr<float>()[i] = static_cast<float>(1. / std::sqrt(squares[i] / rows + eps));
        scale[i] *= inverse.data_ptr<float>()[i];
        shift[i] -= mean.data_ptr<float>()[i] * scale[i];
      }
      chunks.each([&](int64_t k) {
        const int64_t at = chunks.begin(k);
        normalize(numbers<T>(x) + at, added.defined() ? numbers<T>(added) + at : nullptr, chunks.rowsOf(k), c, scale.data(), shift.data(),
              numbers<T>(y) + at);
      });
    });
    if (runningMean.defined()) {
      const double rows = static_cast<double>(chunks.rows);
      const auto wide = mean.options().dtype(at::kDouble);
      runningMean.mul_(1 - fraction).add_(mean, fraction);
      runningVar.mul_(1 - fraction).add_((at::from_blob(squares.data(), {c}, wide) / (rows - 1)).to(at::kFloat), fraction);
    }
    context->save_for_backward({x, y, weight, mean, inverse});
    context->saved_data["residual"] = residual.defined();
    context->saved_data["eps"] = eps;
    return y;
  }

  static tensor_list backward(AutogradContext* context, tensor_list upstream) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &x = saved[0], &y = saved[1], &weight = saved[2], &mean = saved[3], &inverse = saved[4];
    const bool residual = context->saved_data["residual"].toBool();
    if (c10::GradMode::is_enabled()) {  // to be differentiated again: by ATen's operators, which are
      const at::Tensor where = at::threshold_backward(upstream[0], y, 0);
      auto [dx, dWeight, dBias] = at::native_batch_norm_backward(where, x, weight, {}, {}, mean, inverse, /*train=*/true,
                                                                 context->saved_data["eps"].toDouble(), {true, true, true});
      if (!weight.defined()) dWeight = dBias = at::Tensor();
      return {dx, residual ? where : at::Tensor(), dWeight, dBias, at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
    }
    const at::Tensor g = channelsLast(upstream[0].to(x.scalar_type()));
    const Chunks chunks(x);
    const int64_t c = chunks.channels;
    at::Tensor masked, dx = at::empty_like(x, at::MemoryFormat::ChannelsLast);
    if (residual) masked = at::empty_like(x, at::MemoryFormat::ChannelsLast);
    std::vector<float> partial(static_cast<size_t>(chunks.count * 2 * c)), slope(static_cast<size_t>(c)), offset(static_cast<size_t>(c));
    std::vector<float> scale = valuesOf(weight, c, 1.f);
    at::Tensor weightGradient = at::empty_like(mean), biasGradient = at::empty_like(mean);
    byType(x, [&](auto* type) {
      using T = std::remove_pointer_t<decltype(type)>;
      const float *means = mean.data_ptr<float>(), *inverses = inverse.data_ptr<float>();
      chunks.each([&](int64_t k) {
        const int64_t at = chunks.begin(k);
        float* of = partial.data() + k * 2 * c;
        gradientSums(numbers<T>(g) + at, numbers<T>(y) + at, numbers<T>(x) + at, chunks.rowsOf(k), c, means,
                     residual ? numbers<T>(masked) + at : nullptr, of, of + c);
      });
      const double rows = static_cast<double>(chunks.rows);
      for (int64_t i = 0; i < c; ++i) {
        double sum = 0, product = 0;
        for (int64_t k = 0; k < chunks.count; ++k) {
          sum += partial[k * 2 * c + i];
          product += partial[k * 2 * c + c + i];
        }
        const double factor = static_cast<double>(scale[i]) * inverses[i], through = -factor * inverses[i] * inverses[i] * product / rows;
        biasGradient.data_ptr<float>()[i] = static_cast<float>(sum);
        weightGradient.data_ptr<float>()[i] = static_cast<float>(product * inverses[i]);
        scale[i] = static_cast<float>(factor);
        slope[i] = static_cast<float>(through);
        offset[i] = static_cast<float>(-factor * sum / rows - through * means[i]);
      }
      chunks.each([&](int64_t k) {
        const int64_t at = chunks.begin(k);
        gradient(residual ? numbers<T>(masked) + at : numbers<T>(g) + at, residual ? nullptr : numbers<T>(y) + at, numbers<T>(x) + at,
                 chunks.rowsOf(k), c, scale.data(), slope.data(), offset.data(), numbers<T>(dx) + at);
      });
    });
    const auto parameter = [&](const at::Tensor& value) { return weight.defined() ? value.to(weight.scalar_type()) : at::Tensor(); };
    return {dx, masked, parameter(weightGradient), parameter(biasGradient), at::Tensor(), at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

bool fits(const at::Tensor& x) {
  return x.device().is_cpu() && x.dim() == 4 && (x.scalar_type() == at::kFloat || x.scalar_type() == at::kBFloat16);
}

at::Tensor normRelu(const at::Tensor& input, const MaybeTensor& residual, const MaybeTensor& weight, const MaybeTensor& bias,
                    const MaybeTensor& runningMean, const MaybeTensor& runningVar, double fraction, double eps) {
  TORCH_CHECK(fits(input), "norm_relu: input must be (n, c, h, w) float32 or bfloat16 on the CPU");
  TORCH_CHECK(input.numel() > input.size(1), "Expected more than 1 value per channel when training, got input size ", input.sizes());
  TORCH_CHECK(!residual.has_value() || (residual->sizes() == input.sizes() && residual->scalar_type() == input.scalar_type() &&
                                        residual->device().is_cpu()),
              "norm_relu: residual must be of the size and type of input");
  TORCH_CHECK(weight.has_value() == bias.has_value() && runningMean.has_value() == runningVar.has_value(),
              "norm_relu: weight and bias, and the running statistics, come together");
  for (const auto& one : {weight, bias, runningMean, runningVar})
    TORCH_CHECK(!one.has_value() || (one->dim() == 1 && one->numel() == input.size(1) && one->device().is_cpu()),
                "norm_relu: parameters and statistics must be (c) on the CPU");
  return NormRelu::apply(input, residual, weight, bias, runningMean, runningVar, fraction, eps);
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(xclr, library) {
  library.def(
      "norm_relu(Tensor input, Tensor? residual, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, float fraction, "
      "float eps) -> Tensor",
      &normRelu);
}

}  // namespace xclr
