// A second, tiny addon without LibTorch: loads shared libraries by their paths.
//
// The addon names LibTorch's libraries without saying where they lie, so that one build serves many machines. The system's
// loader takes libraries of these names that are already in the process: this addon loads them from where they were found.
#include <dlfcn.h>
#include <node_api.h>

#include <string>

namespace {

// load(path): throws what the loader says where it fails. The library stays until the process ends.
napi_value load(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument = nullptr;
  size_t length = 0;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  if (count != 1 || napi_get_value_string_utf8(env, argument, nullptr, 0, &length) != napi_ok) {
    napi_throw_type_error(env, nullptr, "load: expected a path");
    return nullptr;
  }
  std::string path(length, '\0');
  napi_get_value_string_utf8(env, argument, path.data(), length + 1, &length);
  // Local, as Python loads it: nothing else in the process takes its symbols by accident.
  if (dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE) == nullptr) napi_throw_error(env, nullptr, dlerror());
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_value function;
  if (napi_create_function(env, "load", NAPI_AUTO_LENGTH, load, nullptr, &function) != napi_ok ||
      napi_set_named_property(env, exports, "load", function) != napi_ok) {
    napi_throw_error(env, nullptr, "xclr_preload: cannot be set up");
  }
  return exports;
}
