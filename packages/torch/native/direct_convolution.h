// Two-dimensional convolutions on plain memory, for processors with AVX2 or AVX-512: forward, and both gradients.
#pragma once

#include <cstdint>

namespace xclr {

/** Whether this processor runs the kernels below in float32 (AVX2 or AVX-512), or in bfloat16 (AVX-512 BF16 without AMX). */
bool canConvolveDirectly(bool bfloat16);

/** Whether it does so with AVX-512. */
bool hasWideVectors(bool bfloat16);

/** A convolution of channels-last images. Steps between columns, rows and images are in elements. */
struct ConvolutionShape {
  int64_t images, inputHeight, inputWidth, inputChannels;
  int64_t outputHeight, outputWidth, outputChannels;
  int64_t kernelHeight, kernelWidth, stride, paddingTop, paddingLeft;
  int64_t columnStep, rowStep, imageStep;
};

/** Calls work(context, begin, end) on parts of 0 … count, on several threads. */
using ParallelFor = void (*)(int64_t count, void (*work)(const void* context, int64_t begin, int64_t end), const void* context);

/** Bytes of the packed weights for `outputs` channels made of `taps` × `inputs`. */
int64_t packedWeightBytes(bool bfloat16, int64_t taps, int64_t inputs, int64_t outputs);

/**
 * Packs float32 weights. weights[o·outputStep + tap·tapStep + i·inputStep] is the weight of input i of that tap for output o, where
 * outputStep or inputStep is 1; for the gradient of the input, outputs and inputs change places.
 */
void packWeights(bool bfloat16, const float* weights, int64_t taps, int64_t inputs, int64_t outputs, int64_t outputStep, int64_t tapStep,
                 int64_t inputStep, void* packed, ParallelFor parallel);

/** output (n, h', w', outputs), dense, from `input` and the packed weights of all taps (kernel row by row). */
void convolveForward(bool bfloat16, const ConvolutionShape& shape, const void* input, const void* packed, void* output, ParallelFor parallel);

/** inputGradient (n, h, w, inputs), dense, from the dense gradient of the output; weights packed with outputs and inputs exchanged. */
void convolveBackward(bool bfloat16, const ConvolutionShape& shape, const void* outputGradient, const void* packed, void* inputGradient,
                      ParallelFor parallel);

/** Bytes of working memory of `convolutionWeightGradient`. */
int64_t weightGradientBytes(bool bfloat16, const ConvolutionShape& shape);

/** weightGradient (outputs, kernel height, kernel width, inputs) float32, dense, summed in float32 whatever the number of threads. */
void convolutionWeightGradient(bool bfloat16, const ConvolutionShape& shape, const void* input, const void* outputGradient, float* weightGradient,
                               void* working, ParallelFor parallel);

}  // namespace xclr
