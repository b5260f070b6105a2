// What one JavaScript environment (the main thread, or a worker thread) owns: its tensors and the operators that it
// has resolved. Nothing here is shared between environments, so nothing here needs a lock.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <vector>

#include "handles.h"
#include "napi.h"

namespace xclr {

struct Operator {
  c10::OperatorHandle handle;
  bool returnsItsArgument;  // in-place: the result is the argument, which the caller already holds
};

struct Environment {
  HandleTable<at::Tensor> tensors;
  std::vector<Operator> operators;
};

// Makes the environment's state; it is deleted, and its tensors with it, when the environment ends.
void createEnvironment(napi_env env);
Environment& environmentOf(napi_env env);

}  // namespace xclr
