// Gradients: backward, grad, grad mode, and "a scalar with given gradients" for closed-form losses.
//
// Custom gradients live here because the engine's threads must not call into JavaScript.
#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

#include <type_traits>

#include "tensors.h"

namespace xclr {
namespace {

using torch::autograd::variable_list;

// Its output's gradient times what was given: d value / d inputs[i] = gradients[i].
struct GivenGradients : torch::autograd::Node {
  std::vector<at::Tensor> gradients;

  variable_list apply(variable_list&& upstream) override {
    TORCH_CHECK(!released_, "scalarWithGradients: backward a second time: pass retainGraph the first time");
    variable_list result;
    for (size_t i = 0; i < gradients.size(); ++i) {
      result.push_back(task_should_compute_output(i) ? gradients[i] * upstream[0].to(gradients[i].scalar_type()) : at::Tensor());
    }
    return result;
  }

  void release_variables() override {
    gradients.clear();
    released_ = true;
  }

 private:
  bool released_ = false;
};

// Nodes are counted by std::shared_ptr up to LibTorch 2.12, by intrusive_ptr after it.
template <typename T, typename Pointer = decltype(torch::autograd::Edge::function)>
auto makeNode() {
  if constexpr (std::is_same_v<Pointer, std::shared_ptr<torch::autograd::Node>>) {
    return std::shared_ptr<T>(new T(), [](T* node) { deleteNode(node); });
  } else {
    return c10::make_intrusive<T>();
  }
}

// scalarWithGradients(value, inputs, gradients) → handle
napi_value scalarWithGradients(napi_env env, Arguments& args) {
  const at::Tensor value = tensorArgument(env, args[0], "scalarWithGradients: value").detach();
  const auto inputs = tensorList(env, args[1], "scalarWithGradients: inputs");
  auto gradients = tensorList(env, args[2], "scalarWithGradients: gradients");
  TORCH_CHECK(value.numel() == 1, "scalarWithGradients: value must have one element, got ", value.numel());
  TORCH_CHECK(inputs.size() == gradients.size(), "scalarWithGradients: ", inputs.size(), " inputs need as many gradients, got ",
              gradients.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    TORCH_CHECK(inputs[i].sizes() == gradients[i].sizes(), "scalarWithGradients: gradient ", i, " must have its input's shape ",
                inputs[i].sizes(), ", got ", gradients[i].sizes());
    gradients[i] = gradients[i].detach();
  }
  at::Tensor result = value.clone();
  if (c10::GradMode::is_enabled() && torch::autograd::any_variable_requires_grad(inputs)) {
    auto node = makeNode<GivenGradients>();
    node->set_next_edges(torch::autograd::collect_next_edges(inputs));
    node->gradients = std::move(gradients);
    torch::autograd::create_gradient_edge(result, node);
  }
  return newHandle(env, std::move(result));
}

// backward(root, gradient | null, retainGraph)
napi_value backward(napi_env env, Arguments& args) {
  const at::Tensor root = tensorArgument(env, args[0], "backward");
  variable_list gradients;
  if (!isNullish(env, args[1])) gradients.push_back(tensorArgument(env, args[1], "backward: gradient"));
  torch::autograd::backward({root}, gradients, toBool(env, args[2], "backward: retainGraph"));
  return nullptr;
}

// grad(outputs, inputs, gradients | null, createGraph) → handles (0 where an input is unused)
napi_value grad(napi_env env, Arguments& args) {
  const auto outputs = tensorList(env, args[0], "grad: outputs");
  const auto inputs = tensorList(env, args[1], "grad: inputs");
  variable_list gradients;
  if (!isNullish(env, args[2])) gradients = tensorList(env, args[2], "grad: gradients");
  const bool createGraph = toBool(env, args[3], "grad: createGraph");
  return handleArray(env, torch::autograd::grad(outputs, inputs, gradients, createGraph, createGraph, /*allow_unused=*/true));
}

napi_value requiresGrad(napi_env env, Arguments& args) {
  return fromBool(env, tensorArgument(env, args[0], "requiresGrad").requires_grad());
}

napi_value setRequiresGrad(napi_env env, Arguments& args) {
  tensorArgument(env, args[0], "requiresGrad_").set_requires_grad(toBool(env, args[1], "requiresGrad_: on"));
  return nullptr;
}

// gradients(handles) → handles, 0 where there is none
napi_value gradients(napi_env env, Arguments& args) {
  std::vector<at::Tensor> result;
  for (const at::Tensor& tensor : tensorList(env, args[0], "grad")) result.push_back(tensor.grad());
  return handleArray(env, result);
}

napi_value setGradient(napi_env env, Arguments& args) {
  at::Tensor& tensor = tensorArgument(env, args[0], "setGrad");
  tensor.mutable_grad() = isNullish(env, args[1]) ? at::Tensor() : tensorArgument(env, args[1], "setGrad: gradient");
  return nullptr;
}

napi_value clearGradients(napi_env env, Arguments& args) {
  for (at::Tensor& tensor : tensorList(env, args[0], "zeroGrad")) tensor.mutable_grad() = at::Tensor();
  return nullptr;
}

// setGradMode(on) → what it was
napi_value setGradMode(napi_env env, Arguments& args) {
  const bool before = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(toBool(env, args[0], "setGradMode"));
  return fromBool(env, before);
}

}  // namespace

void defineAutograd(napi_env env, napi_value exports) {
  define<scalarWithGradients>(env, exports, "scalarWithGradients");
  define<backward>(env, exports, "backward");
  define<grad>(env, exports, "grad");
  define<requiresGrad>(env, exports, "requiresGrad");
  define<setRequiresGrad>(env, exports, "setRequiresGrad");
  define<gradients>(env, exports, "gradients");
  define<setGradient>(env, exports, "setGradient");
  define<clearGradients>(env, exports, "clearGradients");
  define<setGradMode>(env, exports, "setGradMode");
}

}  // namespace xclr
