// What the kernels of direct_convolution.cpp are given to do, and the tables of kernels for the processors that have some.
#pragma once

#include "direct_convolution.h"

// What follows needs a compiler that knows the instructions by name.
#if defined(__x86_64__) && ((defined(__clang__) && __clang_major__ >= 9) || (!defined(__clang__) && defined(__GNUC__) && __GNUC__ >= 10))
#define XCLR_DIRECT_CONVOLUTION 1
#endif

namespace xclr {
namespace direct {

/** Rows of a tile of sums. With two vectors (AVX2) or four (AVX-512) a row they fill the registers, beside the operands. */
constexpr int kRows = 6;

inline int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }
inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

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
  int64_t tiles;          // of a block of outputs, of all classes
  int64_t tilesPerGroup;  // that are done for all blocks before the next
};

struct Span {
  int64_t begin, end;
};

struct Pack {
  const float* weights;
  int64_t taps, inputs, outputs, outputStep, tapStep, inputStep, words;
  uint32_t* packed;
};

struct Reduce {
  ConvolutionShape s;
  int64_t pairs;         // words of a row of the output's gradient
  int64_t columns;       // words of a packed row of the input, of one channel
  int64_t blocks;        // of input channels
  int64_t first, count;  // images that are packed now
  int64_t capacity;      // images that the packed memory holds
  int64_t together;      // images of which all tiles of the result get their part before the next
  const char* input;
  const char* gradient;
  uint32_t* packedInput;     // [block][image][row][column][channel]; in bfloat16 columns are kernel columns × pairs of output columns
  uint32_t* packedGradient;  // [tile][image][row][word][kRows]
  float* result;
};

/** Does items begin … end of the job that `job` points to. */
using Work = void (*)(const void* job, int64_t begin, int64_t end);

/** The kernels of one type of numbers. */
struct Kernels {
  bool bfloat16;          // pairs of it are the words; else floats
  int64_t lanes;          // words of a vector
  int64_t block;          // words of a tile's row
  int64_t cachedWeights;  // bytes of packed weights up to which tiles are grouped, so that their input stays in the cache instead
  int64_t cached;         // bytes of packed input, of a block of channels, that the gradient of the weights goes over again and again
  int64_t packed;         // bytes of packed input, of all channels, that are packed at once where they are more
  Work gather;            // Gather: tiles
  Work packByInput;       // Pack, where inputs are contiguous: `lanes` outputs
  Work packByOutput;      // Pack, where outputs are contiguous: words of inputs
  Work packInputRows;     // Reduce: rows of input images
  Work packGradientRows;  // Reduce: rows of the output's gradient
  Work reduce;            // Reduce: tiles of the result, those of one part of the packed input after one another
};

#ifdef XCLR_DIRECT_CONVOLUTION
/** Whether the processor and the system have what they need must be asked first. */
extern const Kernels avx2Float, avx512Float, avx512Half;
#endif

}  // namespace direct
}  // namespace xclr
