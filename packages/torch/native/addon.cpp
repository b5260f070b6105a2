// The addon's entry: what JavaScript sees as `native`. It runs once in each environment that loads the addon.
#include "environment.h"
#include "tensors.h"

NAPI_MODULE_INIT() {
  xclr::createEnvironment(env);
  xclr::defineDispatch(env, exports);
  xclr::defineStorage(env, exports);
  xclr::defineAutograd(env, exports);
  xclr::defineRuntime(env, exports);
  xclr::defineDevice(env, exports);
  xclr::defineViewWork(env, exports);
  xclr::defineFileRanges(env, exports);
  xclr::defineDistributed(env, exports);
  return exports;
}
