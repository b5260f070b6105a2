// Thin helpers over Node-API: every native function is `napi_value f(napi_env, Arguments&)`, exceptions become
// JavaScript errors (with the JavaScript stack of the call).
#pragma once

#include <node_api.h>

#include <array>
#include <stdexcept>
#include <string>

namespace xclr {

constexpr size_t kMaxArguments = 32;

struct Arguments {
  size_t count = kMaxArguments;
  std::array<napi_value, kMaxArguments> values;

  napi_value operator[](size_t i) const {
    if (i >= count) throw std::runtime_error("expected at least " + std::to_string(i + 1) + " arguments");
    return values[i];
  }
};

inline void check(napi_status status, const char* what) {
  if (status != napi_ok) throw std::runtime_error(what);
}

std::string describeCurrentException();

template <napi_value (*F)(napi_env, Arguments&)>
napi_value guarded(napi_env env, napi_callback_info info) {
  Arguments arguments;
  napi_get_cb_info(env, info, &arguments.count, arguments.values.data(), nullptr, nullptr);
  if (arguments.count > kMaxArguments) arguments.count = kMaxArguments;
  try {
    return F(env, arguments);
  } catch (...) {
    napi_throw_error(env, nullptr, describeCurrentException().c_str());
    return nullptr;
  }
}

template <napi_value (*F)(napi_env, Arguments&)>
void define(napi_env env, napi_value exports, const char* name) {
  napi_value fn;
  check(napi_create_function(env, name, NAPI_AUTO_LENGTH, guarded<F>, nullptr, &fn), "napi_create_function");
  check(napi_set_named_property(env, exports, name, fn), "napi_set_named_property");
}

uint32_t toUint32(napi_env env, napi_value value, const char* what);
int64_t toInt64(napi_env env, napi_value value, const char* what);
double toDouble(napi_env env, napi_value value, const char* what);
bool toBool(napi_env env, napi_value value, const char* what);
std::string toString(napi_env env, napi_value value, const char* what);
napi_valuetype typeOf(napi_env env, napi_value value);
bool isNullish(napi_env env, napi_value value);

napi_value fromUint32(napi_env env, uint32_t value);
napi_value fromInt64(napi_env env, int64_t value);
napi_value fromDouble(napi_env env, double value);
napi_value fromBool(napi_env env, bool value);
napi_value fromString(napi_env env, const std::string& value);

// The bytes of a typed array; they stay valid for the duration of the call.
struct Bytes {
  void* data;
  size_t size;
};
Bytes toBytes(napi_env env, napi_value value, const char* what);

}  // namespace xclr
