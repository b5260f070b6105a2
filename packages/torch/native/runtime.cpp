// What belongs to the process: autocast, random state, threads, build information.
#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/autocast_mode.h>
#include <torch/version.h>

#include <atomic>
#include <mutex>

#include "tensors.h"

namespace xclr {
namespace {

// LibTorch 2.4 gave autocast one interface for all devices.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
#define XCLR_AUTOCAST_BY_DEVICE 1
#endif

bool autocastEnabled(c10::DeviceType device) {
#ifdef XCLR_AUTOCAST_BY_DEVICE
  return at::autocast::is_autocast_enabled(device);
#else
  return device == c10::kCPU ? at::autocast::is_cpu_enabled() : at::autocast::is_enabled();
#endif
}

c10::ScalarType autocastDtype(c10::DeviceType device) {
#ifdef XCLR_AUTOCAST_BY_DEVICE
  return at::autocast::get_autocast_dtype(device);
#else
  return device == c10::kCPU ? at::autocast::get_autocast_cpu_dtype() : at::autocast::get_autocast_gpu_dtype();
#endif
}

void setAutocastState(c10::DeviceType device, bool on, c10::ScalarType dtype) {
#ifdef XCLR_AUTOCAST_BY_DEVICE
  at::autocast::set_autocast_dtype(device, dtype);
  at::autocast::set_autocast_enabled(device, on);
#else
  if (device == c10::kCPU) {
    at::autocast::set_autocast_cpu_dtype(dtype);
    at::autocast::set_cpu_enabled(on);
  } else {
    at::autocast::set_autocast_gpu_dtype(dtype);
    at::autocast::set_enabled(on);
  }
#endif
}

// enterAutocast(device, dtype) → [was enabled, dtype before]
napi_value enterAutocast(napi_env env, Arguments& args) {
  const auto device = c10::Device(toString(env, args[0], "autocast: device")).type();
  const auto dtype = dtypeFromName(toString(env, args[1], "autocast: dtype"));
  TORCH_CHECK(device == c10::kCPU || device == c10::kCUDA, "autocast: device must be cpu or cuda");
  TORCH_CHECK(dtype == c10::ScalarType::BFloat16 || (device == c10::kCUDA && dtype == c10::ScalarType::Half),
              "autocast: dtype must be bfloat16 (or float16 on cuda), got ", dtypeName(dtype));
  napi_value before;
  check(napi_create_array_with_length(env, 2, &before), "napi_create_array");
  napi_set_element(env, before, 0, fromBool(env, autocastEnabled(device)));
  napi_set_element(env, before, 1, fromString(env, dtypeName(autocastDtype(device))));
  at::autocast::increment_nesting();
  setAutocastState(device, true, dtype);
  return before;
}

// leaveAutocast(device, was enabled, dtype before); the cache of cast weights ends with the outermost region
napi_value leaveAutocast(napi_env env, Arguments& args) {
  const auto device = c10::Device(toString(env, args[0], "autocast: device")).type();
  setAutocastState(device, toBool(env, args[1], "autocast"), dtypeFromName(toString(env, args[2], "autocast")));
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  return nullptr;
}

napi_value manualSeed(napi_env env, Arguments& args) {
  at::manual_seed(static_cast<uint64_t>(toInt64(env, args[0], "manualSeed: seed")));
  return nullptr;
}

at::Generator generatorOf(napi_env env, napi_value device, const char* what) {
  return at::globalContext().defaultGenerator(c10::Device(toString(env, device, what)));
}

// getRngState(device) → handle of bytes on the CPU
napi_value getRngState(napi_env env, Arguments& args) {
  at::Generator generator = generatorOf(env, args[0], "getRngState: device");
  std::lock_guard<std::mutex> lock(generator.mutex());
  return newHandle(env, generator.get_state());
}

// setRngState(state, device)
napi_value setRngState(napi_env env, Arguments& args) {
  at::Generator generator = generatorOf(env, args[1], "setRngState: device");
  std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_state(tensorArgument(env, args[0], "setRngState: state"));
  return nullptr;
}

napi_value setNumThreads(napi_env env, Arguments& args) {
  at::set_num_threads(static_cast<int>(toInt64(env, args[0], "setNumThreads: threads")));
  return nullptr;
}

napi_value getNumThreads(napi_env env, Arguments&) { return fromInt64(env, at::get_num_threads()); }

// ownThreads() → threads that loops of this addon's own operators run on: 1 where it was built without OpenMP
napi_value ownThreads(napi_env env, Arguments&) {
  std::atomic<int64_t> parts{0};
  at::parallel_for(0, at::get_num_threads(), 1, [&](int64_t, int64_t) { ++parts; });
  return fromInt64(env, parts);
}

napi_value buildInfo(napi_env env, Arguments&) {
  napi_value info;
  check(napi_create_object(env, &info), "napi_create_object");
  napi_set_named_property(env, info, "builtFor", fromString(env, TORCH_VERSION_STRING));
  napi_set_named_property(env, info, "libtorch", fromString(env, XCLR_TORCH_PREFIX));
  napi_set_named_property(env, info, "cuda", fromBool(env, at::hasCUDA()));
  napi_set_named_property(env, info, "cudaDevices", fromInt64(env, at::hasCUDA() ? at::getNumGPUs() : 0));
  napi_set_named_property(env, info, "config", fromString(env, at::show_config()));
  napi_set_named_property(env, info, "parallel", fromString(env, at::get_parallel_info()));
  return info;
}

}  // namespace

void defineRuntime(napi_env env, napi_value exports) {
  define<enterAutocast>(env, exports, "enterAutocast");
  define<leaveAutocast>(env, exports, "leaveAutocast");
  define<manualSeed>(env, exports, "manualSeed");
  define<getRngState>(env, exports, "getRngState");
  define<setRngState>(env, exports, "setRngState");
  define<setNumThreads>(env, exports, "setNumThreads");
  define<getNumThreads>(env, exports, "getNumThreads");
  define<ownThreads>(env, exports, "ownThreads");
  define<buildInfo>(env, exports, "buildInfo");
}

}  // namespace xclr
