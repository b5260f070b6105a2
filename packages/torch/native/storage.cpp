// Tensors from and into JavaScript memory and mapped files; what a handle is.
#include <ATen/ATen.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "tensors.h"

namespace xclr {
namespace {

// fromBytes(typed array, dtype, shape) → handle; copies once
napi_value fromBytes(napi_env env, Arguments& args) {
  const Bytes bytes = toBytes(env, args[0], "tensor: data");
  const auto dtype = dtypeFromName(toString(env, args[1], "tensor: dtype"));
  at::Tensor result = at::empty(intList(env, args[2], "tensor: shape"), at::TensorOptions().dtype(dtype));
  if (result.nbytes() != bytes.size) {
    throw std::runtime_error("tensor: data has " + std::to_string(bytes.size) + " bytes, the shape and dtype need " +
                             std::to_string(result.nbytes()));
  }
  if (bytes.size > 0) std::memcpy(result.data_ptr(), bytes.data, bytes.size);
  return newHandle(env, std::move(result));
}

// borrow(typed array, dtype, shape) → handle of a tensor over the array's own memory, which lives as long as the tensor
napi_value borrow(napi_env env, Arguments& args) {
  const Bytes bytes = toBytes(env, args[0], "borrow: data");
  const auto options = at::TensorOptions().dtype(dtypeFromName(toString(env, args[1], "borrow: dtype")));
  const auto shape = intList(env, args[2], "borrow: shape");
  int64_t count = 1;
  for (const int64_t extent : shape) count *= extent;
  if (static_cast<size_t>(count) * options.dtype().itemsize() != bytes.size) {
    throw std::runtime_error("borrow: data has " + std::to_string(bytes.size) + " bytes, the shape and dtype need " +
                             std::to_string(static_cast<size_t>(count) * options.dtype().itemsize()));
  }
  if (bytes.size == 0) return newHandle(env, at::empty(shape, options));
  const auto unused = environmentOf(env).unused;
  for (napi_ref reference : unused->take()) napi_delete_reference(env, reference);
  napi_ref reference;
  check(napi_create_reference(env, args[0], 1, &reference), "borrow: napi_create_reference");
  return newHandle(env, at::from_blob(bytes.data, shape,
                                      [unused, reference](void*) { unused->add(reference); }, options));
}

// readInto(handle, typed array): waits for the device
napi_value readInto(napi_env env, Arguments& args) {
  const at::Tensor source = tensorArgument(env, args[0], "copyTo").detach().to(at::kCPU).contiguous();
  const Bytes bytes = toBytes(env, args[1], "copyTo: target");
  if (source.nbytes() != bytes.size) {
    throw std::runtime_error("copyTo: the target has " + std::to_string(bytes.size) + " bytes, the tensor has " +
                             std::to_string(source.nbytes()));
  }
  if (bytes.size > 0) std::memcpy(bytes.data, source.data_ptr(), bytes.size);
  return nullptr;
}

// item(handle) → number; waits for the device
napi_value item(napi_env env, Arguments& args) {
  const at::Tensor& tensor = tensorArgument(env, args[0], "item");
  TORCH_CHECK(tensor.numel() == 1, "item: expected a tensor of one element, got ", tensor.numel());
  return fromDouble(env, tensor.item().toDouble());
}

// The whole file stays mapped until the last tensor made from it is gone.
napi_value mapFile(napi_env env, Arguments& args) {
  const std::string path = toString(env, args[0], "mapFile: path");
  const int64_t offset = toInt64(env, args[1], "mapFile: offset");
  const auto dtype = dtypeFromName(toString(env, args[2], "mapFile: dtype"));
  const auto shape = intList(env, args[3], "mapFile: shape");
  int64_t count = 1;
  for (const int64_t extent : shape) count *= extent;
  const int64_t need = count * static_cast<int64_t>(c10::elementSize(dtype));
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) throw std::runtime_error("mapFile: cannot open " + path + ": " + std::strerror(errno));
  struct stat status {};
  fstat(file, &status);
  if (offset < 0 || offset + need > status.st_size) {
    close(file);
    throw std::runtime_error("mapFile: " + path + " has " + std::to_string(status.st_size) + " bytes, expected at least " +
                             std::to_string(offset + need) + ": the file is cut short");
  }
  if (need == 0) {
    close(file);
    return newHandle(env, at::empty(shape, at::TensorOptions().dtype(dtype)));
  }
  const size_t size = static_cast<size_t>(status.st_size);
  // Private and writable: a stray in-place write changes this process's copy, never the file.
  void* base = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  const int mapError = errno;
  close(file);
  if (base == MAP_FAILED) throw std::runtime_error("mapFile: cannot map " + path + ": " + std::strerror(mapError));
  return newHandle(env, at::from_blob(static_cast<char*>(base) + offset, shape,
                                      [base, size](void*) { munmap(base, size); }, at::TensorOptions().dtype(dtype)));
}

napi_value sizes(napi_env env, c10::IntArrayRef list) {
  napi_value result;
  check(napi_create_array_with_length(env, list.size(), &result), "napi_create_array");
  for (size_t i = 0; i < list.size(); ++i) {
    check(napi_set_element(env, result, static_cast<uint32_t>(i), fromInt64(env, list[i])), "napi_set_element");
  }
  return result;
}

napi_value shape(napi_env env, Arguments& args) { return sizes(env, tensorArgument(env, args[0], "shape").sizes()); }
napi_value strides(napi_env env, Arguments& args) { return sizes(env, tensorArgument(env, args[0], "strides").strides()); }
napi_value dtype(napi_env env, Arguments& args) {
  return fromString(env, dtypeName(tensorArgument(env, args[0], "dtype").scalar_type()));
}
napi_value device(napi_env env, Arguments& args) {
  return fromString(env, tensorArgument(env, args[0], "device").device().str());
}
napi_value isContiguous(napi_env env, Arguments& args) {
  const auto format = static_cast<c10::MemoryFormat>(enumFromName(toString(env, args[1], "isContiguous: memoryFormat")));
  return fromBool(env, tensorArgument(env, args[0], "isContiguous").is_contiguous(format));
}

napi_value alias(napi_env env, Arguments& args) { return newHandle(env, tensorArgument(env, args[0], "alias")); }

// release(handles)
napi_value release(napi_env env, Arguments& args) {
  auto& tensors = environmentOf(env).tensors;
  uint32_t length = 0;
  check(napi_get_array_length(env, args[0], &length), "release: expected an array");
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    check(napi_get_element(env, args[0], i, &element), "release");
    tensors.remove(toUint32(env, element, "release"));
  }
  return nullptr;
}

napi_value releaseOne(napi_env env, Arguments& args) {
  environmentOf(env).tensors.remove(toUint32(env, args[0], "dispose"));
  return nullptr;
}

napi_value liveTensors(napi_env env, Arguments&) { return fromDouble(env, static_cast<double>(environmentOf(env).tensors.live())); }

}  // namespace

void defineStorage(napi_env env, napi_value exports) {
  define<fromBytes>(env, exports, "fromBytes");
  define<borrow>(env, exports, "borrow");
  define<readInto>(env, exports, "readInto");
  define<item>(env, exports, "item");
  define<mapFile>(env, exports, "mapFile");
  define<shape>(env, exports, "shape");
  define<strides>(env, exports, "strides");
  define<dtype>(env, exports, "dtype");
  define<device>(env, exports, "device");
  define<isContiguous>(env, exports, "isContiguous");
  define<alias>(env, exports, "alias");
  define<release>(env, exports, "release");
  define<releaseOne>(env, exports, "releaseOne");
  define<liveTensors>(env, exports, "liveTensors");
}

}  // namespace xclr
