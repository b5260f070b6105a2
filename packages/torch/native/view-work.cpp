// Views made on a thread of their own, for a device that is busy meanwhile: the same operator as views.cpp's, with its result in
// pinned memory.
#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tensors.h"
#include "views.h"

namespace xclr {
namespace {

struct ViewWork {
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
  c10::Stack stack;  // the operator's arguments, then its result
  bool pinned;
  at::Tensor result;
  std::string error;
};

void makeViews(napi_env, void* data) {
  auto& job = *static_cast<ViewWork*>(data);
  try {
    static const auto op = c10::Dispatcher::singleton().findSchemaOrThrow("xclr::image_views", "");
    viewsArePinned = job.pinned;
    op.callBoxed(&job.stack);
    viewsArePinned = false;
    // Memory that is new at every batch costs more than the views: its pages are found and cleared one by one. Pinned memory comes from
    // LibTorch's cache, so the operator writes there, in its own dtype; the device narrows it.
    job.result = job.stack[0].toTensor();
    job.stack.clear();  // the images' memory is not needed any longer
  } catch (...) {
    job.error = describeCurrentException();
  }
}

void finish(napi_env env, napi_status status, void* data) {
  auto* job = static_cast<ViewWork*>(data);
  if (status == napi_ok && job->error.empty()) {
    napi_resolve_deferred(env, job->deferred, newHandle(env, std::move(job->result)));
  } else {
    napi_value message, error;
    const std::string text = job->error.empty() ? "image_views: the work was cancelled" : job->error;
    napi_create_string_utf8(env, text.c_str(), text.size(), &message);
    napi_create_error(env, nullptr, message, &error);
    napi_reject_deferred(env, job->deferred, error);
  }
  napi_delete_async_work(env, job->work);
  delete job;
}

std::vector<double> doubles(napi_env env, napi_value list) {
  uint32_t length = 0;
  check(napi_get_array_length(env, list, &length), "image_views: expected an array");
  std::vector<double> values;
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    check(napi_get_element(env, list, i, &element), "image_views");
    values.push_back(toDouble(env, element, "image_views"));
  }
  return values;
}

// imageViewsLater(pixels, parameters, matrices | null, grids | null, out, edges, kernel, threshold, mean, std, pinned)
// → promise of a handle
napi_value imageViewsLater(napi_env env, Arguments& args) {
  const auto optional = [&](napi_value value) {
    return isNullish(env, value) ? c10::IValue() : c10::IValue(tensorArgument(env, value, "image_views"));
  };
  auto job = std::make_unique<ViewWork>();
  job->stack = {c10::IValue(tensorList(env, args[0], "image_views: pixels")),
                c10::IValue(tensorArgument(env, args[1], "image_views: parameters")),
                optional(args[2]),
                optional(args[3]),
                toInt64(env, args[4], "image_views: out"),
                toInt64(env, args[5], "image_views: edges"),
                toInt64(env, args[6], "image_views: kernel"),
                toDouble(env, args[7], "image_views: threshold"),
                c10::IValue(doubles(env, args[8])),
                c10::IValue(doubles(env, args[9]))};
  job->pinned = toBool(env, args[10], "image_views: pinned");
  napi_value promise, name;
  check(napi_create_promise(env, &job->deferred, &promise), "napi_create_promise");
  check(napi_create_string_utf8(env, "xclr views", NAPI_AUTO_LENGTH, &name), "napi_create_string");
  check(napi_create_async_work(env, nullptr, name, makeViews, finish, job.get(), &job->work), "napi_create_async_work");
  check(napi_queue_async_work(env, job->work), "napi_queue_async_work");
  job.release();  // finish() deletes it
  return promise;
}

}  // namespace

void defineViewWork(napi_env env, napi_value exports) { define<imageViewsLater>(env, exports, "imageViewsLater"); }

}  // namespace xclr
