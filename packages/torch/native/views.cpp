// Augmented views of a batch of images in one pass over each: cut, resampled, laid over a background, recolored,
// blurred, normalized. What takes dozens of operators, each of them a pass over memory, here stays in the cache.
//
// The mathematics is that of xclr's data/augment in TypeScript (torchvision's, that is), which remains for other devices
// and as the reference in the tests. A view depends on its own parameters alone: neither the number of threads nor the
// rest of the batch changes a bit of it.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "clones.h"
#include "views.h"

namespace xclr {

thread_local bool viewsArePinned = false;

namespace {

// Columns of the parameters, one row a view; the TypeScript side fills them by the same names.
enum Column {
  kImage, kX, kY, kWidth, kHeight, kFlip,           // which image, and the box in fractions of its width and height
  kMode,                                              // 0: colors stay, 1: HSV, 2: a matrix
  kBrightness, kContrast, kSaturation, kHue,          // factors, and turns
  kFirst, kSecond, kThird, kFourth,                   // the order of the four
  kGray, kSigma, kSolarize, kCells,                   // flags, pixels, flag, cells a side of the background (0: white)
  kColumns
};

// Where filters end: at the box, as torchvision's crop then resize has it; at the image's edges, as its resize then crop
// has it; or nowhere, and what lies outside the image is transparent.
enum class Edges { kBox, kImage, kNone };

struct Settings {
  int64_t out, kernel;
  Edges edges;
  float threshold;
  float mean[3], scale[3];
};

// One decoded image: (height, width, channels), rows from top to bottom.
struct Image {
  const uint8_t* pixels;
  int64_t height, width, channels;
};

// PIL's antialiased triangle along one axis: for each output pixel, its first tap and a fixed number of weights.
struct Taps {
  int count = 0;
  std::vector<int> first;
  std::vector<float> weights;  // (count, out): the weights of one tap lie together
};

void fillTaps(Taps& taps, double start, double length, bool flip, int64_t source, const Settings& settings) {
  const int64_t out = settings.out;
  const double scale = length / out, reach = std::max(scale, 1.0), slack = 1e-6 * source;
  const bool atBox = settings.edges == Edges::kBox, atImage = settings.edges == Edges::kImage;
  const double lowest = atBox ? std::max(0.0, std::floor(start + slack)) : atImage ? 0 : -1e9;
  const double highest = atBox ? std::min<double>(source, std::ceil(start + length - slack)) : atImage ? source : 1e9;
  taps.count = static_cast<int>(std::min<int64_t>(source, static_cast<int64_t>(2 * reach) + 2));
  taps.first.resize(out);
  taps.weights.assign(taps.count * out, 0.f);
  for (int64_t o = 0; o < out; ++o) {
    const double center = start + scale * (o + 0.5);
    const int64_t from = static_cast<int64_t>(std::max(lowest, std::floor(center - reach + 0.5)));
    const int64_t to = static_cast<int64_t>(std::min(highest, std::floor(center + reach + 0.5)));
    double sum = 0;
    for (int64_t j = from; j < to; ++j) sum += std::max(0.0, 1 - std::abs((j + 0.5 - center) / reach));
    const int64_t place = flip ? out - 1 - o : o;
    const int64_t begin = std::max<int64_t>(0, from), end = std::min(source, to);
    const int64_t first = std::max<int64_t>(0, std::min<int64_t>(begin, source - taps.count));
    taps.first[place] = static_cast<int>(first);
    for (int64_t j = begin; j < end; ++j) {
      const double weight = std::max(0.0, 1 - std::abs((j + 0.5 - center) / reach)) / sum;
      taps.weights[(j - first) * out + place] = static_cast<float>(weight);
    }
  }
}

// What a thread needs for one view; kept from view to view.
struct Scratch {
  Taps x, y;
  std::vector<float> rows, lines, columns, planes, turned, padded;
};

inline float clip(float value) { return value < 0.f ? 0.f : value > 1.f ? 1.f : value; }

// Source rows as planes of floats in 0 … 1, colors times alpha: (rows, channels, width).
inline __attribute__((always_inline)) void spread(const Image& image, int64_t firstRow, int64_t rows, int64_t firstColumn,
                   int64_t width, float* out) {
  const int64_t channels = image.channels;
  for (int64_t y = 0; y < rows; ++y) {
    const uint8_t* from = image.pixels + ((firstRow + y) * image.width + firstColumn) * channels;
    float* to = out + y * channels * width;
    if (channels == 3) {
      for (int64_t x = 0; x < width; ++x) {
        to[x] = from[3 * x] * (1 / 255.f);
        to[width + x] = from[3 * x + 1] * (1 / 255.f);
        to[2 * width + x] = from[3 * x + 2] * (1 / 255.f);
      }
    } else {
      for (int64_t x = 0; x < width; ++x) {
        const float alpha = from[4 * x + 3] * (1 / 255.f), scaled = alpha * (1 / 255.f);
        to[x] = from[4 * x] * scaled;
        to[width + x] = from[4 * x + 1] * scaled;
        to[2 * width + x] = from[4 * x + 2] * scaled;
        to[3 * width + x] = alpha;
      }
    }
  }
}

// (rows, columns) → (columns, rows), a block at a time.
inline __attribute__((always_inline)) void transpose(const float* __restrict from, int64_t rows, int64_t columns, float* __restrict to) {
  constexpr int64_t block = 16;
  for (int64_t r = 0; r < rows; r += block) {
    const int64_t lastRow = std::min(rows, r + block);
    for (int64_t c = 0; c < columns; c += block) {
      const int64_t lastColumn = std::min(columns, c + block);
      for (int64_t x = c; x < lastColumn; ++x) {
        for (int64_t y = r; y < lastRow; ++y) to[x * rows + y] = from[y * columns + x];
      }
    }
  }
}

// Lines of a result from lines of a source: line o is the sum of its taps times their weights. from(tap's line) → floats.
template <typename From>
inline __attribute__((always_inline)) void combine(const Taps& taps, int64_t out, int64_t first, int64_t length, const From& from, float* __restrict to) {
  for (int64_t o = 0; o < out; ++o, to += length) {
    std::fill(to, to + length, 0.f);
    for (int tap = 0; tap < taps.count; ++tap) {
      const float weight = taps.weights[tap * out + o];
      if (weight == 0.f) continue;
      const float* __restrict line = from(taps.first[o] - first + tap);
      for (int64_t i = 0; i < length; ++i) to[i] += weight * line[i];
    }
  }
}

// The box, resampled: (channels, out, out) into scratch.planes. Both passes combine whole lines, the second after its plane
// is turned: taps gathered from along a line would cost several times as much.
inline __attribute__((always_inline)) void resample(const Image& image, const double* view, const Settings& settings, Scratch& scratch) {
  const int64_t out = settings.out, channels = image.channels;
  fillTaps(scratch.x, view[kX] * image.width, view[kWidth] * image.width, view[kFlip] != 0, image.width, settings);
  fillTaps(scratch.y, view[kY] * image.height, view[kHeight] * image.height, false, image.height, settings);
  const auto [left, right] = std::minmax_element(scratch.x.first.begin(), scratch.x.first.end());
  const auto [top, bottom] = std::minmax_element(scratch.y.first.begin(), scratch.y.first.end());
  const int64_t firstColumn = *left, width = *right + scratch.x.count - firstColumn;
  const int64_t firstRow = *top, rows = *bottom + scratch.y.count - firstRow;
  scratch.rows.resize(rows * channels * width);
  scratch.lines.resize(out * std::max(width, out));
  scratch.columns.resize(width * out);
  scratch.planes.resize(channels * out * out);
  spread(image, firstRow, rows, firstColumn, width, scratch.rows.data());
  float *lines = scratch.lines.data(), *columns = scratch.columns.data();
  for (int64_t c = 0; c < channels; ++c) {
    const float* plane = scratch.rows.data() + c * width;
    combine(scratch.y, out, firstRow, width, [=](int64_t row) { return plane + row * channels * width; }, lines);  // (out, width)
    transpose(lines, out, width, columns);                                                                          // (width, out)
    combine(scratch.x, out, firstColumn, out, [=](int64_t column) { return columns + column * out; }, lines);       // (out, out), turned
    transpose(lines, out, out, scratch.planes.data() + c * out * out);
  }
}

// Lays the planes over white, or over a grid of colors stretched linearly: (cells, cells, 3) r, g, b.
inline __attribute__((always_inline)) void composite(const Settings& settings, int64_t cells, const float* grid, Scratch& scratch) {
  const int64_t out = settings.out, area = out * out;
  float* planes = scratch.planes.data();
  float* alpha = planes + 3 * area;
  if (cells == 0) {
    for (int64_t i = 0; i < area; ++i) {
      const float clear = 1.f - alpha[i] < 0.f ? 0.f : 1.f - alpha[i];
      planes[i] += clear;
      planes[area + i] += clear;
      planes[2 * area + i] += clear;
    }
    return;
  }
  scratch.turned.resize(out * 2 + 3 * out);
  float* fraction = scratch.turned.data();   // how far each pixel is from its cell to the next
  float* blend = fraction + out;             // one row of the background, a color at a time
  std::vector<int> cell(out);
  for (int64_t o = 0; o < out; ++o) {
    const double at = std::min<double>(cells - 1, std::max(0.0, (o + 0.5) * cells / out - 0.5));
    cell[o] = static_cast<int>(std::min<double>(cells - 1, std::floor(at)));
    fraction[o] = static_cast<float>(at - cell[o]);
  }
  for (int64_t y = 0; y < out; ++y) {
    const int up = cell[y], down = std::min<int>(cells - 1, up + 1);
    for (int c = 0; c < 3; ++c) {
      float line[64];
      for (int64_t i = 0; i < cells; ++i)
        line[i] = grid[(up * cells + i) * 3 + c] * (1 - fraction[y]) + grid[(down * cells + i) * 3 + c] * fraction[y];
      for (int64_t x = 0; x < out; ++x) {
        const int next = std::min<int>(cells - 1, cell[x] + 1);
        blend[x] = line[cell[x]] * (1 - fraction[x]) + line[next] * fraction[x];
      }
      float* to = planes + c * area + y * out;
      const float* over = alpha + y * out;
      for (int64_t x = 0; x < out; ++x) {
        const float clear = 1.f - over[x] < 0.f ? 0.f : 1.f - over[x];
        to[x] += clear * blend[x];
      }
    }
  }
}

constexpr float kRed = 0.2989f, kGreen = 0.587f, kBlue = 0.114f;  // ITU-R 601 as torchvision rounds it

inline __attribute__((always_inline)) float meanLuma(const float* planes, int64_t out, float red, float green, float blue) {
  const int64_t area = out * out;
  double sum = 0;
  for (int64_t y = 0; y < out; ++y) {  // a float a row and a double for all: exact enough in any order of lanes
    float part = 0.f;
    const float *r = planes + y * out, *g = r + area, *b = g + area;
    for (int64_t x = 0; x < out; ++x) part += red * r[x] + green * g[x] + blue * b[x];
    sum += part;
  }
  return static_cast<float>(sum / area);
}

inline __attribute__((always_inline)) void turnHue(float* planes, int64_t area, float shift) {
  float *r = planes, *g = planes + area, *b = planes + 2 * area;
  for (int64_t i = 0; i < area; ++i) {
    const float red = r[i], green = g[i], blue = b[i];
    const float high = red > green ? (red > blue ? red : blue) : (green > blue ? green : blue);
    const float low = red < green ? (red < blue ? red : blue) : (green < blue ? green : blue);
    const float chroma = high - low;
    const float inverse = 1.f / (chroma > 1e-20f ? chroma : 1e-20f);
    const float fromRed = (green - blue) * inverse, fromGreen = (blue - red) * inverse + 2.f, fromBlue = (red - green) * inverse + 4.f;
    float hue = (high == red ? fromRed : high == green ? fromGreen : fromBlue) + 6.f * shift;
    hue -= 6.f * std::floor(hue * (1 / 6.f));
    r[i] = high - chroma * clip(2.f - std::abs(hue - 3.f));
    g[i] = high - chroma * clip(std::abs(hue - 2.f) - 1.f);
    b[i] = high - chroma * clip(std::abs(hue - 4.f) - 1.f);
  }
}

// torchvision's adjust_brightness, _contrast, _saturation and _hue, in the view's order.
inline __attribute__((always_inline)) void jitter(const double* view, const Settings& settings, float* planes) {
  const int64_t area = settings.out * settings.out;
  for (int step = 0; step < 4; ++step) {
    const int which = static_cast<int>(view[kFirst + step]);
    const float factor = static_cast<float>(view[kBrightness + which]);
    if (which == 3) {
      if (factor != 0.f) turnHue(planes, area, factor);
    } else if (which == 0) {
      for (int64_t i = 0; i < 3 * area; ++i) planes[i] = clip(planes[i] * factor);
    } else if (which == 1) {
      const float rest = (1.f - factor) * meanLuma(planes, settings.out, kRed, kGreen, kBlue);
      for (int64_t i = 0; i < 3 * area; ++i) planes[i] = clip(planes[i] * factor + rest);
    } else {
      float *r = planes, *g = planes + area, *b = planes + 2 * area;
      for (int64_t i = 0; i < area; ++i) {
        const float rest = (1.f - factor) * (kRed * r[i] + kGreen * g[i] + kBlue * b[i]);
        r[i] = clip(r[i] * factor + rest);
        g[i] = clip(g[i] * factor + rest);
        b[i] = clip(b[i] * factor + rest);
      }
    }
  }
}

// A 3×3 matrix of the colors, and a fraction of the mean luma added to all: (10) numbers.
inline __attribute__((always_inline)) void multiply(const float* m, const Settings& settings, float* planes) {
  const int64_t area = settings.out * settings.out;
  const float rest = m[9] * meanLuma(planes, settings.out, 0.299f, 0.587f, 0.114f);
  float *r = planes, *g = planes + area, *b = planes + 2 * area;
  for (int64_t i = 0; i < area; ++i) {
    const float red = r[i], green = g[i], blue = b[i];
    r[i] = clip(m[0] * red + m[1] * green + m[2] * blue + rest);
    g[i] = clip(m[3] * red + m[4] * green + m[5] * blue + rest);
    b[i] = clip(m[6] * red + m[7] * green + m[8] * blue + rest);
  }
}

inline int64_t reflected(int64_t at, int64_t size) {
  if (size == 1) return 0;
  const int64_t period = 2 * (size - 1), folded = ((at % period) + period) % period;
  return folded < size ? folded : period - folded;
}

// torchvision's gaussian_blur: a normalized Gaussian of `kernel` taps, reflected at the edges.
inline __attribute__((always_inline)) void blur(double sigma, const Settings& settings, Scratch& scratch) {
  const int64_t out = settings.out, area = out * out, radius = (settings.kernel - 1) / 2;
  std::vector<float> weights(radius + 1);
  double sum = 0;
  for (int64_t i = -radius; i <= radius; ++i) sum += std::exp(-0.5 * (i / sigma) * (i / sigma));
  int64_t reach = 0;  // taps that weigh less than a rounding error are left out
  for (int64_t i = 0; i <= radius; ++i) {
    weights[i] = static_cast<float>(std::exp(-0.5 * (i / sigma) * (i / sigma)) / sum);
    if (weights[i] > 1e-9f) reach = i;
  }
  scratch.padded.resize(out + 2 * reach);
  scratch.turned.resize(area);
  float *padded = scratch.padded.data(), *across = scratch.turned.data();
  for (int c = 0; c < 3; ++c) {
    float* plane = scratch.planes.data() + c * area;
    for (int64_t y = 0; y < out; ++y) {
      const float* row = plane + y * out;
      float* to = across + y * out;
      for (int64_t i = 0; i < reach; ++i) {
        padded[i] = row[reflected(i - reach, out)];
        padded[reach + out + i] = row[reflected(out + i, out)];
      }
      std::copy(row, row + out, padded + reach);
      for (int64_t x = 0; x < out; ++x) to[x] = weights[0] * padded[reach + x];
      for (int64_t tap = 1; tap <= reach; ++tap) {
        const float weight = weights[tap];
        const float *before = padded + reach - tap, *after = padded + reach + tap;
        for (int64_t x = 0; x < out; ++x) to[x] += weight * (before[x] + after[x]);
      }
    }
    for (int64_t y = 0; y < out; ++y) {
      const float* here = across + y * out;
      float* to = plane + y * out;
      for (int64_t x = 0; x < out; ++x) to[x] = weights[0] * here[x];
      for (int64_t tap = 1; tap <= reach; ++tap) {
        const float weight = weights[tap];
        const float *above = across + reflected(y - tap, out) * out, *below = across + reflected(y + tap, out) * out;
        for (int64_t x = 0; x < out; ++x) to[x] += weight * (above[x] + below[x]);
      }
    }
  }
}

XCLR_CLONES void makeView(const Image& image, const double* view, const float* matrix, const float* grid,
                          const Settings& settings, Scratch& scratch, float* out) {
  const int64_t area = settings.out * settings.out;
  resample(image, view, settings, scratch);
  if (image.channels == 4) composite(settings, static_cast<int64_t>(view[kCells]), grid, scratch);
  float* planes = scratch.planes.data();
  if (view[kMode] == 1) jitter(view, settings, planes);
  if (view[kMode] == 2) multiply(matrix, settings, planes);
  if (view[kGray] != 0) {
    for (int64_t i = 0; i < area; ++i) {
      const float gray = kRed * planes[i] + kGreen * planes[area + i] + kBlue * planes[2 * area + i];
      planes[i] = planes[area + i] = planes[2 * area + i] = gray;
    }
  }
  if (view[kSigma] > 0) blur(view[kSigma], settings, scratch);
  planes = scratch.planes.data();
  if (view[kSolarize] != 0) {
    for (int64_t i = 0; i < 3 * area; ++i) planes[i] = planes[i] >= settings.threshold ? 1.f - planes[i] : planes[i];
  }
  const float *r = planes, *g = planes + area, *b = planes + 2 * area;
  for (int64_t i = 0; i < area; ++i) {  // channels last: (out, out, 3)
    out[3 * i] = (r[i] - settings.mean[0]) * settings.scale[0];
    out[3 * i + 1] = (g[i] - settings.mean[1]) * settings.scale[1];
    out[3 * i + 2] = (b[i] - settings.mean[2]) * settings.scale[2];
  }
}

// Checked, and as the loops take them. Images lie in memory as they are: nothing is copied.
std::vector<Image> imagesOf(at::TensorList pixels) {
  std::vector<Image> images;
  images.reserve(pixels.size());
  for (const at::Tensor& one : pixels) {
    TORCH_CHECK(one.device().is_cpu() && one.scalar_type() == at::kByte && one.dim() == 3 && one.is_contiguous() &&
                    one.size(0) > 0 && one.size(1) > 0 && (one.size(2) == 3 || one.size(2) == 4),
                "image_views: each image must be a contiguous (height, width, 3 or 4) uint8 tensor on the CPU, got ",
                one.sizes(), " ", one.scalar_type(), " on ", one.device());
    images.push_back({one.data_ptr<uint8_t>(), one.size(0), one.size(1), one.size(2)});
  }
  return images;
}

// (n, 3, out, out) float32 in channels-last memory.
at::Tensor views(at::TensorList pixels, const at::Tensor& parameters, const c10::optional<at::Tensor>& matrices,
                 const c10::optional<at::Tensor>& grids, int64_t out, int64_t edges, int64_t kernel, double threshold,
                 at::ArrayRef<double> mean, at::ArrayRef<double> std) {
  const std::vector<Image> images = imagesOf(pixels);
  TORCH_CHECK(parameters.scalar_type() == at::kDouble && parameters.dim() == 2 && parameters.size(1) == kColumns &&
                  parameters.is_contiguous(),
              "image_views: parameters must be (n, ", static_cast<int>(kColumns), ") float64");
  const int64_t n = parameters.size(0);
  TORCH_CHECK(mean.size() == 3 && std.size() == 3 && out > 0 && kernel > 0 && kernel % 2 == 1 && edges >= 0 && edges <= 2,
              "image_views: mean, std, out, edges or kernel");
  const auto rowsOf = [n](const c10::optional<at::Tensor>& rows, int64_t width) -> const float* {
    if (!rows.has_value()) return nullptr;
    TORCH_CHECK(rows->scalar_type() == at::kFloat && rows->is_contiguous() && rows->dim() == 2 && rows->size(0) == n &&
                    rows->size(1) == width, "image_views: matrices must be (n, 10), grids (n, 108), float32");
    return rows->data_ptr<float>();
  };
  constexpr int64_t gridSize = 6 * 6 * 3;
  const float *matrix = rowsOf(matrices, 10), *grid = rowsOf(grids, gridSize);
  const double* rows = parameters.data_ptr<double>();
  for (int64_t i = 0; i < n; ++i) {
    const double* view = rows + i * kColumns;
    TORCH_CHECK(view[kImage] >= 0 && view[kImage] < images.size() && view[kWidth] > 0 && view[kHeight] > 0 &&
                    (view[kMode] != 2 || matrix != nullptr) && (view[kCells] == 0 || grid != nullptr) && view[kCells] <= 6,
                "image_views: parameters of view ", i, " are out of range");
  }
  Settings settings{out, kernel, static_cast<Edges>(edges), static_cast<float>(threshold), {}, {}};
  for (int c = 0; c < 3; ++c) {
    settings.mean[c] = static_cast<float>(mean[c]);
    settings.scale[c] = static_cast<float>(1 / std[c]);
  }
  at::Tensor result =
      at::empty({n, 3, out, out}, at::TensorOptions().dtype(at::kFloat).pinned_memory(viewsArePinned).memory_format(
                                      at::MemoryFormat::ChannelsLast));
  float* to = result.data_ptr<float>();
  at::parallel_for(0, n, 1, [&](int64_t begin, int64_t end) {
    Scratch scratch;
    for (int64_t i = begin; i < end; ++i) {
      const double* view = rows + i * kColumns;
      makeView(images[static_cast<size_t>(view[kImage])], view, matrix == nullptr ? nullptr : matrix + 10 * i,
               grid == nullptr ? nullptr : grid + gridSize * i, settings, scratch, to + i * 3 * out * out);
    }
  });
  return result;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(xclr, library) {
  library.def(
      "image_views(Tensor[] pixels, Tensor parameters, Tensor? matrices, Tensor? grids, int out, int edges, int kernel, "
      "float threshold, float[] mean, float[] std) -> Tensor",
      &views);
}

}  // namespace xclr
