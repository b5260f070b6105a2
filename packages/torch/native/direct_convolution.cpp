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
#include <initializer_list>
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

int64_t wordsOf(bool bfloat16, int64_t elements) { return bfloat16 ? divideUp(elements, 2) : elements; }

// ——— forward and gradient of the input ———

/** The taps along one dimension that reach a source, for each target position: begin … end of the kernel, with its source. */
struct Axis {
  int64_t targets;
  int64_t* source;  // of each target and tap, −1 where it falls on padding or between
  int64_t kernel;
};

Axis forwardAxis(int64_t targets, int64_t sources, int64_t kernel, int64_t stride, int64_t padding) {
  Axis axis{targets, static_cast<int64_t*>(std::malloc(sizeof(int64_t) * targets * kernel)), kernel};
  for (int64_t at = 0; at < targets; ++at) {
    for (int64_t k = 0; k < kernel; ++k) {
      const int64_t from = at * stride + k - padding;
      axis.source[at * kernel + k] = from >= 0 && from < sources ? from : -1;
    }
  }
  return axis;
}

Axis backwardAxis(int64_t targets, int64_t sources, int64_t kernel, int64_t stride, int64_t padding) {
  Axis axis{targets, static_cast<int64_t*>(std::malloc(sizeof(int64_t) * targets * kernel)), kernel};
  for (int64_t at = 0; at < targets; ++at) {
    for (int64_t k = 0; k < kernel; ++k) {
      const int64_t from = at + padding - k;
      axis.source[at * kernel + k] = from >= 0 && from % stride == 0 && from / stride < sources ? from / stride : -1;
    }
  }
  return axis;
}

/** True where two targets of an axis have their sources at the same taps and distances. */
bool samePattern(const Axis& axis, int64_t a, int64_t b) {
  const int64_t *left = axis.source + a * axis.kernel, *right = axis.source + b * axis.kernel;
  int64_t distance = 0;
  bool first = true;
  for (int64_t k = 0; k < axis.kernel; ++k) {
    if ((left[k] < 0) != (right[k] < 0)) return false;
    if (left[k] < 0) continue;
    if (first) distance = right[k] - left[k];
    first = false;
    if (right[k] - left[k] != distance) return false;
  }
  return true;
}

/** The pattern's number of each target of an axis, and how many there are. */
int64_t patternsOf(const Axis& axis, int64_t* numbers, int64_t* examples) {
  int64_t count = 0;
  for (int64_t at = 0; at < axis.targets; ++at) {
    int64_t number = 0;
    while (number < count && !samePattern(axis, examples[number], at)) ++number;
    if (number == count) examples[count++] = at;
    numbers[at] = number;
  }
  return count;
}

int64_t firstSource(const Axis& axis, int64_t at) {
  for (int64_t k = 0; k < axis.kernel; ++k)
    if (axis.source[at * axis.kernel + k] >= 0) return axis.source[at * axis.kernel + k];
  return 0;
}

