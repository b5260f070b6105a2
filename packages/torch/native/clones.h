// One body, compiled for several instruction sets; the loader picks. Elsewhere the compiler's default has to do.
#pragma once

#if defined(__x86_64__) && __GNUC__ >= 12 && !defined(__clang__) && defined(__gnu_linux__)
#define XCLR_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define XCLR_CLONES
#endif
