// Two-dimensional convolutions on plain memory, for processors with AVX-512: forward, and both gradients.
//
// Memory is read as words of 32 bits: a float, or a pair of bfloat16 that one instruction multiplies and adds. A tile of up to
// kRows × 64 sums stays in registers while words of one operand are broadcast to whole vectors of the other.
//  · Forward and gradient of the input: a row of the tile is an output position. Positions whose kernel meets the border in the same
//    way are put together, so that taps that fall on padding cost nothing: for 2×2 images that is more than half of a 3×3 kernel.
//  · Gradient of the weights: a row of the tile is an output channel, vectors are input channels, and the sum is over positions. Both
//    operands are packed first, in bfloat16 by pairs of positions.
// Every sum is made by one thread in one order, so results do not depend on the number of threads.
#include "direct_convolution.h"

#include <cstdlib>

#if defined(__x86_64__) && ((defined(__clang__) && __clang_major__ >= 9) || (!defined(__clang__) && defined(__GNUC__) && __GNUC__ >= 10))
#define XCLR_DIRECT_CONVOLUTION 1
#include <cpuid.h>
#include <immintrin.h>

#include <initializer_list>
#endif

namespace xclr {

#ifdef XCLR_DIRECT_CONVOLUTION

// GCC 12 takes the registers that its own intrinsics leave undefined for an error of the program.
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#define XCLR_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")))
#define XCLR_INLINE XCLR_TARGET __attribute__((always_inline)) inline

namespace {

constexpr int kRows = 6;          // of a tile: 6 × 4 sums, 4 vectors and some broadcasts fill 32 registers
constexpr int64_t kLanes = 16;    // words of a vector
constexpr int64_t kBlock = 64;    // words of a tile's row
constexpr int64_t kCached = 400 << 10;  // bytes of packed input that should stay in the second-level cache

typedef uint32_t __attribute__((may_alias, aligned(1))) Word;

struct Processor {
  bool avx512, bfloat16, amx;
};

Processor identify() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  Processor found{false, false, false};
  // Whether the system keeps the registers is what the compiler's own test knows.
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl") ||
      !__builtin_cpu_supports("avx512dq"))
    return found;
  found.avx512 = true;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) != 0) found.amx = (d & (1u << 22)) != 0;
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d) != 0) found.bfloat16 = (a & (1u << 5)) != 0;
  return found;
}

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
int64_t wordsOf(bool bfloat16, int64_t elements) { return bfloat16 ? divideUp(elements, 2) : elements; }

template <bool kHalf>
XCLR_INLINE __m512 multiplyAdd(__m512 sum, __m512i a, __m512i b) {
  if (kHalf) return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
  return _mm512_fmadd_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), sum);
}

XCLR_INLINE __m512i broadcast(const void* word) { return _mm512_set1_epi32(static_cast<int>(*static_cast<const Word*>(word))); }

inline __mmask16 laneMask(int64_t lanes) { return static_cast<__mmask16>(lanes >= kLanes ? 0xffff : (1u << lanes) - 1); }

/** `lanes` elements, at most 16, each in a word of its own; bfloat16 in the lower half. */
template <bool kHalf>
XCLR_INLINE __m512i loadElements(const char* from, __mmask16 mask) {
  if (kHalf) return _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, from));
  return _mm512_maskz_loadu_epi32(mask, from);
}

/** A word of each channel: of two positions in bfloat16 (the second may be missing), else of one. */
template <bool kHalf>
XCLR_INLINE __m512i loadWords(const char* first, const char* second, __mmask16 mask) {
  __m512i words = first == nullptr ? _mm512_setzero_si512() : loadElements<kHalf>(first, mask);
  if (kHalf && second != nullptr) words = _mm512_or_si512(words, _mm512_slli_epi32(loadElements<true>(second, mask), 16));
  return words;
}

// ——— forward and gradient of the input ———

/** Positions whose taps lie in the same places relative to them. */
struct Class {
  int64_t begin, end;  // of `positions`
  int taps;
  const int64_t* offsets;  // bytes from a position's source
  const int64_t* weights;  // words from a block's weights, in units of a tap
};

struct Gather {
  int64_t images, sourceImageBytes, targetImageBytes;
  int64_t words, outputs, taps;
  const char* source;
  char* target;
  const uint32_t* weights;
  const int64_t* sourceOffsets;  // of positions, in bytes
  const int64_t* targetOffsets;
  const Class* classes;
  int classCount;
  int64_t tilesPerBlock;
};

