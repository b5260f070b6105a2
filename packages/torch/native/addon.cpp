// The addon's entry: what JavaScript sees as `native`.
#include "tensors.h"

NAPI_MODULE_INIT() {
  xclr::defineDispatch(env, exports);
  xclr::defineStorage(env, exports);
  xclr::defineAutograd(env, exports);
  xclr::defineRuntime(env, exports);
  return exports;
}
