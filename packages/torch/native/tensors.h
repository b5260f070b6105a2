// Tensors as they cross the border (handles, lists of handles), and names of dtypes and memory formats.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "environment.h"
#include "napi.h"

namespace xclr {

at::Tensor& tensorArgument(napi_env env, napi_value value, const char* what);
std::vector<at::Tensor> tensorList(napi_env env, napi_value value, const char* what);
std::vector<int64_t> intList(napi_env env, napi_value value, const char* what);
napi_value newHandle(napi_env env, at::Tensor tensor);  // 0 for an undefined tensor
napi_value handleArray(napi_env env, const std::vector<at::Tensor>& list);

c10::ScalarType dtypeFromName(const std::string& name);
const char* dtypeName(c10::ScalarType dtype);
// The integer by which schemas pass a ScalarType, MemoryFormat or Layout.
int64_t enumFromName(const std::string& name);

void defineDispatch(napi_env env, napi_value exports);
void defineStorage(napi_env env, napi_value exports);
void defineAutograd(napi_env env, napi_value exports);
void defineRuntime(napi_env env, napi_value exports);
void defineDevice(napi_env env, napi_value exports);
void defineViewWork(napi_env env, napi_value exports);
void defineFileRanges(napi_env env, napi_value exports);
void defineDistributed(napi_env env, napi_value exports);
void defineGradientBuckets(napi_env env, napi_value exports);
void defineSynchronizedNorm(napi_env env, napi_value exports);

}  // namespace xclr
