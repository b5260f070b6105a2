// Two-dimensional convolutions on plain memory, for processors with AVX2 or AVX-512: forward, and both gradients. What is computed where
// and in which order stands here; direct_kernels.h has the loops.
//
// Memory is read as words of 32 bits: a float, or a pair of bfloat16 that one instruction multiplies and adds. A tile of up to
// kRows × a few vectors of sums stays in registers while words of one operand are broadcast to whole vectors of the other.
//  · Forward and gradient of the input: a row of the tile is an output position. Positions whose kernel meets the border in the same
//    way are put together, so that taps that fall on padding cost nothing: for 2×2 images that is more than half of a 3×3 kernel.
//  · Gradient of the weights: a row of the tile is an output channel, vectors are input channels, and the sum is over positions. Both
//    operands are packed first, in bfloat16 by pairs of positions.
// Every sum is made by one thread in one order, so results do not depend on the number of threads.
#include "direct_convolution.h"

#include "direct_jobs.h"
#include "processor.h"

#ifdef XCLR_DIRECT_CONVOLUTION
#include <cstdlib>
#include <cstring>
#include <vector>
#endif

namespace xclr {

#ifdef XCLR_DIRECT_CONVOLUTION

namespace {

using namespace direct;

constexpr int64_t kGroup = 64 << 10;  // bytes of input that a group of tiles reads

const Kernels* floatKernels() {
  // LibTorch's own variable, so that a machine with AVX-512 can try what others get.
  const char* limit = std::getenv("ATEN_CPU_CAPABILITY");
  const bool upToAvx2 = limit != nullptr && std::strcmp(limit, "avx2") == 0, none = limit != nullptr && std::strcmp(limit, "default") == 0;
  if (none) return nullptr;
  if (processor().avx512 && !upToAvx2) return &avx512Float;
  return processor().avx2 ? &avx2Float : nullptr;
}

/** The kernels for this processor; null where LibTorch's are to run. */
const Kernels* kernelsFor(bool bfloat16) {
  static const Kernels* const ofFloat = floatKernels();
  static const Kernels* const ofHalf = processor().avx512Bfloat16 && !processor().amxBfloat16 ? &avx512Half : nullptr;
  return bfloat16 ? ofHalf : ofFloat;
}

int64_t wordsOf(const Kernels& kernels, int64_t elements) { return kernels.bfloat16 ? divideUp(elements, 2) : elements; }

/** Bytes of the packed weights for `outputs` channels made of `taps` × `inputs`. */
int64_t packedBytes(const Kernels& kernels, int64_t taps, int64_t inputs, int64_t outputs) {
  return 4 * taps * wordsOf(kernels, inputs) * divideUp(outputs, kernels.lanes) * kernels.lanes;
}

// ——— forward and gradient of the input ———

/** The taps along one dimension: for each target position and tap the source that it reaches, −1 on padding and between. */
struct Axis {
  int64_t targets, kernel;
  std::vector<int64_t> sources;

  int64_t source(int64_t target, int64_t tap) const { return sources[target * kernel + tap]; }

  int64_t firstSource(int64_t target) const {
    for (int64_t k = 0; k < kernel; ++k)
      if (source(target, k) >= 0) return source(target, k);
    return 0;
  }
};

/** The axis whose sources are sourceOf(target, tap), where those lie in 0 … sources. */
template <typename SourceOf>
Axis axisOf(int64_t targets, int64_t sources, int64_t kernel, SourceOf sourceOf) {
  Axis axis{targets, kernel, {}};
  axis.sources.reserve(static_cast<size_t>(targets * kernel));
  for (int64_t at = 0; at < targets; ++at) {
    for (int64_t k = 0; k < kernel; ++k) {
      const int64_t from = sourceOf(at, k);
      axis.sources.push_back(from >= 0 && from < sources ? from : -1);
    }
  }
  return axis;
}

Axis forwardAxis(int64_t targets, int64_t sources, int64_t kernel, int64_t stride, int64_t padding) {
  return axisOf(targets, sources, kernel, [=](int64_t at, int64_t k) { return at * stride + k - padding; });
}

Axis backwardAxis(int64_t targets, int64_t sources, int64_t kernel, int64_t stride, int64_t padding) {
  return axisOf(targets, sources, kernel, [=](int64_t at, int64_t k) {
    const int64_t from = at + padding - k;
    return from >= 0 && from % stride == 0 ? from / stride : -1;
  });
}

/** True where two targets of an axis have their sources at the same taps and distances. */
bool samePattern(const Axis& axis, int64_t a, int64_t b) {
  int64_t distance = 0;
  bool first = true;
  for (int64_t k = 0; k < axis.kernel; ++k) {
    const int64_t left = axis.source(a, k), right = axis.source(b, k);
    if ((left < 0) != (right < 0)) return false;
    if (left < 0) continue;
    if (first) distance = right - left;
    first = false;
    if (right - left != distance) return false;
  }
  return true;
}

/** Which pattern each target of an axis has, and a target of each pattern. */
struct Patterns {
  std::vector<int64_t> numbers, examples;

