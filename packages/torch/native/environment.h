// What one JavaScript environment (the main thread, or a worker thread) owns: its tensors and the operators that it
// has resolved. Nothing here is shared between environments; only the list of unused references needs a lock.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/core/Event.h>

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "handles.h"
#include "napi.h"

namespace xclr {

struct Operator {
  c10::OperatorHandle handle;
  bool returnsItsArgument;  // in-place: the result is the argument, which the caller already holds
};

// References to arrays whose tensors are gone: a tensor may end on any thread, a reference on its environment's alone.
class UnusedReferences {
 public:
  void add(napi_ref reference) {
    const std::lock_guard<std::mutex> lock(mutex_);
    references_.push_back(reference);
  }
  std::vector<napi_ref> take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::exchange(references_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<napi_ref> references_;
};

struct Environment {
  std::shared_ptr<UnusedReferences> unused = std::make_shared<UnusedReferences>();
  HandleTable<at::Tensor> tensors;
  HandleTable<std::shared_ptr<c10::Event>> events;  // recorded where values are read later
  std::vector<Operator> operators;
};

// Makes the environment's state; it is deleted, and its tensors with it, when the environment ends.
void createEnvironment(napi_env env);
Environment& environmentOf(napi_env env);

}  // namespace xclr
