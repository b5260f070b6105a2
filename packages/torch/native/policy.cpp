// The operations of AutoAugment and RandAugment on 8-bit images, exactly as torchvision has them for uint8 tensors
// (torchvision.transforms.functional, 0.14), a list of them for each image of a batch.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/library.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace xclr {
namespace {

// In the order of `policyOperations` on the TypeScript side.
enum Operation {
  kIdentity, kShearX, kShearY, kTranslateX, kTranslateY, kRotate, kBrightness, kColor, kContrast, kSharpness,
  kPosterize, kSolarize, kAutoContrast, kEqualize, kInvert, kOperations
};

struct Image {
  uint8_t* pixels;  // (3, height, width)
  int64_t height, width;
  int64_t area() const { return height * width; }
};

inline uint8_t truncated(float value) { return static_cast<uint8_t>(value < 0.f ? 0.f : value > 255.f ? 255.f : value); }

uint8_t luma(const Image& p, int64_t i) {
  const int64_t area = p.area();
  return static_cast<uint8_t>(0.2989f * p.pixels[i] + 0.587f * p.pixels[area + i] + 0.114f * p.pixels[2 * area + i]);
}

// Nearest neighbor, black outside: the source of (x, y) is (m0 x' + m1 y' + m2, m3 x' + m4 y' + m5), where x' and y'
// count from the middle; as affine_grid and grid_sample with align_corners=False have it.
void affine(const Image& p, const double (&m)[6], std::vector<uint8_t>& scratch) {
  const int64_t width = p.width, height = p.height, area = p.area();
  scratch.assign(p.pixels, p.pixels + 3 * area);
  for (int64_t y = 0; y < height; ++y) {
    const float down = y - height * 0.5f + 0.5f;
    for (int64_t x = 0; x < width; ++x) {
      const float along = x - width * 0.5f + 0.5f;
      const float u = static_cast<float>(m[0]) * along + static_cast<float>(m[1]) * down + static_cast<float>(m[2]);
      const float v = static_cast<float>(m[3]) * along + static_cast<float>(m[4]) * down + static_cast<float>(m[5]);
      const auto from = [](float at, int64_t size) { return static_cast<int64_t>(std::nearbyint(at + size * 0.5f - 0.5f)); };
      const int64_t column = from(u, width), row = from(v, height);
      const bool inside = column >= 0 && column < width && row >= 0 && row < height;
      for (int c = 0; c < 3; ++c)
        p.pixels[c * area + y * width + x] = inside ? scratch[c * area + row * width + column] : 0;
    }
  }
}

// How much of the image, and how much of what it is blended with: subtracted in double, as Python does.
struct Blend {
  float own, other;
  explicit Blend(double factor) : own(static_cast<float>(factor)), other(static_cast<float>(1 - factor)) {}
  uint8_t operator()(float value, float with) const { return truncated(own * value + other * with); }
};

void blendWith(uint8_t* pixels, int64_t count, const Blend& blend, float other) {
  for (int64_t i = 0; i < count; ++i) pixels[i] = blend(pixels[i], other);
}

void color(const Image& p, const Blend& blend) {
  for (int64_t i = 0; i < p.area(); ++i) {
    const float gray = luma(p, i);
    for (int c = 0; c < 3; ++c) {
      uint8_t& value = p.pixels[c * p.area() + i];
      value = blend(value, gray);
    }
  }
}

void contrast(const Image& p, const Blend& blend) {
  double sum = 0;
  for (int64_t i = 0; i < p.area(); ++i) sum += luma(p, i);
  blendWith(p.pixels, 3 * p.area(), blend, static_cast<float>(sum / p.area()));
}

// Between the image and itself smoothed by ((1, 1, 1), (1, 5, 1), (1, 1, 1)) / 13, but for its border.
void sharpness(const Image& p, const Blend& blend, std::vector<uint8_t>& scratch) {
  const int64_t width = p.width, area = p.area();
  if (width <= 2 || p.height <= 2) return;
  scratch.assign(p.pixels, p.pixels + 3 * area);
  for (int c = 0; c < 3; ++c) {
    const uint8_t* from = scratch.data() + c * area;
    for (int64_t y = 0; y < p.height; ++y) {
      for (int64_t x = 0; x < width; ++x) {
        const uint8_t* at = from + y * width + x;
        float smooth = at[0];
        if (y > 0 && y < p.height - 1 && x > 0 && x < width - 1) {
          const int sum = at[-width - 1] + at[-width] + at[-width + 1] + at[-1] + 5 * at[0] + at[1] + at[width - 1] + at[width] +
                          at[width + 1];
          smooth = std::nearbyint(sum / 13.f);
        }
        p.pixels[c * area + y * width + x] = blend(at[0], smooth);
      }
    }
  }
}

void autoContrast(uint8_t* plane, int64_t area) {
  const auto [low, high] = std::minmax_element(plane, plane + area);
  const float least = *low, most = *high;
  if (least == most) return;
  const float scale = 255.f / (most - least);
  for (int64_t i = 0; i < area; ++i) plane[i] = truncated((plane[i] - least) * scale);
}

void equalize(uint8_t* plane, int64_t area) {
  int64_t histogram[256] = {};
  for (int64_t i = 0; i < area; ++i) ++histogram[plane[i]];
  int64_t last = 0;
  for (int value = 255; value >= 0 && last == 0; --value) last = histogram[value];
  const int64_t step = (area - last) / 255;
  if (step == 0) return;
  uint8_t table[256];
  int64_t sum = 0;
  for (int value = 0; value < 256; ++value) {
    table[value] = static_cast<uint8_t>(value == 0 ? 0 : std::min<int64_t>(255, (sum + step / 2) / step));
    sum += histogram[value];
  }
  for (int64_t i = 0; i < area; ++i) plane[i] = table[plane[i]];
}

void apply(const Image& p, int operation, double magnitude, std::vector<uint8_t>& scratch) {
  const int64_t area = p.area();
  const Blend blend(1 + magnitude);
  switch (operation) {
    case kShearX: return affine(p, {1, magnitude, magnitude * p.height * 0.5, 0, 1, 0}, scratch);
    case kShearY: return affine(p, {1, 0, 0, magnitude, 1, magnitude * p.width * 0.5}, scratch);
    case kTranslateX: return affine(p, {1, 0, -std::trunc(magnitude), 0, 1, 0}, scratch);
    case kTranslateY: return affine(p, {1, 0, 0, 0, 1, -std::trunc(magnitude)}, scratch);
    case kRotate: {
      const double angle = -magnitude * 3.14159265358979323846 / 180, cosine = std::cos(angle), sine = std::sin(angle);
      return affine(p, {cosine, sine, 0, -sine, cosine, 0}, scratch);
    }
    case kBrightness: return blendWith(p.pixels, 3 * area, blend, 0);
    case kColor: return color(p, blend);
    case kContrast: return contrast(p, blend);
    case kSharpness: return sharpness(p, blend, scratch);
    case kPosterize: {
      const uint8_t mask = static_cast<uint8_t>(-(1 << (8 - static_cast<int>(magnitude))));
      for (int64_t i = 0; i < 3 * area; ++i) p.pixels[i] &= mask;
      return;
    }
    case kSolarize:
      for (int64_t i = 0; i < 3 * area; ++i) if (p.pixels[i] >= magnitude) p.pixels[i] = static_cast<uint8_t>(255 - p.pixels[i]);
      return;
    case kAutoContrast:
      for (int c = 0; c < 3; ++c) autoContrast(p.pixels + c * area, area);
      return;
    case kEqualize:
      for (int c = 0; c < 3; ++c) equalize(p.pixels + c * area, area);
      return;
    case kInvert:
      for (int64_t i = 0; i < 3 * area; ++i) p.pixels[i] = static_cast<uint8_t>(255 - p.pixels[i]);
      return;
    default: return;
  }
}

// (n, 3, h, w) uint8 and (n, k, 2) float64 rows of (operation, magnitude), applied in order, in place.
at::Tensor& policy(at::Tensor& self, const at::Tensor& steps) {
  TORCH_CHECK(self.device().is_cpu() && self.scalar_type() == at::kByte && self.dim() == 4 && self.size(1) == 3 && self.is_contiguous(),
              "policy_: self must be a contiguous (n, 3, h, w) uint8 tensor on the CPU");
  TORCH_CHECK(steps.scalar_type() == at::kDouble && steps.dim() == 3 && steps.size(0) == self.size(0) && steps.size(2) == 2 &&
                  steps.is_contiguous(), "policy_: steps must be (n, k, 2) float64");
  const int64_t k = steps.size(1);
  const double* rows = steps.data_ptr<double>();
  for (int64_t i = 0; i < self.size(0) * k; ++i) {
    const double operation = rows[2 * i], magnitude = rows[2 * i + 1];
    TORCH_CHECK(operation >= 0 && operation < kOperations, "policy_: no operation ", operation);
    TORCH_CHECK(operation != kPosterize || (magnitude >= 0 && magnitude <= 8), "policy_: posterize keeps 0 to 8 bits, got ", magnitude);
  }
  uint8_t* pixels = self.data_ptr<uint8_t>();
  const int64_t height = self.size(2), width = self.size(3);
  at::parallel_for(0, self.size(0), 1, [&](int64_t begin, int64_t end) {
    std::vector<uint8_t> scratch;
    for (int64_t i = begin; i < end; ++i) {
      const Image image{pixels + i * 3 * height * width, height, width};
      for (int64_t step = 0; step < k; ++step) {
        const double* row = rows + 2 * (i * k + step);
        apply(image, static_cast<int>(row[0]), row[1], scratch);
      }
    }
  });
  return self;
}

}  // namespace

TORCH_LIBRARY_FRAGMENT(xclr, library) {
  library.def("policy_(Tensor(a!) self, Tensor steps) -> Tensor(a!)", &policy);
}

}  // namespace xclr