void gather(bool bfloat16, const Kernels& kernels, const Axis& vertical, const Axis& horizontal, int64_t images, const void* source, int64_t sourceRowStep,
            int64_t sourceColumnStep, int64_t sourceImageStep, int64_t inputs, int64_t outputs, const void* packed, void* target,
            ParallelFor parallel) {
  const int64_t bytes = bfloat16 ? 2 : 4, height = vertical.targets, width = horizontal.targets;
  const int64_t taps = vertical.kernel * horizontal.kernel;
  auto integers = [](int64_t count) { return static_cast<int64_t*>(std::malloc(sizeof(int64_t) * static_cast<size_t>(count + 1))); };
  int64_t *rowPattern = integers(height), *rowExample = integers(height), *columnPattern = integers(width), *columnExample = integers(width);
  const int64_t rowPatterns = patternsOf(vertical, rowPattern, rowExample);
  const int64_t columnPatterns = patternsOf(horizontal, columnPattern, columnExample);
  const int64_t classCount = rowPatterns * columnPatterns;
  Class* classes = static_cast<Class*>(std::malloc(sizeof(Class) * static_cast<size_t>(classCount)));
  int64_t *offsets = integers(classCount * taps), *weightTaps = integers(classCount * taps);
  int64_t *sourceOffsets = integers(height * width), *targetOffsets = integers(height * width);
  int64_t next = 0, tiles = 0;
  for (int64_t r = 0; r < rowPatterns; ++r) {
    for (int64_t c = 0; c < columnPatterns; ++c) {
      const int64_t number = r * columnPatterns + c, y0 = rowExample[r], x0 = columnExample[c];
      Class& one = classes[number];
      one = {next, next, 0, offsets + number * taps, weightTaps + number * taps};
      for (int64_t i = 0; i < vertical.kernel; ++i) {
        const int64_t y = vertical.source[y0 * vertical.kernel + i];
        if (y < 0) continue;
        for (int64_t j = 0; j < horizontal.kernel; ++j) {
          const int64_t x = horizontal.source[x0 * horizontal.kernel + j];
          if (x < 0) continue;
          offsets[number * taps + one.taps] =
              bytes * ((y - firstSource(vertical, y0)) * sourceRowStep + (x - firstSource(horizontal, x0)) * sourceColumnStep);
          weightTaps[number * taps + one.taps] = i * horizontal.kernel + j;
          ++one.taps;
        }
      }
      for (int64_t y = 0; y < height; ++y) {
        if (rowPattern[y] != r) continue;
        for (int64_t x = 0; x < width; ++x) {
          if (columnPattern[x] != c) continue;
          sourceOffsets[next] = bytes * (firstSource(vertical, y) * sourceRowStep + firstSource(horizontal, x) * sourceColumnStep);
          targetOffsets[next] = bytes * (y * width + x) * outputs;
          ++next;
        }
      }
      one.end = next;
      tiles += divideUp((one.end - one.begin) * images, kRows);
    }
  }
  const bool grouped = packedWeightBytes(bfloat16, taps, inputs, outputs) <= kernels.cachedWeights;
  const int64_t tileBytes = kRows * inputs * bytes, group = grouped ? divideUp(kGroup, tileBytes) : tiles;
  const Gather job{images, bytes * sourceImageStep, bytes * height * width * outputs, wordsOf(bfloat16, inputs), outputs, taps,
                   static_cast<const char*>(source), static_cast<char*>(target), static_cast<const uint32_t*>(packed), sourceOffsets, targetOffsets,
                   classes, tiles, group};
  parallel(tiles * divideUp(outputs, kernels.block), kernels.gather, &job);
  for (void* memory : {static_cast<void*>(rowPattern), static_cast<void*>(rowExample), static_cast<void*>(columnPattern),
                       static_cast<void*>(columnExample), static_cast<void*>(classes), static_cast<void*>(offsets),
                       static_cast<void*>(weightTaps), static_cast<void*>(sourceOffsets), static_cast<void*>(targetOffsets)})
    std::free(memory);
  std::free(vertical.source);
  std::free(horizontal.source);
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
int64_t columnsOf(bool bfloat16, const ConvolutionShape& s) {
  return bfloat16 ? s.kernelWidth * wordsOf(true, s.outputWidth) : s.inputWidth;
}

/** How many of the images have so many bytes of packed input, in `blocks` blocks of channels; at least one. */
int64_t imagesOf(int64_t bytes, bool bfloat16, int64_t block, int64_t blocks, const ConvolutionShape& s) {
  const int64_t columns = bfloat16 ? wordsOf(true, s.outputWidth) : s.inputWidth;
  const int64_t each = s.inputHeight * columns * least(block, s.inputChannels) * 4 * blocks, images = each > 0 ? bytes / each : 1;
  return images < 1 ? 1 : least(images, s.images);
}

/** Images that the gradient of the weights goes over together. */
int64_t imagesTogether(bool bfloat16, const Kernels& kernels, const ConvolutionShape& s) {
  return imagesOf(kernels.cached, bfloat16, kernels.block, 1, s);
}

/** Images that are packed at once. */
int64_t imagesAtOnce(bool bfloat16, const Kernels& kernels, const ConvolutionShape& s) {
  const int64_t together = imagesTogether(bfloat16, kernels, s);
  const int64_t all = imagesOf(kernels.packed, bfloat16, kernels.block, divideUp(s.inputChannels, kernels.block), s);
  return all > together ? all : together;
}

int64_t packedInputWords(bool bfloat16, const Kernels& kernels, const ConvolutionShape& s) {
  return divideUp(s.inputChannels, kernels.block) * kernels.block * imagesAtOnce(bfloat16, kernels, s) * s.inputHeight * columnsOf(bfloat16, s);
}

}  // namespace

