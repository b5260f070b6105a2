// What only devices other than the CPU need: uploads that do not wait, values read later, arithmetic switches, memory.
//
// No header of CUDA's is included: LibTorch's own interfaces reach the device through what libtorch_cuda registers.
#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/version.h>

#include <chrono>
#include <cstring>
#include <memory>
#include <thread>

#include "tensors.h"

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 10)
#include <c10/core/CachingDeviceAllocator.h>
#define XCLR_DEVICE_STATISTICS 1
#endif

namespace xclr {
namespace {

c10::Stream streamOf(c10::Device device) { return c10::impl::VirtualGuardImpl(device.type()).getStream(device); }

// Events of older versions can only be asked.
template <typename Event>
auto waitFor(const Event& event, int) -> decltype(event.synchronize()) {
  event.synchronize();
}
template <typename Event>
void waitFor(const Event& event, long) {
  while (!event.query()) std::this_thread::sleep_for(std::chrono::microseconds(20));
}

// upload(typed array, dtype, shape, device) → handle on the device. The bytes are copied once into pinned memory, from which
// the device fetches them when its queue comes to it: nothing waits.
napi_value upload(napi_env env, Arguments& args) {
  const Bytes bytes = toBytes(env, args[0], "upload: data");
  const auto dtype = dtypeFromName(toString(env, args[1], "upload: dtype"));
  const auto shape = intList(env, args[2], "upload: shape");
  const c10::Device device(toString(env, args[3], "upload: device"));
  at::Tensor staging = at::empty(shape, at::TensorOptions().dtype(dtype).pinned_memory(!device.is_cpu()));
  if (staging.nbytes() != bytes.size) {
    throw std::runtime_error("upload: data has " + std::to_string(bytes.size) + " bytes, the shape and dtype need " +
                             std::to_string(staging.nbytes()));
  }
  if (bytes.size > 0) std::memcpy(staging.data_ptr(), bytes.data, bytes.size);
  return newHandle(env, device.is_cpu() ? staging : staging.to(device, dtype, /*non_blocking=*/true));
}

// toDevice(handle of a CPU tensor, device) → handle. Through pinned memory (its own, or a copy), so that nothing waits.
napi_value toDevice(napi_env env, Arguments& args) {
  const at::Tensor& source = tensorArgument(env, args[0], "toDevice");
  const c10::Device device(toString(env, args[1], "toDevice: device"));
  if (source.device() == device) return newHandle(env, source);
  if (!source.is_cpu() || device.is_cpu()) return newHandle(env, source.to(device));
  const auto format = source.suggest_memory_format();
  at::Tensor pinned = source.is_pinned() ? source : at::empty(source.sizes(), source.options().pinned_memory(true).memory_format(format)).copy_(source);
  return newHandle(env, pinned.to(device, source.scalar_type(), /*non_blocking=*/true));
}

// pinned(shape, dtype, channelsLast) → handle of pinned memory
napi_value pinned(napi_env env, Arguments& args) {
  const auto format = toBool(env, args[2], "pinned") ? at::MemoryFormat::ChannelsLast : at::MemoryFormat::Contiguous;
  return newHandle(env, at::empty(intList(env, args[0], "pinned: shape"),
                                  at::TensorOptions()
                                      .dtype(dtypeFromName(toString(env, args[1], "pinned: dtype")))
                                      .pinned_memory(true)
                                      .memory_format(format)));
}

// startRead(handle) → [handle of a CPU tensor that will hold its values, event]; event 0: it holds them already
napi_value startRead(napi_env env, Arguments& args) {
  const at::Tensor source = tensorArgument(env, args[0], "startRead").detach();
  uint32_t event = 0;
  at::Tensor target;
  if (source.is_cpu()) {
    target = source.clone();
  } else {
    target = at::empty(source.sizes(), source.options().device(at::kCPU).pinned_memory(true));
    target.copy_(source, /*non_blocking=*/true);
    auto recorded = std::make_shared<c10::Event>(source.device().type());
    recorded->record(streamOf(source.device()));
    event = environmentOf(env).events.add(std::move(recorded));
  }
  napi_value result;
  check(napi_create_array_with_length(env, 2, &result), "napi_create_array");
  napi_set_element(env, result, 0, newHandle(env, std::move(target)));
  napi_set_element(env, result, 1, fromUint32(env, event));
  return result;
}

// finishRead(event): waits until the device has come so far, and forgets the event
napi_value finishRead(napi_env env, Arguments& args) {
  const uint32_t id = toUint32(env, args[0], "finishRead");
  if (id == 0) return nullptr;
  auto& events = environmentOf(env).events;
  const std::shared_ptr<c10::Event> event = events.at(id);
  events.remove(id);
  waitFor(*event, 0);
  return nullptr;
}

// setArithmetic(tf32, benchmark, deterministic): of float32 products and convolutions on CUDA
napi_value setArithmetic(napi_env env, Arguments& args) {
  const bool tf32 = toBool(env, args[0], "setArithmetic: tf32");
  const bool deterministic = toBool(env, args[2], "setArithmetic: deterministic");
  at::Context& context = at::globalContext();
  context.setAllowTF32CuBLAS(tf32);
  context.setAllowTF32CuDNN(tf32);
  context.setBenchmarkCuDNN(toBool(env, args[1], "setArithmetic: benchmark"));
  context.setDeterministicCuDNN(deterministic);
  context.setDeterministicAlgorithms(deterministic, /*warn_only=*/true);
  return nullptr;
}

// arithmetic() → [tf32 of products, tf32 of convolutions, benchmark, deterministic]
napi_value arithmetic(napi_env env, Arguments&) {
  const at::Context& context = at::globalContext();
  const bool values[] = {context.allowTF32CuBLAS(), context.allowTF32CuDNN(), context.benchmarkCuDNN(), context.deterministicCuDNN()};
  napi_value result;
  check(napi_create_array_with_length(env, 4, &result), "napi_create_array");
  for (uint32_t i = 0; i < 4; ++i) napi_set_element(env, result, i, fromBool(env, values[i]));
  return result;
}

// deviceMemory(device) → [bytes in tensors, bytes held from the device, most bytes in tensors so far], or null where this
// LibTorch does not tell
napi_value deviceMemory(napi_env env, Arguments& args) {
  const c10::Device device(toString(env, args[0], "deviceMemory: device"));
#ifdef XCLR_DEVICE_STATISTICS
  auto* allocator = device.is_cpu() ? nullptr : dynamic_cast<c10::DeviceAllocator*>(c10::GetAllocator(device.type()));
  if (allocator != nullptr && allocator->initialized()) {
    const auto statistics = allocator->getDeviceStats(device.has_index() ? device.index() : 0);
    const double values[] = {static_cast<double>(statistics.allocated_bytes[0].current),
                             static_cast<double>(statistics.reserved_bytes[0].current),
                             static_cast<double>(statistics.allocated_bytes[0].peak)};
    napi_value result;
    check(napi_create_array_with_length(env, 3, &result), "napi_create_array");
    for (uint32_t i = 0; i < 3; ++i) napi_set_element(env, result, i, fromDouble(env, values[i]));
    return result;
  }
#endif
  napi_value null;
  check(napi_get_null(env, &null), "napi_get_null");
  return null;
}

}  // namespace

void defineDevice(napi_env env, napi_value exports) {
  define<upload>(env, exports, "upload");
  define<toDevice>(env, exports, "toDevice");
  define<pinned>(env, exports, "pinned");
  define<startRead>(env, exports, "startRead");
  define<finishRead>(env, exports, "finishRead");
  define<setArithmetic>(env, exports, "setArithmetic");
  define<arithmetic>(env, exports, "arithmetic");
  define<deviceMemory>(env, exports, "deviceMemory");
}

}  // namespace xclr
