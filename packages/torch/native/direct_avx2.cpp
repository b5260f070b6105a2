// The kernels of direct_convolution.cpp for AVX2 with FMA, in float32.
#include "direct_jobs.h"

#ifdef XCLR_DIRECT_CONVOLUTION
#include <immintrin.h>

#define XCLR_TARGET __attribute__((target("avx2,fma")))
#define XCLR_INLINE XCLR_TARGET __attribute__((always_inline)) inline

namespace xclr {
namespace direct {
namespace {

using Sums = __m256;
using Words = __m256i;

/** Lanes that are there; a masked store takes many times as long as a whole one. */
struct Mask {
  int lanes;
};

constexpr int kVectors = 2;    // of a tile's row: 6 × 2 sums, 2 vectors and a broadcast fill 16 registers
constexpr int64_t kLanes = 8;  // words of a vector
constexpr int64_t kCachedWeights = 256 << 10;
constexpr int64_t kCached = 32 << 10;  // bytes of packed input that go through the first-level cache while they are used
constexpr int64_t kPacked = 512 << 10;

inline Mask allLanes() { return {kLanes}; }
inline Mask laneMask(int64_t lanes) { return {static_cast<int>(lanes >= kLanes ? kLanes : lanes)}; }

XCLR_INLINE __m256i bitsOf(Mask mask) { return _mm256_cmpgt_epi32(_mm256_set1_epi32(mask.lanes), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7)); }

XCLR_INLINE Sums noSums() { return _mm256_setzero_ps(); }
XCLR_INLINE Words noWords() { return _mm256_setzero_si256(); }
XCLR_INLINE Words loadWords(const uint32_t* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }
XCLR_INLINE void storeWords(uint32_t* to, Words words) { _mm256_storeu_si256(reinterpret_cast<__m256i*>(to), words); }
XCLR_INLINE Words broadcast(const void* word) { return _mm256_castps_si256(_mm256_broadcast_ss(static_cast<const float*>(word))); }

XCLR_INLINE Sums loadSums(const float* from, Mask mask) {
  return mask.lanes == kLanes ? _mm256_loadu_ps(from) : _mm256_maskload_ps(from, bitsOf(mask));
}

template <bool kHalf>
XCLR_INLINE void storeSums(char* to, Mask mask, Sums sums) {
  float* floats = reinterpret_cast<float*>(to);
  if (mask.lanes == kLanes)
    _mm256_storeu_ps(floats, sums);
  else
    _mm256_maskstore_ps(floats, bitsOf(mask), sums);
}

template <bool kHalf>
XCLR_INLINE Sums multiplyAdd(Sums sum, Words a, Words b) {
  return _mm256_fmadd_ps(_mm256_castsi256_ps(a), _mm256_castsi256_ps(b), sum);
}

/** A word of each channel of a position, which may be missing. */
template <bool kHalf>
XCLR_INLINE Words wordsOfPositions(const char* position, const char*, Mask mask) {
  return position == nullptr ? noWords() : _mm256_castps_si256(loadSums(reinterpret_cast<const float*>(position), mask));
}

/** Floats that lie one after another, of which `left` are there. */
template <bool kHalf>
XCLR_INLINE Words wordsOfRow(const float* from, int64_t left) {
  return _mm256_castps_si256(loadSums(from, laneMask(left)));
}

template <bool kHalf>
XCLR_INLINE Words wordsOfColumn(const float* first, const float*, Mask mask) {
  return _mm256_castps_si256(loadSums(first, mask));
}

/** 8 vectors of 8 words, rows and columns exchanged. */
XCLR_TARGET void transpose(Words (&rows)[8]) {
  Words pairs[8], quads[8];
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = _mm256_unpacklo_epi32(rows[i], rows[i + 1]);
    pairs[i + 1] = _mm256_unpackhi_epi32(rows[i], rows[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    quads[i] = _mm256_unpacklo_epi64(pairs[i], pairs[i + 2]);
    quads[i + 1] = _mm256_unpackhi_epi64(pairs[i], pairs[i + 2]);
    quads[i + 2] = _mm256_unpacklo_epi64(pairs[i + 1], pairs[i + 3]);
    quads[i + 3] = _mm256_unpackhi_epi64(pairs[i + 1], pairs[i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    rows[i] = _mm256_permute2x128_si256(quads[i], quads[4 + i], 0x20);
    rows[4 + i] = _mm256_permute2x128_si256(quads[i], quads[4 + i], 0x31);
  }
}

}  // namespace
}  // namespace direct
}  // namespace xclr

#include "direct_kernels.h"

namespace xclr {
namespace direct {

const Kernels avx2Float = kernelsOf<false>();

}  // namespace direct
}  // namespace xclr

#endif