bool canConvolveDirectly(bool bfloat16) { return kernelsFor(bfloat16) != nullptr; }

bool hasWideVectors(bool bfloat16) { return kernelsFor(bfloat16) != nullptr && kernelsFor(bfloat16)->lanes > 8; }

int64_t packedWeightBytes(bool bfloat16, int64_t taps, int64_t inputs, int64_t outputs) {
  const int64_t lanes = kernelsFor(bfloat16)->lanes;
  return 4 * taps * wordsOf(bfloat16, inputs) * divideUp(outputs, lanes) * lanes;
}

void packWeights(bool bfloat16, const float* weights, int64_t taps, int64_t inputs, int64_t outputs, int64_t outputStep, int64_t tapStep,
                 int64_t inputStep, void* packed, ParallelFor parallel) {
  const Pack job{weights, taps, inputs, outputs, outputStep, tapStep, inputStep, wordsOf(bfloat16, inputs), static_cast<uint32_t*>(packed)};
  const Kernels& kernels = *kernelsFor(bfloat16);
  if (inputStep == 1)
    parallel(divideUp(outputs, kernels.lanes), kernels.packByInput, &job);
  else
    parallel(job.words, kernels.packByOutput, &job);
}

void convolveForward(bool bfloat16, const ConvolutionShape& s, const void* input, const void* packed, void* output, ParallelFor parallel) {
  gather(bfloat16, *kernelsFor(bfloat16), forwardAxis(s.outputHeight, s.inputHeight, s.kernelHeight, s.stride, s.paddingTop),
         forwardAxis(s.outputWidth, s.inputWidth, s.kernelWidth, s.stride, s.paddingLeft), s.images, input, s.rowStep, s.columnStep,
         s.imageStep, s.inputChannels, s.outputChannels, packed, output, parallel);
}

void convolveBackward(bool bfloat16, const ConvolutionShape& s, const void* outputGradient, const void* packed, void* inputGradient,
                      ParallelFor parallel) {
  const int64_t row = s.outputWidth * s.outputChannels;
  gather(bfloat16, *kernelsFor(bfloat16), backwardAxis(s.inputHeight, s.outputHeight, s.kernelHeight, s.stride, s.paddingTop),
         backwardAxis(s.inputWidth, s.outputWidth, s.kernelWidth, s.stride, s.paddingLeft), s.images, outputGradient, row, s.outputChannels,
         row * s.outputHeight, s.outputChannels, s.inputChannels, packed, inputGradient, parallel);
}

int64_t weightGradientBytes(bool bfloat16, const ConvolutionShape& shape) {
  const ConvolutionShape s = simplified(shape);
  const Kernels& kernels = *kernelsFor(bfloat16);
  const int64_t gradient = divideUp(s.outputChannels, kRows) * kRows * imagesAtOnce(bfloat16, kernels, s) * s.outputHeight * wordsOf(bfloat16, s.outputWidth);
  return 4 * (packedInputWords(bfloat16, kernels, s) + gradient);
}

void convolutionWeightGradient(bool bfloat16, const ConvolutionShape& shape, const void* input, const void* outputGradient, float* weightGradient,
                               void* working, ParallelFor parallel) {
  const ConvolutionShape s = simplified(shape);
  const Kernels& kernels = *kernelsFor(bfloat16);
  Reduce job{};
  job.s = s;
  job.pairs = wordsOf(bfloat16, s.outputWidth);
  job.columns = columnsOf(bfloat16, s);
  job.blocks = divideUp(s.inputChannels, kernels.block);
  job.capacity = imagesAtOnce(bfloat16, kernels, s);
  job.together = imagesTogether(bfloat16, kernels, s);
  job.input = static_cast<const char*>(input);
  job.gradient = static_cast<const char*>(outputGradient);
  job.packedInput = static_cast<uint32_t*>(working);
  job.packedGradient = job.packedInput + packedInputWords(bfloat16, kernels, s);
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
