// Handles to tensors and back; names of dtypes and memory formats.
#include "tensors.h"

#include <utility>

namespace xclr {

at::Tensor& tensorArgument(napi_env env, napi_value value, const char* what) {
  return environmentOf(env).tensors.at(toUint32(env, value, what));
}

template <typename F>
static void forEachElement(napi_env env, napi_value value, const char* what, F&& visit) {
  uint32_t length = 0;
  if (napi_get_array_length(env, value, &length) != napi_ok) throw std::runtime_error(std::string(what) + ": expected an array");
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    check(napi_get_element(env, value, i, &element), what);
    visit(element);
  }
}

std::vector<at::Tensor> tensorList(napi_env env, napi_value value, const char* what) {
  std::vector<at::Tensor> result;
  forEachElement(env, value, what, [&](napi_value element) { result.push_back(tensorArgument(env, element, what)); });
  return result;
}

std::vector<int64_t> intList(napi_env env, napi_value value, const char* what) {
  std::vector<int64_t> result;
  forEachElement(env, value, what, [&](napi_value element) { result.push_back(toInt64(env, element, what)); });
  return result;
}

napi_value newHandle(napi_env env, at::Tensor tensor) {
  return fromUint32(env, tensor.defined() ? environmentOf(env).tensors.add(std::move(tensor)) : 0);
}

napi_value handleArray(napi_env env, const std::vector<at::Tensor>& list) {
  napi_value result;
  check(napi_create_array_with_length(env, list.size(), &result), "napi_create_array");
  for (size_t i = 0; i < list.size(); ++i) {
    check(napi_set_element(env, result, static_cast<uint32_t>(i), newHandle(env, list[i])), "napi_set_element");
  }
  return result;
}

static const std::pair<const char*, c10::ScalarType> kDtypes[] = {
    {"float32", c10::ScalarType::Float}, {"float64", c10::ScalarType::Double}, {"float16", c10::ScalarType::Half},
    {"bfloat16", c10::ScalarType::BFloat16}, {"int64", c10::ScalarType::Long}, {"int32", c10::ScalarType::Int},
    {"int16", c10::ScalarType::Short}, {"int8", c10::ScalarType::Char}, {"uint8", c10::ScalarType::Byte},
    {"bool", c10::ScalarType::Bool}};

static const std::pair<const char*, c10::MemoryFormat> kMemoryFormats[] = {
    {"contiguous", c10::MemoryFormat::Contiguous},
    {"preserve", c10::MemoryFormat::Preserve},
    {"channels_last", c10::MemoryFormat::ChannelsLast}};

c10::ScalarType dtypeFromName(const std::string& name) {
  for (const auto& [known, dtype] : kDtypes) {
    if (name == known) return dtype;
  }
  throw std::runtime_error("unknown dtype '" + name + "'");
}

const char* dtypeName(c10::ScalarType dtype) {
  for (const auto& [name, known] : kDtypes) {
    if (dtype == known) return name;
  }
  throw std::runtime_error(std::string("no name for dtype ") + c10::toString(dtype));
}

int64_t enumFromName(const std::string& name) {
  for (const auto& [known, format] : kMemoryFormats) {
    if (name == known) return static_cast<int64_t>(format);
  }
  return static_cast<int64_t>(dtypeFromName(name));
}

}  // namespace xclr
