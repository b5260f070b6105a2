// The state of each JavaScript environment, kept as Node-API instance data.
#include "environment.h"

namespace xclr {

void createEnvironment(napi_env env) {
  const auto finalize = [](napi_env, void* data, void*) { delete static_cast<Environment*>(data); };
  auto* environment = new Environment();
  if (napi_set_instance_data(env, environment, finalize, nullptr) != napi_ok) {
    delete environment;
    throw std::runtime_error("napi_set_instance_data");
  }
}

Environment& environmentOf(napi_env env) {
  void* data = nullptr;
  check(napi_get_instance_data(env, &data), "napi_get_instance_data");
  return *static_cast<Environment*>(data);
}

}  // namespace xclr
