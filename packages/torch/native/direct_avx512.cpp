// The kernels of direct_convolution.cpp for AVX-512: in float32, and in bfloat16 with AVX-512 BF16.
#include "direct_jobs.h"

#ifdef XCLR_DIRECT_CONVOLUTION
#include <immintrin.h>

// GCC 12 takes the registers that its own intrinsics leave undefined for an error of the program.
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#define XCLR_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")))
#define XCLR_INLINE XCLR_TARGET __attribute__((always_inline)) inline

namespace xclr {
namespace direct {
namespace {

using Sums = __m512;
using Words = __m512i;
using Mask = __mmask16;

constexpr int kVectors = 4;     // of a tile's row: 6 × 4 sums, 4 vectors and some broadcasts fill 32 registers
constexpr int64_t kLanes = 16;  // words of a vector
constexpr int64_t kCachedWeights = 0;
constexpr int64_t kCached = 400 << 10;  // bytes of packed input that should stay in the second-level cache
constexpr int64_t kPacked = 0;

typedef uint32_t __attribute__((may_alias, aligned(1))) Word;

inline Mask allLanes() { return 0xffff; }
inline Mask laneMask(int64_t lanes) { return static_cast<Mask>(lanes >= kLanes ? 0xffff : (1u << lanes) - 1); }

XCLR_INLINE Sums noSums() { return _mm512_setzero_ps(); }
XCLR_INLINE Words noWords() { return _mm512_setzero_si512(); }
XCLR_INLINE Sums loadSums(const float* from, Mask mask) { return _mm512_maskz_loadu_ps(mask, from); }
XCLR_INLINE Words loadWords(const uint32_t* from) { return _mm512_loadu_si512(from); }
XCLR_INLINE void storeWords(uint32_t* to, Words words) { _mm512_storeu_si512(to, words); }
XCLR_INLINE Words broadcast(const void* word) { return _mm512_set1_epi32(static_cast<int>(*static_cast<const Word*>(word))); }

template <bool kHalf>
XCLR_INLINE void storeSums(char* to, Mask mask, Sums sums) {
  if (kHalf)
    _mm256_mask_storeu_epi16(to, mask, (__m256i)_mm512_cvtneps_pbh(sums));
  else
    _mm512_mask_storeu_ps(to, mask, sums);
}

template <bool kHalf>
XCLR_INLINE Sums multiplyAdd(Sums sum, Words a, Words b) {
  if (kHalf) return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
  return _mm512_fmadd_ps(_mm512_castsi512_ps(a), _mm512_castsi512_ps(b), sum);
}

/** Elements, each in a word of its own; bfloat16 in the lower half. */
template <bool kHalf>
XCLR_INLINE Words loadElements(const char* from, Mask mask) {
  if (kHalf) return _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(mask, from));
  return _mm512_maskz_loadu_epi32(mask, from);
}

/** A word of each channel: of two positions in bfloat16 (the second may be missing), else of one. */
template <bool kHalf>
XCLR_INLINE Words wordsOfPositions(const char* first, const char* second, Mask mask) {
  Words words = first == nullptr ? noWords() : loadElements<kHalf>(first, mask);
  if (kHalf && second != nullptr) words = _mm512_or_si512(words, _mm512_slli_epi32(loadElements<true>(second, mask), 16));
  return words;
}

/** Floats that lie one after another, of which `left` are there; in bfloat16 two a word. */
template <bool kHalf>
XCLR_INLINE Words wordsOfRow(const float* from, int64_t left) {
  const Sums low = _mm512_maskz_loadu_ps(laneMask(left), from);
  if (!kHalf) return _mm512_castps_si512(low);
  const Sums high = left > kLanes ? _mm512_maskz_loadu_ps(laneMask(left - kLanes), from + kLanes) : noSums();
  return (Words)_mm512_cvtne2ps_pbh(high, low);
}

/** 16 floats as bfloat16, each in the lower half of a word. */
XCLR_INLINE Words halves(const float* from, Mask mask) {
  return _mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh(_mm512_maskz_loadu_ps(mask, from)));
}

/** Floats; in bfloat16 a word has one of each of two rows, the second of which may be missing. */
template <bool kHalf>
XCLR_INLINE Words wordsOfColumn(const float* first, const float* second, Mask mask) {
  if (!kHalf) return _mm512_castps_si512(_mm512_maskz_loadu_ps(mask, first));
  const Words words = halves(first, mask);
  return second == nullptr ? words : _mm512_or_si512(words, _mm512_slli_epi32(halves(second, mask), 16));
}

/** 16 vectors of 16 words, rows and columns exchanged. */
XCLR_TARGET void transpose(Words (&rows)[16]) {
  Words pairs[16], quads[16];
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
    const Words low = _mm512_shuffle_i32x4(quads[i], quads[4 + i], 0x88), high = _mm512_shuffle_i32x4(quads[i], quads[4 + i], 0xdd);
    const Words low2 = _mm512_shuffle_i32x4(quads[8 + i], quads[12 + i], 0x88);
    const Words high2 = _mm512_shuffle_i32x4(quads[8 + i], quads[12 + i], 0xdd);
    rows[i] = _mm512_shuffle_i32x4(low, low2, 0x88);
    rows[8 + i] = _mm512_shuffle_i32x4(low, low2, 0xdd);
    rows[4 + i] = _mm512_shuffle_i32x4(high, high2, 0x88);
    rows[12 + i] = _mm512_shuffle_i32x4(high, high2, 0xdd);
  }
}

}  // namespace
}  // namespace direct
}  // namespace xclr

#include "direct_kernels.h"

namespace xclr {
namespace direct {

const Kernels avx512Float = kernelsOf<false>();
const Kernels avx512Half = kernelsOf<true>();

}  // namespace direct
}  // namespace xclr

#endif
