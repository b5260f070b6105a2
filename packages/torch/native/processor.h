// What this machine's processor can do, for operators that have kernels of their own.
#pragma once

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace xclr {

struct Processor {
  bool avx2;            // with FMA
  bool avx512;          // F, BW, VL and DQ
  bool avx512Bfloat16;  // dot products
  bool amxBfloat16;     // tiles
};

inline Processor identifyProcessor() {
  Processor found{false, false, false, false};
#if defined(__x86_64__)
  // Whether the system keeps the registers is what the compiler's own test knows.
  found.avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  found.avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                 __builtin_cpu_supports("avx512dq");
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid_count(7, 0, &a, &b, &c, &d) != 0) found.amxBfloat16 = (d & (1u << 22)) != 0;
  if (__get_cpuid_count(7, 1, &a, &b, &c, &d) != 0) found.avx512Bfloat16 = found.avx512 && (a & (1u << 5)) != 0;
#endif
  return found;
}

inline const Processor& processor() {
  static const Processor found = identifyProcessor();
  return found;
}

}  // namespace xclr