template <bool kHalf, int kM, int kN>
XCLR_TARGET void gatherTile(const char* const* sources, char* const* targets, const Class& taps, int64_t words, int64_t tapWords,
                            const uint32_t* weights, __mmask16 lastMask) {
  __m512 sums[kM][kN];
  for (int m = 0; m < kM; ++m)
    for (int n = 0; n < kN; ++n) sums[m][n] = _mm512_setzero_ps();
  for (int t = 0; t < taps.taps; ++t) {
    const uint32_t* w = weights + taps.weights[t] * tapWords;
    const char* a[kM];
    for (int m = 0; m < kM; ++m) a[m] = sources[m] + taps.offsets[t];
    for (int64_t k = 0; k < words; ++k) {
      __m512i b[kN];
      for (int n = 0; n < kN; ++n) b[n] = _mm512_loadu_si512(w + n * kLanes);
      w += kN * kLanes;
      for (int m = 0; m < kM; ++m) {
        const __m512i value = broadcast(a[m] + 4 * k);
        for (int n = 0; n < kN; ++n) sums[m][n] = multiplyAdd<kHalf>(sums[m][n], value, b[n]);
      }
    }
  }
  for (int m = 0; m < kM; ++m) {
    for (int n = 0; n < kN; ++n) {
      const __mmask16 mask = n == kN - 1 ? lastMask : static_cast<__mmask16>(0xffff);
      if (kHalf)
        _mm256_mask_storeu_epi16(targets[m] + 32 * n, mask, (__m256i)_mm512_cvtneps_pbh(sums[m][n]));
      else
        _mm512_mask_storeu_ps(targets[m] + 64 * n, mask, sums[m][n]);
    }
  }
}

template <bool kHalf, int kN>
void gatherRows(int rows, const char* const* sources, char* const* targets, const Class& taps, int64_t words, int64_t tapWords,
                const uint32_t* weights, __mmask16 lastMask) {
  switch (rows) {
    case 1: return gatherTile<kHalf, 1, kN>(sources, targets, taps, words, tapWords, weights, lastMask);
    case 2: return gatherTile<kHalf, 2, kN>(sources, targets, taps, words, tapWords, weights, lastMask);
    case 3: return gatherTile<kHalf, 3, kN>(sources, targets, taps, words, tapWords, weights, lastMask);
    case 4: return gatherTile<kHalf, 4, kN>(sources, targets, taps, words, tapWords, weights, lastMask);
    case 5: return gatherTile<kHalf, 5, kN>(sources, targets, taps, words, tapWords, weights, lastMask);
    default: return gatherTile<kHalf, 6, kN>(sources, targets, taps, words, tapWords, weights, lastMask);
  }
}

/** Items are tiles of rows, block of outputs by block, so that a block's weights stay in the cache. */
template <bool kHalf>
void gatherItems(const void* context, int64_t begin, int64_t end) {
  const Gather& g = *static_cast<const Gather*>(context);
  const int64_t elementBytes = kHalf ? 2 : 4;
  for (int64_t item = begin; item < end;) {
    const int64_t block = item / g.tilesPerBlock;
    const int64_t channels = least(kBlock, g.outputs - block * kBlock);
    const int vectors = static_cast<int>(divideUp(channels, kLanes));
    const __mmask16 lastMask = laneMask(channels - (vectors - 1) * kLanes);
    const int64_t tapWords = g.words * vectors * kLanes;
    const uint32_t* weights = g.weights + block * g.taps * g.words * kBlock;
    int64_t tile = item % g.tilesPerBlock;
    for (int c = 0; c < g.classCount && item < end; ++c) {
      const Class& one = g.classes[c];
      const int64_t positions = one.end - one.begin, rows = positions * g.images, tiles = divideUp(rows, kRows);
      if (tile >= tiles) {
        tile -= tiles;
        continue;
      }
      for (; tile < tiles && item < end; ++tile, ++item) {
        const char* sources[kRows];
        char* targets[kRows];
        const int count = static_cast<int>(least(kRows, rows - tile * kRows));
        for (int r = 0; r < count; ++r) {
          const int64_t row = tile * kRows + r, image = row / positions, position = one.begin + row % positions;
          sources[r] = g.source + image * g.sourceImageBytes + g.sourceOffsets[position];
          targets[r] = g.target + image * g.targetImageBytes + g.targetOffsets[position] + block * kBlock * elementBytes;
        }
        switch (vectors) {
          case 1: gatherRows<kHalf, 1>(count, sources, targets, one, g.words, tapWords, weights, lastMask); break;
          case 2: gatherRows<kHalf, 2>(count, sources, targets, one, g.words, tapWords, weights, lastMask); break;
          case 3: gatherRows<kHalf, 3>(count, sources, targets, one, g.words, tapWords, weights, lastMask); break;
          default: gatherRows<kHalf, 4>(count, sources, targets, one, g.words, tapWords, weights, lastMask);
        }
      }
      tile = 0;
    }
  }
}

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

