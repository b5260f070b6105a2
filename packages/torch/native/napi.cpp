// Values in and out of JavaScript.
#include "napi.h"

#include <c10/util/Exception.h>

namespace xclr {

std::string describeCurrentException() {
  try {
    throw;
  } catch (const c10::Error& error) {
    return error.what_without_backtrace();
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "unknown native error";
  }
}

static std::runtime_error expected(const char* what, const char* type) {
  return std::runtime_error(std::string(what) + ": expected " + type);
}

uint32_t toUint32(napi_env env, napi_value value, const char* what) {
  uint32_t result = 0;
  if (napi_get_value_uint32(env, value, &result) != napi_ok) throw expected(what, "a tensor handle");
  return result;
}

int64_t toInt64(napi_env env, napi_value value, const char* what) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) == napi_ok) {
    const auto integer = static_cast<int64_t>(number);
    if (static_cast<double>(integer) != number) throw expected(what, "an integer, got a fraction or NaN");
    return integer;
  }
  int64_t result = 0;
  bool lossless = false;
  if (napi_get_value_bigint_int64(env, value, &result, &lossless) == napi_ok && lossless) return result;
  throw expected(what, "an integer");
}

double toDouble(napi_env env, napi_value value, const char* what) {
  double result = 0;
  if (napi_get_value_double(env, value, &result) != napi_ok) throw expected(what, "a number");
  return result;
}

bool toBool(napi_env env, napi_value value, const char* what) {
  bool result = false;
  if (napi_get_value_bool(env, value, &result) != napi_ok) throw expected(what, "true or false");
  return result;
}

std::string toString(napi_env env, napi_value value, const char* what) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok) throw expected(what, "a string");
  std::string result(length, '\0');
  check(napi_get_value_string_utf8(env, value, result.data(), length + 1, &length), what);
  return result;
}

napi_valuetype typeOf(napi_env env, napi_value value) {
  napi_valuetype type;
  check(napi_typeof(env, value, &type), "napi_typeof");
  return type;
}

bool isNullish(napi_env env, napi_value value) {
  const napi_valuetype type = typeOf(env, value);
  return type == napi_null || type == napi_undefined;
}

napi_value fromUint32(napi_env env, uint32_t value) {
  napi_value result;
  check(napi_create_uint32(env, value, &result), "napi_create_uint32");
  return result;
}

napi_value fromInt64(napi_env env, int64_t value) {
  napi_value result;
  check(napi_create_int64(env, value, &result), "napi_create_int64");
  return result;
}

napi_value fromDouble(napi_env env, double value) {
  napi_value result;
  check(napi_create_double(env, value, &result), "napi_create_double");
  return result;
}

napi_value fromBool(napi_env env, bool value) {
  napi_value result;
  check(napi_get_boolean(env, value, &result), "napi_get_boolean");
  return result;
}

napi_value fromString(napi_env env, const std::string& value) {
  napi_value result;
  check(napi_create_string_utf8(env, value.data(), value.size(), &result), "napi_create_string_utf8");
  return result;
}

Bytes toBytes(napi_env env, napi_value value, const char* what) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  if (napi_get_typedarray_info(env, value, &type, &length, &data, nullptr, nullptr) != napi_ok) {
    throw expected(what, "a typed array");
  }
  size_t width = 1;
  switch (type) {
    case napi_int16_array:
    case napi_uint16_array:
      width = 2;
      break;
    case napi_int32_array:
    case napi_uint32_array:
    case napi_float32_array:
      width = 4;
      break;
    case napi_float64_array:
    case napi_bigint64_array:
    case napi_biguint64_array:
      width = 8;
      break;
    default:
      break;
  }
  return {data, length * width};
}

}  // namespace xclr
