// The kernels of direct_convolution.cpp over vectors of any width. Included by a file for each kind of vector, which says before what
// a vector is: kVectors, kLanes, kCachedWeights, kCached and kPacked; Sums, Words and Mask; noSums, noWords, loadSums, storeSums, loadWords,
// storeWords, broadcast, multiplyAdd, allLanes, laneMask, transpose, and words made of elements: wordsOfPositions, wordsOfRow,
// wordsOfColumn. kHalf is bfloat16.
#pragma once

#include "direct_jobs.h"

namespace xclr {
namespace direct {
namespace {

constexpr int64_t kBlock = kVectors * kLanes;  // words of a tile's row

// Sums stay in registers only where the loops over a tile are gone before registers are given out.
#define XCLR_UNROLLED _Pragma("GCC unroll 8")

constexpr int atMost(int vectors) { return vectors < kVectors ? vectors : kVectors; }

// ——— forward and gradient of the input ———

template <bool kHalf, int kM, int kN>
XCLR_TARGET void gatherTile(const char* const* sources, char* const* targets, const Class& taps, int64_t words, int64_t tapWords,
                            const uint32_t* weights, Mask lastMask) {
  Sums sums[kM][kN];
  XCLR_UNROLLED for (int m = 0; m < kM; ++m)
    XCLR_UNROLLED for (int n = 0; n < kN; ++n) sums[m][n] = noSums();
  for (int t = 0; t < taps.taps; ++t) {
    const uint32_t* w = weights + taps.weights[t] * tapWords;
    const char* a[kM];
    XCLR_UNROLLED for (int m = 0; m < kM; ++m) a[m] = sources[m] + taps.offsets[t];
    for (int64_t k = 0; k < words; ++k) {
      Words b[kN];
      XCLR_UNROLLED for (int n = 0; n < kN; ++n) b[n] = loadWords(w + n * kLanes);
      w += kN * kLanes;
      XCLR_UNROLLED for (int m = 0; m < kM; ++m) {
        const Words value = broadcast(a[m] + 4 * k);
        XCLR_UNROLLED for (int n = 0; n < kN; ++n) sums[m][n] = multiplyAdd<kHalf>(sums[m][n], value, b[n]);
      }
    }
  }
  constexpr int64_t bytes = kHalf ? 2 : 4;
  XCLR_UNROLLED for (int m = 0; m < kM; ++m)
    XCLR_UNROLLED for (int n = 0; n < kN; ++n) storeSums<kHalf>(targets[m] + bytes * n * kLanes, n == kN - 1 ? lastMask : allLanes(), sums[m][n]);
}

template <bool kHalf, int kN>
void gatherRows(int rows, const char* const* sources, char* const* targets, const Class& taps, int64_t words, int64_t tapWords,
                const uint32_t* weights, Mask lastMask) {
  switch (rows) {
    case 1: return gatherTile<kHalf, 1, kN>(sources, targets, taps, words, tapWords, weights, lastMask);
    case 2: return gatherTile<kHalf, 2, kN>(sources, targets, taps, words, tapWords, weights, lastMask);
    case 3: return gatherTile<kHalf, 3, kN>(sources, targets, taps, words, tapWords, weights, lastMask);
    case 4: return gatherTile<kHalf, 4, kN>(sources, targets, taps, words, tapWords, weights, lastMask);
    case 5: return gatherTile<kHalf, 5, kN>(sources, targets, taps, words, tapWords, weights, lastMask);
    default: return gatherTile<kHalf, 6, kN>(sources, targets, taps, words, tapWords, weights, lastMask);
  }
}

/** Tiles of one class and block: `tile` … end, counted within the class. */
template <bool kHalf>
void gatherClass(const Gather& g, const Class& one, int64_t block, int64_t tile, int64_t end) {
  const int64_t positions = one.end - one.begin, rows = positions * g.images, channels = least(kBlock, g.outputs - block * kBlock);
  const int vectors = static_cast<int>(divideUp(channels, kLanes));
  const Mask lastMask = laneMask(channels - (vectors - 1) * kLanes);
  const int64_t tapWords = g.words * vectors * kLanes;
  const uint32_t* weights = g.weights + block * g.taps * g.words * kBlock;
  char* target = g.target + block * kBlock * (kHalf ? 2 : 4);
  int64_t image = tile * kRows / positions, position = one.begin + tile * kRows % positions;
  for (; tile < end; ++tile) {
    const char* sources[kRows];
    char* targets[kRows];
    const int count = static_cast<int>(least(kRows, rows - tile * kRows));
    for (int r = 0; r < count; ++r) {
      sources[r] = g.source + image * g.sourceImageBytes + g.sourceOffsets[position];
      targets[r] = target + image * g.targetImageBytes + g.targetOffsets[position];
      if (++position == one.end) {
        position = one.begin;
        ++image;
      }
    }
    switch (vectors) {
      case 1: gatherRows<kHalf, 1>(count, sources, targets, one, g.words, tapWords, weights, lastMask); break;
      case 2: gatherRows<kHalf, atMost(2)>(count, sources, targets, one, g.words, tapWords, weights, lastMask); break;
      case 3: gatherRows<kHalf, atMost(3)>(count, sources, targets, one, g.words, tapWords, weights, lastMask); break;
      default: gatherRows<kHalf, kVectors>(count, sources, targets, one, g.words, tapWords, weights, lastMask);
    }
  }
}

/** Items are tiles of rows: group by group, and each group's block of outputs by block. */
template <bool kHalf>
void gatherItems(const void* context, int64_t begin, int64_t end) {
  const Gather& g = *static_cast<const Gather*>(context);
  const int64_t blocks = divideUp(g.outputs, kBlock);
  for (int64_t item = begin; item < end;) {
    const int64_t first = item / (g.tilesPerGroup * blocks) * g.tilesPerGroup, size = least(g.tilesPerGroup, g.tiles - first);
    const int64_t within = item - first * blocks, block = within / size;
    int64_t tile = first + within % size, left = least(first + size - tile, end - item);
    item += left;
    for (int c = 0; left > 0; ++c) {
      const Class& one = g.classes[c];
      const int64_t tiles = divideUp((one.end - one.begin) * g.images, kRows), stop = least(tiles, tile + left);
      if (tile < stop) {
        gatherClass<kHalf>(g, one, block, tile, stop);
        left -= stop - tile;
        tile = stop;
      }
      tile -= tiles;
    }
  }
}

// ——— packing of weights ———

struct Packed {
  uint32_t* block;  // where the block of an output begins
  int64_t row;      // its words of one input
};

Packed packedBlock(const Pack& p, int64_t output) {
  const int64_t block = output / kBlock, channels = least(kBlock, p.outputs - block * kBlock);
  return {p.packed + block * p.taps * p.words * kBlock, divideUp(channels, kLanes) * kLanes};
}

/** Where inputs are contiguous; items are `kLanes` outputs. */
template <bool kHalf>
XCLR_TARGET void packByInput(const void* context, int64_t begin, int64_t end) {
  const Pack& p = *static_cast<const Pack*>(context);
  const int64_t perWord = kHalf ? 2 : 1;
  for (int64_t item = begin; item < end; ++item) {
    const int64_t output = item * kLanes, count = least(kLanes, p.outputs - output);
    const Packed out = packedBlock(p, output);
    for (int64_t tap = 0; tap < p.taps; ++tap) {
      for (int64_t w = 0; w < p.words; w += kLanes) {
        Words rows[kLanes];
        const int64_t left = p.inputs - w * perWord;
        for (int64_t o = 0; o < kLanes; ++o)
          rows[o] = o < count ? wordsOfRow<kHalf>(p.weights + (output + o) * p.outputStep + tap * p.tapStep + w * perWord, left) : noWords();
        transpose(rows);
        uint32_t* to = out.block + (tap * p.words + w) * out.row + output % kBlock;
        for (int64_t k = 0; k < kLanes && w + k < p.words; ++k) storeWords(to + k * out.row, rows[k]);
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
        const Packed out = packedBlock(p, output);
        const float* from = p.weights + tap * p.tapStep + output;
        const float* second = kHalf && 2 * w + 1 < p.inputs ? from + (2 * w + 1) * p.inputStep : nullptr;
        const Words words = wordsOfColumn<kHalf>(from + (kHalf ? 2 : 1) * w * p.inputStep, second, laneMask(p.outputs - output));
        storeWords(out.block + (tap * p.words + w) * out.row + output % kBlock, words);
      }
    }
  }
}

// ——— gradient of the weights ———

int64_t blockWords(const Reduce& r, int64_t block) {
  return divideUp(least(kBlock, r.s.inputChannels - block * kBlock), kLanes) * kLanes;
}

/** Items are rows of input images. */
template <bool kHalf>
XCLR_TARGET void packInputRows(const void* context, int64_t begin, int64_t end) {
  const Reduce& r = *static_cast<const Reduce*>(context);
  const ConvolutionShape& s = r.s;
  const int64_t bytes = kHalf ? 2 : 4, copies = kHalf ? s.kernelWidth : 1;
  for (int64_t item = begin; item < end; ++item) {
    const int64_t image = item / s.inputHeight, y = item % s.inputHeight;
    const char* row = r.input + bytes * ((r.first + image) * s.imageStep + y * s.rowStep);
    for (int64_t block = 0; block < r.blocks; ++block) {
      const int64_t width = blockWords(r, block), channels = least(kBlock, s.inputChannels - block * kBlock);
      uint32_t* out =
          r.packedInput + block * r.capacity * s.inputHeight * r.columns * kBlock + (image * s.inputHeight + y) * r.columns * width;
      for (int64_t k = 0; k < copies; ++k) {
        for (int64_t j = 0; j < r.columns / copies; ++j, out += width) {
          const char* sources[2] = {nullptr, nullptr};
          if (kHalf) {
            for (int64_t half = 0; half < 2; ++half) {
              const int64_t target = 2 * j + half, x = target * s.stride + k - s.paddingLeft;
              if (target < s.outputWidth && x >= 0 && x < s.inputWidth) sources[half] = row + bytes * (x * s.columnStep + block * kBlock);
            }
          } else {
            sources[0] = row + bytes * (j * s.columnStep + block * kBlock);
          }
          for (int64_t c = 0; c < width; c += kLanes) {
            storeWords(out + c, wordsOfPositions<kHalf>(sources[0] == nullptr ? nullptr : sources[0] + bytes * c,
                                                        sources[1] == nullptr ? nullptr : sources[1] + bytes * c, laneMask(channels - c)));
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
  constexpr int64_t kSpan = kRows * 8;  // channels of eight tiles, which are whole vectors too
  for (int64_t item = begin; item < end; ++item) {
    const char* row = r.gradient + bytes * ((r.first * s.outputHeight + item) * s.outputWidth * s.outputChannels);
    for (int64_t j = 0; j < r.pairs; ++j) {
      const char* first = row + bytes * j * perWord * s.outputChannels;
      const char* second = kHalf && 2 * j + 1 < s.outputWidth ? first + bytes * s.outputChannels : nullptr;
      for (int64_t span = 0; span < s.outputChannels; span += kSpan) {
        uint32_t words[kSpan];
        for (int64_t c = 0; c < kSpan; c += kLanes) {
          const int64_t left = s.outputChannels - span - c;
          const int64_t skip = left > 0 ? bytes * (span + c) : 0;
          storeWords(words + c, wordsOfPositions<kHalf>(first + skip, second == nullptr ? nullptr : second + skip, laneMask(left > 0 ? left : 0)));
        }
        for (int64_t tile = 0; tile < 8 && span + tile * kRows < s.outputChannels; ++tile) {
          uint32_t* out = r.packedGradient + (span / kRows + tile) * tileWords + (item * r.pairs + j) * kRows;
          __builtin_memcpy(out, words + tile * kRows, 4 * kRows);
        }
      }
    }
  }
}

/** The targets whose source, target · stride + shift, is there. */
inline Span spanOf(int64_t targets, int64_t sources, int64_t stride, int64_t shift) {
  Span span{0, targets};
  while (span.begin < span.end && span.begin * stride + shift < 0) ++span.begin;
  while (span.end > span.begin && (span.end - 1) * stride + shift >= sources) --span.end;
  return span;
}

template <bool kHalf, int kM, int kN>
XCLR_TARGET void reduceTile(const Reduce& r, Span images, const uint32_t* gradient, const uint32_t* input, int64_t ky, int64_t kx, float* result,
                            int64_t resultStep, Mask lastMask) {
  const ConvolutionShape& s = r.s;
  Sums sums[kM][kN];
  XCLR_UNROLLED for (int m = 0; m < kM; ++m)
    XCLR_UNROLLED for (int n = 0; n < kN; ++n)
      sums[m][n] = r.first + images.begin == 0 ? noSums() : loadSums(result + m * resultStep + n * kLanes, n == kN - 1 ? lastMask : allLanes());
  const Span rows = spanOf(s.outputHeight, s.inputHeight, s.stride, ky - s.paddingTop);
  const Span columns = kHalf ? Span{0, r.pairs} : spanOf(s.outputWidth, s.inputWidth, s.stride, kx - s.paddingLeft);
  const int64_t first = kHalf ? kx * r.pairs : columns.begin * s.stride + kx - s.paddingLeft, step = (kHalf ? 1 : s.stride) * kN * kLanes;
  for (int64_t image = images.begin; image < images.end; ++image) {
    for (int64_t y = rows.begin; y < rows.end; ++y) {
      const uint32_t* a = gradient + ((image * s.outputHeight + y) * r.pairs + columns.begin) * kRows;
      const uint32_t* b =
          input + ((image * s.inputHeight + y * s.stride + ky - s.paddingTop) * r.columns + first) * (kN * kLanes);
      for (int64_t j = columns.begin; j < columns.end; ++j, a += kRows, b += step) {
        Words vectors[kN];
        XCLR_UNROLLED for (int n = 0; n < kN; ++n) vectors[n] = loadWords(b + n * kLanes);
        XCLR_UNROLLED for (int m = 0; m < kM; ++m) {
          const Words value = broadcast(a + m);
          XCLR_UNROLLED for (int n = 0; n < kN; ++n) sums[m][n] = multiplyAdd<kHalf>(sums[m][n], value, vectors[n]);
        }
      }
    }
  }
  XCLR_UNROLLED for (int m = 0; m < kM; ++m)
    XCLR_UNROLLED for (int n = 0; n < kN; ++n)
      storeSums<false>(reinterpret_cast<char*>(result + m * resultStep + n * kLanes), n == kN - 1 ? lastMask : allLanes(), sums[m][n]);
}

template <bool kHalf, int kN>
void reduceRows(int rows, const Reduce& r, Span images, const uint32_t* gradient, const uint32_t* input, int64_t ky, int64_t kx, float* result,
                int64_t resultStep, Mask lastMask) {
  switch (rows) {
    case 1: return reduceTile<kHalf, 1, kN>(r, images, gradient, input, ky, kx, result, resultStep, lastMask);
    case 2: return reduceTile<kHalf, 2, kN>(r, images, gradient, input, ky, kx, result, resultStep, lastMask);
    case 3: return reduceTile<kHalf, 3, kN>(r, images, gradient, input, ky, kx, result, resultStep, lastMask);
    case 4: return reduceTile<kHalf, 4, kN>(r, images, gradient, input, ky, kx, result, resultStep, lastMask);
    case 5: return reduceTile<kHalf, 5, kN>(r, images, gradient, input, ky, kx, result, resultStep, lastMask);
    default: return reduceTile<kHalf, 6, kN>(r, images, gradient, input, ky, kx, result, resultStep, lastMask);
  }
}

/** Tiles of the result, with more images: those of one part of the packed input after one another. */
template <bool kHalf>
void reduceImages(const Reduce& r, Span images, int64_t begin, int64_t end) {
  const ConvolutionShape& s = r.s;
  const int64_t tiles = divideUp(s.outputChannels, kRows), taps = s.kernelHeight * s.kernelWidth;
  const int64_t tileWords = r.capacity * s.outputHeight * r.pairs * kRows;
  for (int64_t item = begin; item < end; ++item) {
    const int64_t tile = item % tiles, tap = item / tiles % taps, block = item / tiles / taps;
    const int64_t channels = least(kBlock, s.inputChannels - block * kBlock);
    const int vectors = static_cast<int>(divideUp(channels, kLanes));
    const Mask lastMask = laneMask(channels - (vectors - 1) * kLanes);
    const uint32_t* gradient = r.packedGradient + tile * tileWords;
    const uint32_t* input = r.packedInput + block * r.capacity * s.inputHeight * r.columns * kBlock;
    const int rows = static_cast<int>(least(kRows, s.outputChannels - tile * kRows));
    const int64_t step = taps * s.inputChannels;
    float* result = r.result + tile * kRows * step + tap * s.inputChannels + block * kBlock;
    const int64_t ky = tap / s.kernelWidth, kx = tap % s.kernelWidth;
    switch (vectors) {
      case 1: reduceRows<kHalf, 1>(rows, r, images, gradient, input, ky, kx, result, step, lastMask); break;
      case 2: reduceRows<kHalf, atMost(2)>(rows, r, images, gradient, input, ky, kx, result, step, lastMask); break;
      case 3: reduceRows<kHalf, atMost(3)>(rows, r, images, gradient, input, ky, kx, result, step, lastMask); break;
      default: reduceRows<kHalf, kVectors>(rows, r, images, gradient, input, ky, kx, result, step, lastMask);
    }
  }
}

/** Items are tiles of the result. */
template <bool kHalf>
void reduceItems(const void* context, int64_t begin, int64_t end) {
  const Reduce& r = *static_cast<const Reduce*>(context);
  for (int64_t image = 0; image < r.count; image += r.together) reduceImages<kHalf>(r, {image, least(image + r.together, r.count)}, begin, end);
}

template <bool kHalf>
constexpr Kernels kernelsOf() {
  return {kHalf, kLanes, kBlock, kCachedWeights, kCached, kPacked, &gatherItems<kHalf>, &packByInput<kHalf>, &packByOutput<kHalf>,
          &packInputRows<kHalf>, &packGradientRows<kHalf>, &reduceItems<kHalf>};
}

}  // namespace
}  // namespace direct
}  // namespace xclr