  explicit Patterns(const Axis& axis) {
    for (int64_t at = 0; at < axis.targets; ++at) {
      size_t number = 0;
      while (number < examples.size() && !samePattern(axis, examples[number], at)) ++number;
      if (number == examples.size()) examples.push_back(at);
      numbers.push_back(static_cast<int64_t>(number));
    }
  }
};

/** Images of which some positions are gathered from; steps between columns, rows and images are in elements. */
struct Source {
  const void* memory;
  int64_t images, columnStep, rowStep, imageStep, channels;
};

void gather(const Kernels& kernels, const Axis& vertical, const Axis& horizontal, const Source& source, int64_t outputs, const void* packed,
            void* target, ParallelFor parallel) {
  const int64_t bytes = kernels.bfloat16 ? 2 : 4, height = vertical.targets, width = horizontal.targets;
  const size_t taps = static_cast<size_t>(vertical.kernel * horizontal.kernel);
  const Patterns rows(vertical), columns(horizontal);
  const size_t classCount = rows.examples.size() * columns.examples.size();
  std::vector<Class> classes;
  std::vector<int64_t> offsets(classCount * taps), weightTaps(classCount * taps), sourceOffsets, targetOffsets;
  classes.reserve(classCount);
  sourceOffsets.reserve(static_cast<size_t>(height * width));
  targetOffsets.reserve(static_cast<size_t>(height * width));
  int64_t tiles = 0;
  for (size_t r = 0; r < rows.examples.size(); ++r) {
    for (size_t c = 0; c < columns.examples.size(); ++c) {
      const int64_t y0 = rows.examples[r], x0 = columns.examples[c], begin = static_cast<int64_t>(sourceOffsets.size());
      int64_t *offset = offsets.data() + classes.size() * taps, *weight = weightTaps.data() + classes.size() * taps;
      Class one{begin, begin, 0, offset, weight};
      for (int64_t i = 0; i < vertical.kernel; ++i) {
        const int64_t y = vertical.source(y0, i);
        if (y < 0) continue;
        for (int64_t j = 0; j < horizontal.kernel; ++j) {
          const int64_t x = horizontal.source(x0, j);
          if (x < 0) continue;
          offset[one.taps] = bytes * ((y - vertical.firstSource(y0)) * source.rowStep + (x - horizontal.firstSource(x0)) * source.columnStep);
          weight[one.taps] = i * horizontal.kernel + j;
          ++one.taps;
        }
      }
      for (int64_t y = 0; y < height; ++y) {
        if (rows.numbers[y] != static_cast<int64_t>(r)) continue;
        for (int64_t x = 0; x < width; ++x) {
          if (columns.numbers[x] != static_cast<int64_t>(c)) continue;
          sourceOffsets.push_back(bytes * (vertical.firstSource(y) * source.rowStep + horizontal.firstSource(x) * source.columnStep));
          targetOffsets.push_back(bytes * (y * width + x) * outputs);
        }
      }
      one.end = static_cast<int64_t>(sourceOffsets.size());
      tiles += divideUp((one.end - one.begin) * source.images, kRows);
      classes.push_back(one);
    }
  }
  const bool grouped = packedBytes(kernels, static_cast<int64_t>(taps), source.channels, outputs) <= kernels.cachedWeights;
  const int64_t tileBytes = kRows * source.channels * bytes, group = grouped ? divideUp(kGroup, tileBytes) : tiles;
  const Gather job{source.images, bytes * source.imageStep, bytes * height * width * outputs, wordsOf(kernels, source.channels), outputs,
                   static_cast<int64_t>(taps), static_cast<const char*>(source.memory), static_cast<char*>(target),
                   static_cast<const uint32_t*>(packed), sourceOffsets.data(), targetOffsets.data(), classes.data(), tiles, group};
  parallel(tiles * divideUp(outputs, kernels.block), kernels.gather, &job);
}

// ——— gradient of the weights ———

/** The same sums with less around them: what 1×1 kernels leave out is not there, and rows that follow one another are one. */
ConvolutionShape simplified(ConvolutionShape s) {
  if (s.kernelHeight != 1 || s.kernelWidth != 1 || s.paddingTop != 0 || s.paddingLeft != 0) return s;
  s.columnStep *= s.stride;
  s.rowStep *= s.stride;
  s.stride = 1;
  s.inputHeight = s.outputHeight;
  s.inputWidth = s.outputWidth;
  if (s.columnStep * s.inputWidth != s.rowStep) return s;
  s.inputWidth = s.outputWidth = s.outputHeight * s.outputWidth;
  s.inputHeight = s.outputHeight = 1;
  return s;
}

/** Words of a packed row of the input, of one channel. */
int64_t columnsOf(const Kernels& kernels, const ConvolutionShape& s) {
  return kernels.bfloat16 ? s.kernelWidth * wordsOf(kernels, s.outputWidth) : s.inputWidth;
}

/** How many of the images have so many bytes of packed input, in `blocks` blocks of channels; at least one. */
int64_t imagesOf(int64_t bytes, const Kernels& kernels, int64_t blocks, const ConvolutionShape& s) {
  const int64_t columns = kernels.bfloat16 ? wordsOf(kernels, s.outputWidth) : s.inputWidth;
  const int64_t each = s.inputHeight * columns * least(kernels.block, s.inputChannels) * 4 * blocks, images = each > 0 ? bytes / each : 1;
  return images < 1 ? 1 : least(images, s.images);
}

/** Images that the gradient of the weights goes over together. */
int64_t imagesTogether(const Kernels& kernels, const ConvolutionShape& s) { return imagesOf(kernels.cached, kernels, 1, s); }

/** Images that are packed at once. */
int64_t imagesAtOnce(const Kernels& kernels, const ConvolutionShape& s) {
  const int64_t together = imagesTogether(kernels, s), all = imagesOf(kernels.packed, kernels, divideUp(s.inputChannels, kernels.block), s);
  return all > together ? all : together;
}

int64_t packedInputWords(const Kernels& kernels, const ConvolutionShape& s) {
  return divideUp(s.inputChannels, kernels.block) * kernels.block * imagesAtOnce(kernels, s) * s.inputHeight * columnsOf(kernels, s);
}

}  // namespace

bool canConvolveDirectly(bool bfloat16) { return kernelsFor(bfloat16) != nullptr; }

bool hasWideVectors(bool bfloat16) { return kernelsFor(bfloat16) != nullptr && kernelsFor(bfloat16)->lanes > 8; }

int64_t packedWeightBytes(bool bfloat16, int64_t taps, int64_t inputs, int64_t outputs) {
  return packedBytes(*kernelsFor(bfloat16), taps, inputs, outputs);
}

void packWeights(bool bfloat16, const float* weights, int64_t taps, int64_t inputs, int64_t outputs, int64_t outputStep, int64_t tapStep,
                 int64_t inputStep, void* packed, ParallelFor parallel) {
  const Kernels& kernels = *kernelsFor(bfloat16);
  const Pack job{weights, taps, inputs, outputs, outputStep, tapStep, inputStep, wordsOf(kernels, inputs), static_cast<uint32_t*>(packed)};
  if (inputStep == 1)
    parallel(divideUp(outputs, kernels.lanes), kernels.packByInput, &job);
  else
    parallel(job.words, kernels.packByOutput, &job);
}

void convolveForward(bool bfloat16, const ConvolutionShape& s, const void* input, const void* packed, void* output, ParallelFor parallel) {
  const Source source{input, s.images, s.columnStep, s.rowStep, s.imageStep, s.inputChannels};
  gather(*kernelsFor(bfloat16), forwardAxis(s.outputHeight, s.inputHeight, s.kernelHeight, s.stride, s.paddingTop),
         forwardAxis(s.outputWidth, s.inputWidth, s.kernelWidth, s.stride, s.paddingLeft), source, s.outputChannels, packed, output, parallel);
}

void convolveBackward(bool bfloat16, const ConvolutionShape& s, const void* outputGradient, const void* packed, void* inputGradient,
                      ParallelFor parallel) {
  const int64_t row = s.outputWidth * s.outputChannels;
  const Source source{outputGradient, s.images, s.outputChannels, row, row * s.outputHeight, s.outputChannels};
  gather(*kernelsFor(bfloat16), backwardAxis(s.inputHeight, s.outputHeight, s.kernelHeight, s.stride, s.paddingTop),
         backwardAxis(s.inputWidth, s.outputWidth, s.kernelWidth, s.stride, s.paddingLeft), source, s.inputChannels, packed, inputGradient,
         parallel);
}

int64_t weightGradientBytes(bool bfloat16, const ConvolutionShape& shape) {
  const ConvolutionShape s = simplified(shape);
  const Kernels& kernels = *kernelsFor(bfloat16);
  const int64_t tiles = divideUp(s.outputChannels, kRows);
  return 4 * (packedInputWords(kernels, s) + tiles * kRows * imagesAtOnce(kernels, s) * s.outputHeight * wordsOf(kernels, s.outputWidth));
}

void convolutionWeightGradient(bool bfloat16, const ConvolutionShape& shape, const void* input, const void* outputGradient, float* weightGradient,
                               void* working, ParallelFor parallel) {
  const ConvolutionShape s = simplified(shape);
  const Kernels& kernels = *kernelsFor(bfloat16);
  Reduce job{};
  job.s = s;
  job.pairs = wordsOf(kernels, s.outputWidth);
  job.columns = columnsOf(kernels, s);
  job.blocks = divideUp(s.inputChannels, kernels.block);
  job.capacity = imagesAtOnce(kernels, s);
  job.together = imagesTogether(kernels, s);
  job.input = static_cast<const char*>(input);
  job.gradient = static_cast<const char*>(outputGradient);
  job.packedInput = static_cast<uint32_t*>(working);
  job.packedGradient = job.packedInput + packedInputWords(kernels, s);
  job.result = weightGradient;
  for (job.first = 0; job.first < s.images; job.first += job.capacity) {
    job.count = least(job.capacity, s.images - job.first);
    parallel(job.count * s.inputHeight, kernels.packInputRows, &job);
    parallel(job.count * s.outputHeight, kernels.packGradientRows, &job);
    parallel(job.blocks * s.kernelHeight * s.kernelWidth * divideUp(s.outputChannels, kRows), kernels.reduce, &job);
  }
}

#else

bool canConvolveDirectly(bool) { return false; }
bool hasWideVectors(bool) { return false; }
int64_t packedWeightBytes(bool, int64_t, int64_t, int64_t) { return 0; }
void packWeights(bool, const float*, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, void*, ParallelFor) {}
void convolveForward(bool, const ConvolutionShape&, const void*, const void*, void*, ParallelFor) {}
void convolveBackward(bool, const ConvolutionShape&, const void*, const void*, void*, ParallelFor) {}
int64_t weightGradientBytes(bool, const ConvolutionShape&) { return 0; }
void convolutionWeightGradient(bool, const ConvolutionShape&, const void*, const void*, float*, void*, ParallelFor) {}

#endif

}  // namespace xclr