void gather(bool bfloat16, const Axis& vertical, const Axis& horizontal, int64_t images, const void* source, int64_t sourceRowStep,
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
  const Gather job{images, bytes * sourceImageStep, bytes * height * width * outputs, wordsOf(bfloat16, inputs), outputs, taps,
                   static_cast<const char*>(source), static_cast<char*>(target), static_cast<const uint32_t*>(packed), sourceOffsets, targetOffsets,
                   classes, static_cast<int>(classCount), tiles};
  parallel(tiles * divideUp(outputs, kBlock), bfloat16 ? &gatherItems<true> : &gatherItems<false>, &job);
  for (void* memory : {static_cast<void*>(rowPattern), static_cast<void*>(rowExample), static_cast<void*>(columnPattern),
                       static_cast<void*>(columnExample), static_cast<void*>(classes), static_cast<void*>(offsets),
                       static_cast<void*>(weightTaps), static_cast<void*>(sourceOffsets), static_cast<void*>(targetOffsets)})
    std::free(memory);
  std::free(vertical.source);
  std::free(horizontal.source);
}

// ——— packing of weights ———

struct Pack {
  const float* weights;
  int64_t taps, inputs, outputs, outputStep, tapStep, inputStep, words;
  uint32_t* packed;
};

/** 16 vectors of 16 words, rows and columns exchanged. */
XCLR_TARGET void transpose(__m512i (&rows)[16]) {
  __m512i pairs[16], quads[16];
  for (int i = 0; i < 16; i += 2) {
    pairs[i] = _mm512_unpacklo_epi32(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm512_unpackhi_epi32(rows[i], rows[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    quads[i] = _mm512_unpacklo_epi64(pairs[i], pairs[i + 2]);
    quads[i + 1] = _mm512_unpackhi_epi64(pairs[i], pairs[i + 2]);
    quads[i + 2] = _mm512_unpacklo_epi64(pairs[i + 1], pairs[i + 3]);
    quads[i + 3] = _mm512_unpackhi_epi64(pairs[i + 1], pairs[i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    const __m512i low = _mm512_shuffle_i32x4(quads[i], quads[4 + i], 0x88), high = _mm512_shuffle_i32x4(quads[i], quads[4 + i], 0xdd);
    const __m512i low2 = _mm512_shuffle_i32x4(quads[8 + i], quads[12 + i], 0x88);
    const __m512i high2 = _mm512_shuffle_i32x4(quads[8 + i], quads[12 + i], 0xdd);
    rows[i] = _mm512_shuffle_i32x4(low, low2, 0x88);
    rows[8 + i] = _mm512_shuffle_i32x4(low, low2, 0xdd);
    rows[4 + i] = _mm512_shuffle_i32x4(high, high2, 0x88);
    rows[12 + i] = _mm512_shuffle_i32x4(high, high2, 0xdd);
  }
}

/** 16 floats as bfloat16, each in the lower half of a word. */
XCLR_INLINE __m512i halves(const float* from, __mmask16 mask) {
  return _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, from)));
}

struct Packed {
  uint32_t* block;  // where the block of an output begins
  int64_t row;      // its words of one input
};

Packed packedBlock(const Pack& p, int64_t output) {
  const int64_t block = output / kBlock, channels = least(kBlock, p.outputs - block * kBlock);
  return {p.packed + block * p.taps * p.words * kBlock, divideUp(channels, kLanes) * kLanes};
}

/** Where inputs are contiguous; items are sixteen outputs. */
template <bool kHalf>
XCLR_TARGET void packByInput(const void* context, int64_t begin, int64_t end) {
  const Pack& p = *static_cast<const Pack*>(context);
  const int64_t perWord = kHalf ? 2 : 1;
  for (int64_t item = begin; item < end; ++item) {
    const int64_t output = item * kLanes, count = least(kLanes, p.outputs - output);
    const Packed out = packedBlock(p, output);
    for (int64_t tap = 0; tap < p.taps; ++tap) {
      for (int64_t w = 0; w < p.words; w += kLanes) {
        __m512i rows[16];
        const int64_t left = p.inputs - w * perWord;
        for (int64_t o = 0; o < kLanes; ++o) {
          rows[o] = _mm512_setzero_si512();
          if (o >= count) continue;
          const float* from = p.weights + (output + o) * p.outputStep + tap * p.tapStep + w * perWord;
          if (kHalf) {
            const __m512 low = _mm512_maskz_loadu_ps(laneMask(left), from);
            const __m512 high = left > kLanes ? _mm512_maskz_loadu_ps(laneMask(left - kLanes), from + kLanes) : _mm512_setzero_ps();
            rows[o] = (__m512i)_mm512_cvtne2ps_pbh(high, low);
          } else {
            rows[o] = _mm512_castps_si512(_mm512_maskz_loadu_ps(laneMask(left), from));
          }
        }
        transpose(rows);
        uint32_t* to = out.block + (tap * p.words + w) * out.row + output % kBlock;
        for (int64_t k = 0; k < kLanes && w + k < p.words; ++k) _mm512_storeu_si512(to + k * out.row, rows[k]);
      }
    }
  }
}

/** Where outputs are contiguous; items are words of inputs. */
template <bool kHalf>
XCLR_TARGET void packByOutput(const void* context, int64_t begin, int64_t end) {
  const Pack& p = *static_cast<const Pack*>(context);
  for (int64_t w = begin; w < end; ++w) {
    for (int64_t tap = 0; tap < p.taps; ++tap) {
      for (int64_t output = 0; output < p.outputs; output += kLanes) {
        const __mmask16 mask = laneMask(p.outputs - output);
        const Packed out = packedBlock(p, output);
        const float* from = p.weights + tap * p.tapStep + output;
        __m512i words;
        if (kHalf) {
          words = halves(from + 2 * w * p.inputStep, mask);
          if (2 * w + 1 < p.inputs) words = _mm512_or_si512(words, _mm512_slli_epi32(halves(from + (2 * w + 1) * p.inputStep, mask), 16));
        } else {
          words = _mm512_castps_si512(_mm512_maskz_loadu_ps(mask, from + w * p.inputStep));
        }
        _mm512_storeu_si512(out.block + (tap * p.words + w) * out.row + output % kBlock, words);
      }
    }
  }
}

// ——— gradient of the weights ———

struct Reduce {
  ConvolutionShape s;
  int64_t pairs;         // words along an output row
  int64_t blocks;        // of input channels
  int64_t first, count;  // images that are packed now
  int64_t capacity;      // images that the packed memory holds
  const char* input;
  const char* gradient;
  uint32_t* packedInput;     // [block][image][row][kernel column][word][channel]
  uint32_t* packedGradient;  // [tile][image][row][word][kRows]
  float* result;
};

int64_t blockWords(const Reduce& r, int64_t block) {
  return divideUp(least(kBlock, r.s.inputChannels - block * kBlock), kLanes) * kLanes;
}

/** Items are rows of input images. */
template <bool kHalf>
XCLR_TARGET void packInputRows(const void* context, int64_t begin, int64_t end) {
  const Reduce& r = *static_cast<const Reduce*>(context);
  const ConvolutionShape& s = r.s;
  const int64_t bytes = kHalf ? 2 : 4, perWord = kHalf ? 2 : 1;
  for (int64_t item = begin; item < end; ++item) {
    const int64_t image = item / s.inputHeight, y = item % s.inputHeight;
    const char* row = r.input + bytes * ((r.first + image) * s.imageStep + y * s.rowStep);
    for (int64_t block = 0; block < r.blocks; ++block) {
      const int64_t width = blockWords(r, block), channels = least(kBlock, s.inputChannels - block * kBlock);
      uint32_t* out = r.packedInput + block * r.capacity * s.inputHeight * s.kernelWidth * r.pairs * kBlock +
                      (image * s.inputHeight + y) * s.kernelWidth * r.pairs * width;
      for (int64_t k = 0; k < s.kernelWidth; ++k) {
        for (int64_t j = 0; j < r.pairs; ++j, out += width) {
          const char* sources[2] = {nullptr, nullptr};
          for (int64_t half = 0; half < perWord; ++half) {
            const int64_t target = j * perWord + half, x = target * s.stride + k - s.paddingLeft;
            if (target < s.outputWidth && x >= 0 && x < s.inputWidth) sources[half] = row + bytes * (x * s.columnStep + block * kBlock);
          }
          for (int64_t c = 0; c < width; c += kLanes) {
            const __mmask16 mask = laneMask(channels - c);
            _mm512_storeu_si512(out + c, loadWords<kHalf>(sources[0] == nullptr ? nullptr : sources[0] + bytes * c,
                                                           sources[1] == nullptr ? nullptr : sources[1] + bytes * c, mask));
          }
        }
      }
    }
  }
}

/** Items are rows of the output's gradient. */
template <bool kHalf>
XCLR_TARGET void packGradientRows(const void* context, int64_t begin, int64_t end) {
  const Reduce& r = *static_cast<const Reduce*>(context);
  const ConvolutionShape& s = r.s;
  const int64_t bytes = kHalf ? 2 : 4, perWord = kHalf ? 2 : 1, tileWords = r.capacity * s.outputHeight * r.pairs * kRows;
  constexpr int64_t kSpan = kRows * 8;  // channels that are three vectors and eight tiles
  for (int64_t item = begin; item < end; ++item) {
    const char* row = r.gradient + bytes * ((r.first * s.outputHeight + item) * s.outputWidth * s.outputChannels);
    for (int64_t j = 0; j < r.pairs; ++j) {
      const char* first = row + bytes * j * perWord * s.outputChannels;
      const char* second = kHalf && 2 * j + 1 < s.outputWidth ? first + bytes * s.outputChannels : nullptr;
      for (int64_t span = 0; span < s.outputChannels; span += kSpan) {
        alignas(64) uint32_t words[kSpan + 8];
        for (int64_t c = 0; c < kSpan; c += kLanes) {
          const int64_t left = s.outputChannels - span - c;
          const __mmask16 mask = laneMask(left > 0 ? left : 0);
          const char* from = first + bytes * (left > 0 ? span + c : 0);
          _mm512_store_si512(words + c, loadWords<kHalf>(from, second == nullptr ? nullptr : second + bytes * (left > 0 ? span + c : 0), mask));
        }
        for (int64_t tile = 0; tile < 8 && span + tile * kRows < s.outputChannels; ++tile) {
          uint32_t* out = r.packedGradient + (span / kRows + tile) * tileWords + (item * r.pairs + j) * kRows;
          _mm256_mask_storeu_epi32(out, 0x3f, _mm256_loadu_si256(reinterpret_cast<const __m256i*>(words + tile * kRows)));
        }
      }
    }
  }
}

template <bool kHalf, int kM, int kN>
XCLR_TARGET void reduceTile(const Reduce& r, const uint32_t* gradient, const uint32_t* input, int64_t ky, int64_t kx, float* result,
                            int64_t resultStep, __mmask16 lastMask) {
  const ConvolutionShape& s = r.s;
  __m512 sums[kM][kN];
  for (int m = 0; m < kM; ++m) {
    for (int n = 0; n < kN; ++n) {
      const __mmask16 mask = n == kN - 1 ? lastMask : static_cast<__mmask16>(0xffff);
      sums[m][n] = r.first == 0 ? _mm512_setzero_ps() : _mm512_maskz_loadu_ps(mask, result + m * resultStep + n * kLanes);
    }
  }
  int64_t low = 0, high = s.outputHeight;
  while (low < high && low * s.stride + ky < s.paddingTop) ++low;
  while (high > low && (high - 1) * s.stride + ky - s.paddingTop >= s.inputHeight) --high;
  for (int64_t image = 0; image < r.count; ++image) {
    for (int64_t y = low; y < high; ++y) {
      const uint32_t* a = gradient + (image * s.outputHeight + y) * r.pairs * kRows;
      const uint32_t* b =
          input + ((image * s.inputHeight + y * s.stride + ky - s.paddingTop) * s.kernelWidth + kx) * r.pairs * (kN * kLanes);
      for (int64_t j = 0; j < r.pairs; ++j, a += kRows, b += kN * kLanes) {
        __m512i vectors[kN];
        for (int n = 0; n < kN; ++n) vectors[n] = _mm512_loadu_si512(b + n * kLanes);
        for (int m = 0; m < kM; ++m) {
          const __m512i value = broadcast(a + m);
          for (int n = 0; n < kN; ++n) sums[m][n] = multiplyAdd<kHalf>(sums[m][n], value, vectors[n]);
        }
      }
    }
  }
  for (int m = 0; m < kM; ++m) {
    for (int n = 0; n < kN; ++n) {
      const __mmask16 mask = n == kN - 1 ? lastMask : static_cast<__mmask16>(0xffff);
      _mm512_mask_storeu_ps(result + m * resultStep + n * kLanes, mask, sums[m][n]);
    }
  }
}

template <bool kHalf, int kN>
void reduceRows(int rows, const Reduce& r, const uint32_t* gradient, const uint32_t* input, int64_t ky, int64_t kx, float* result,
                int64_t resultStep, __mmask16 lastMask) {
  switch (rows) {
    case 1: return reduceTile<kHalf, 1, kN>(r, gradient, input, ky, kx, result, resultStep, lastMask);
    case 2: return reduceTile<kHalf, 2, kN>(r, gradient, input, ky, kx, result, resultStep, lastMask);
    case 3: return reduceTile<kHalf, 3, kN>(r, gradient, input, ky, kx, result, resultStep, lastMask);
    case 4: return reduceTile<kHalf, 4, kN>(r, gradient, input, ky, kx, result, resultStep, lastMask);
    case 5: return reduceTile<kHalf, 5, kN>(r, gradient, input, ky, kx, result, resultStep, lastMask);
    default: return reduceTile<kHalf, 6, kN>(r, gradient, input, ky, kx, result, resultStep, lastMask);
  }
}

/** Items are tiles of the result: those of one part of the packed input after one another. */
template <bool kHalf>
void reduceItems(const void* context, int64_t begin, int64_t end) {
  const Reduce& r = *static_cast<const Reduce*>(context);
  const ConvolutionShape& s = r.s;
  const int64_t tiles = divideUp(s.outputChannels, kRows), taps = s.kernelHeight * s.kernelWidth;
  const int64_t tileWords = r.capacity * s.outputHeight * r.pairs * kRows;
  for (int64_t item = begin; item < end; ++item) {
    const int64_t tile = item % tiles, tap = item / tiles % taps, block = item / tiles / taps;
    const int64_t channels = least(kBlock, s.inputChannels - block * kBlock);
    const int vectors = static_cast<int>(divideUp(channels, kLanes));
    const __mmask16 lastMask = laneMask(channels - (vectors - 1) * kLanes);
    const uint32_t* gradient = r.packedGradient + tile * tileWords;
    const uint32_t* input = r.packedInput + block * r.capacity * s.inputHeight * s.kernelWidth * r.pairs * kBlock;
    const int rows = static_cast<int>(least(kRows, s.outputChannels - tile * kRows));
    const int64_t step = taps * s.inputChannels;
    float* result = r.result + tile * kRows * step + tap * s.inputChannels + block * kBlock;
    const int64_t ky = tap / s.kernelWidth, kx = tap % s.kernelWidth;
    switch (vectors) {
      case 1: reduceRows<kHalf, 1>(rows, r, gradient, input, ky, kx, result, step, lastMask); break;
      case 2: reduceRows<kHalf, 2>(rows, r, gradient, input, ky, kx, result, step, lastMask); break;
      case 3: reduceRows<kHalf, 3>(rows, r, gradient, input, ky, kx, result, step, lastMask); break;
      default: reduceRows<kHalf, 4>(rows, r, gradient, input, ky, kx, result, step, lastMask);
    }
  }
}

int64_t imagesAtOnce(bool bfloat16, const ConvolutionShape& s) {
  const int64_t pairs = wordsOf(bfloat16, s.outputWidth), slice = s.inputHeight * pairs * least(kBlock, s.inputChannels) * 4;
  const int64_t images = slice > 0 ? kCached / slice : 1;
  return images < 1 ? 1 : least(images, s.images);
}

int64_t packedInputWords(bool bfloat16, const ConvolutionShape& s) {
  return divideUp(s.inputChannels, kBlock) * kBlock * imagesAtOnce(bfloat16, s) * s.inputHeight * s.kernelWidth * wordsOf(bfloat16, s.outputWidth);
}

}  // namespace

bool canConvolveDirectly(bool bfloat16) {
  static const Processor processor = identify();
  return processor.avx512 && (!bfloat16 || (processor.bfloat16 && !processor.amx));
}

int64_t packedWeightBytes(bool bfloat16, int64_t taps, int64_t inputs, int64_t outputs) {
  return 4 * taps * wordsOf(bfloat16, inputs) * divideUp(outputs, kLanes) * kLanes;
}

void packWeights(bool bfloat16, const float* weights, int64_t taps, int64_t inputs, int64_t outputs, int64_t outputStep, int64_t tapStep,
                 int64_t inputStep, void* packed, ParallelFor parallel) {
  const Pack job{weights, taps, inputs, outputs, outputStep, tapStep, inputStep, wordsOf(bfloat16, inputs), static_cast<uint32_t*>(packed)};
  if (inputStep == 1)
    parallel(divideUp(outputs, kLanes), bfloat16 ? &packByInput<true> : &packByInput<false>, &job);
  else
    parallel(job.words, bfloat16 ? &packByOutput<true> : &packByOutput<false>, &job);
}

void convolveForward(bool bfloat16, const ConvolutionShape& s, const void* input, const void* packed, void* output, ParallelFor parallel) {
  gather(bfloat16, forwardAxis(s.outputHeight, s.inputHeight, s.kernelHeight, s.stride, s.paddingTop),
         forwardAxis(s.outputWidth, s.inputWidth, s.kernelWidth, s.stride, s.paddingLeft), s.images, input, s.rowStep, s.columnStep,
         s.imageStep, s.inputChannels, s.outputChannels, packed, output, parallel);
}

void convolveBackward(bool bfloat16, const ConvolutionShape& s, const void* outputGradient, const void* packed, void* inputGradient,
                      ParallelFor parallel) {
  const int64_t row = s.outputWidth * s.outputChannels;
  gather(bfloat16, backwardAxis(s.inputHeight, s.outputHeight, s.kernelHeight, s.stride, s.paddingTop),
         backwardAxis(s.inputWidth, s.outputWidth, s.kernelWidth, s.stride, s.paddingLeft), s.images, outputGradient, row, s.outputChannels,
         row * s.outputHeight, s.outputChannels, s.inputChannels, packed, inputGradient, parallel);
}

int64_t weightGradientBytes(bool bfloat16, const ConvolutionShape& s) {
  const int64_t gradient = divideUp(s.outputChannels, kRows) * kRows * imagesAtOnce(bfloat16, s) * s.outputHeight * wordsOf(bfloat16, s.outputWidth);
  return 4 * (packedInputWords(bfloat16, s) + gradient);
}

void convolutionWeightGradient(bool bfloat16, const ConvolutionShape& s, const void* input, const void* outputGradient, float* weightGradient,
                               void* working, ParallelFor parallel) {
  Reduce job{};
  job.s = s;
  job.pairs = wordsOf(bfloat16, s.outputWidth);
  job.blocks = divideUp(s.inputChannels, kBlock);
  job.capacity = imagesAtOnce(bfloat16, s);
  job.input = static_cast<const char*>(input);
  job.gradient = static_cast<const char*>(outputGradient);
  job.packedInput = static_cast<uint32_t*>(working);
  job.packedGradient = job.packedInput + packedInputWords(bfloat16, s);
  job.result = weightGradient;
  for (job.first = 0; job.first < s.images; job.first += job.capacity) {
    job.count = least(job.capacity, s.images - job.first);
    parallel(job.count * s.inputHeight, bfloat16 ? &packInputRows<true> : &packInputRows<false>, &job);
    parallel(job.count * s.outputHeight, bfloat16 ? &packGradientRows<true> : &packGradientRows<false>, &job);
    parallel(job.blocks * s.kernelHeight * s.kernelWidth * divideUp(s.outputChannels, kRows),
             bfloat16 ? &reduceItems<true> : &reduceItems<false>, &job);
  }
}

#else

bool canConvolveDirectly(bool) { return false; }
int64_t packedWeightBytes(bool, int64_t, int64_t, int64_t) { return 0; }
void packWeights(bool, const float*, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, void*, ParallelFor) {}
void convolveForward(bool, const ConvolutionShape&, const void*, const void*, void*, ParallelFor) {}
void convolveBackward(bool, const ConvolutionShape&, const void*, const void*, void*, ParallelFor) {}
int64_t weightGradientBytes(bool, const ConvolutionShape&) { return 0; }
void convolutionWeightGradient(bool, const ConvolutionShape&, const void*, const void*, float*, void*, ParallelFor) {}

#endif

}  // namespace xclr
