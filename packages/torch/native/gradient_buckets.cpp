// Gradients summed over the ranks in buckets, each as soon as its last gradient is there, while backward goes on.
//
// In the first step the hooks only write down in which order gradients come, and in how many parts; the ranks agree on an order
// (TypeScript), and the buckets follow it. Every rank starts the same buckets in the same order, whatever its own order is.
#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/functions/accumulate_grad.h>
#include <torch/csrc/autograd/utils/lambda_post_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "distributed.h"
#include "tensors.h"

namespace xclr {
namespace {

using Accumulator = decltype(torch::autograd::impl::grad_accumulator(std::declval<const at::Tensor&>()));

class GradientBuckets : public std::enable_shared_from_this<GradientBuckets> {
 public:
  explicit GradientBuckets(std::vector<at::Tensor> parameters)
      : parameters_(std::move(parameters)), places_(parameters_.size()), parts_(parameters_.size()), came_(parameters_.size()) {}

  // After construction, for the hooks hold the object weakly.
  void listen() {
    for (size_t i = 0; i < parameters_.size(); ++i) {
      Accumulator accumulator = torch::autograd::impl::grad_accumulator(parameters_[i]);
      accumulator->add_post_hook(std::make_unique<torch::autograd::utils::LambdaPostHook>(
          [self = weak_from_this(), i](const torch::autograd::variable_list& outputs,
                                       const torch::autograd::variable_list&) {
            if (const auto buckets = self.lock()) buckets->ready(i);
            return outputs;
          }));
      accumulators_.push_back(std::move(accumulator));
    }
  }

  // Before the backward pass whose gradients are to be summed; earlier passes only add to this process's own.
  void arm() {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (Bucket& bucket : buckets_) {
      bucket.pending = bucket.members.size();
      bucket.work = {};
    }
    next_ = 0;
    order_.clear();
    std::fill(came_.begin(), came_.end(), 0);
    armed_ = true;
  }

  // In which order gradients were complete since arm(): indices of parameters, each once.
  std::vector<int64_t> order() const {
    std::vector<int64_t> complete;
    std::vector<int64_t> left = came_;
    for (const int64_t i : order_)
      if (--left[static_cast<size_t>(i)] == 0) complete.push_back(i);
    return complete;
  }

  bool assigned() const { return !buckets_.empty(); }

  // Buckets of about `bytes` each, of these parameters in this order; the others have no gradient on any rank.
  void assign(const std::vector<int64_t>& order, int64_t bytes) {
    buckets_.clear();
    parts_ = came_;
    for (Place& place : places_) place = {};
    int64_t held = 0;
    for (const int64_t i : order) {
      const at::Tensor& parameter = parameters_.at(static_cast<size_t>(i));
      const auto size = static_cast<int64_t>(parameter.nbytes());
      const bool full = buckets_.empty() || (held > 0 && held + size > bytes) ||
                        parameter.scalar_type() != parameters_[buckets_.back().members[0]].scalar_type();
      if (full) {
        buckets_.emplace_back();
        held = 0;
      }
      held += size;
      places_[static_cast<size_t>(i)] = {true, buckets_.size() - 1, buckets_.back().members.size()};
      buckets_.back().members.push_back(static_cast<size_t>(i));
    }
    for (Bucket& bucket : buckets_) allocate(bucket);
  }

  // Sums what backward has not started, waits for all, and makes the sums the gradients. → buckets that overlapped backward
  int64_t finish() {
    const at::NoGradGuard off;
    armed_ = false;
    for (const size_t i : late_) {
      TORCH_CHECK(false, "gradientBuckets: parameter ", i, " had no gradient on any rank in the first step, and has one now");
    }
    for (size_t i = 0; i < parts_.size() && assigned(); ++i)
      TORCH_CHECK(came_[i] <= std::max<int64_t>(1, parts_[i]), "gradientBuckets: the gradient of parameter ", i, " came in ",
                  parts_[i], " parts in the first step, and in ", came_[i], " now");
    const auto overlapped = static_cast<int64_t>(next_);
    for (; next_ < buckets_.size(); ++next_) {
      Bucket& bucket = buckets_[next_];
      for (size_t place = 0; place < bucket.members.size(); ++place) {
        const at::Tensor& gradient = parameters_[bucket.members[place]].grad();
        if (gradient.defined()) bucket.views[place].copy_(gradient);
        else bucket.views[place].zero_();  // another rank has one
      }
      bucket.work = startSum(bucket.flat);
    }
    for (Bucket& bucket : buckets_) {
      awaitRanks(bucket.work);
      bucket.work = {};
      for (size_t place = 0; place < bucket.members.size(); ++place)
        parameters_[bucket.members[place]].mutable_grad() = bucket.views[place];
    }
    return overlapped;
  }

  size_t count() const { return buckets_.size(); }

 private:
  struct Bucket {
    std::vector<size_t> members;
    at::Tensor flat;
    std::vector<at::Tensor> views;  // of flat, one a member
    size_t pending = 0;
    Pending work;
  };
  struct Place {
    bool used = false;
    size_t bucket = 0;
    size_t place = 0;
  };

  void allocate(Bucket& bucket) {
    const at::NoGradGuard off;
    int64_t length = 0;
    for (const size_t i : bucket.members) length += parameters_[i].numel();
    bucket.flat = at::zeros({length}, parameters_[bucket.members[0]].options().requires_grad(false));
    int64_t offset = 0;
    for (const size_t i : bucket.members) {
      const at::Tensor& parameter = parameters_[i];
      // A gradient lies as its parameter does, channels last too.
      bucket.views.push_back(bucket.flat.as_strided(parameter.sizes(), parameter.strides(), offset));
      offset += parameter.numel();
    }
  }

  // On the thread of the backward pass.
  void ready(size_t i) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!armed_) return;
    order_.push_back(static_cast<int64_t>(i));
    ++came_[i];
    if (buckets_.empty()) return;
    const Place& place = places_[i];
    if (!place.used) {
      late_.push_back(i);  // told by finish(): an exception here would name an operator of the backward pass
      return;
    }
    // A pass backward through blocks that are made again, view size by view size, adds to a gradient in several parts.
    if (came_[i] < parts_[i]) return;
    const at::NoGradGuard off;
    Bucket& bucket = buckets_[place.bucket];
    bucket.views[place.place].copy_(parameters_[i].grad());
    --bucket.pending;
    while (next_ < buckets_.size() && buckets_[next_].pending == 0) {
      buckets_[next_].work = startSum(buckets_[next_].flat);
      ++next_;
    }
  }

  std::vector<at::Tensor> parameters_;
  std::vector<Place> places_;
  std::vector<Accumulator> accumulators_;
  std::vector<Bucket> buckets_;
  std::vector<int64_t> order_;
  std::vector<size_t> late_;
  std::vector<int64_t> parts_;  // of each gradient, in the first step
  std::vector<int64_t> came_;   // of each gradient, since arm()
  size_t next_ = 0;
  bool armed_ = false;
  std::mutex mutex_;
};

HandleTable<std::shared_ptr<GradientBuckets>>& table() {
  static auto* one = new HandleTable<std::shared_ptr<GradientBuckets>>();
  return *one;
}

GradientBuckets& bucketsOf(napi_env env, napi_value value) { return *table().at(toUint32(env, value, "gradientBuckets")); }

// createBuckets(parameters) → id
napi_value createBuckets(napi_env env, Arguments& args) {
  auto buckets = std::make_shared<GradientBuckets>(tensorList(env, args[0], "gradientBuckets: parameters"));
  buckets->listen();
  return fromUint32(env, table().add(std::move(buckets)));
}

napi_value armBuckets(napi_env env, Arguments& args) {
  bucketsOf(env, args[0]).arm();
  return nullptr;
}

// bucketOrder(id) → indices of parameters as their gradients came, or null where the buckets are assigned already
napi_value bucketOrder(napi_env env, Arguments& args) {
  const GradientBuckets& buckets = bucketsOf(env, args[0]);
  napi_value result;
  if (buckets.assigned()) {
    check(napi_get_null(env, &result), "napi_get_null");
    return result;
  }
  const auto order = buckets.order();
  check(napi_create_array_with_length(env, order.size(), &result), "napi_create_array");
  for (size_t i = 0; i < order.size(); ++i) napi_set_element(env, result, static_cast<uint32_t>(i), fromInt64(env, order[i]));
  return result;
}

// assignBuckets(id, order, bytes) → how many there are
napi_value assignBuckets(napi_env env, Arguments& args) {
  GradientBuckets& buckets = bucketsOf(env, args[0]);
  buckets.assign(intList(env, args[1], "gradientBuckets: order"), toInt64(env, args[2], "gradientBuckets: bytes"));
  return fromInt64(env, static_cast<int64_t>(buckets.count()));
}

napi_value finishBuckets(napi_env env, Arguments& args) { return fromInt64(env, bucketsOf(env, args[0]).finish()); }

napi_value disposeBuckets(napi_env env, Arguments& args) {
  table().remove(toUint32(env, args[0], "gradientBuckets"));
  return nullptr;
}

}  // namespace

void defineGradientBuckets(napi_env env, napi_value exports) {
  define<createBuckets>(env, exports, "createBuckets");
  define<armBuckets>(env, exports, "armBuckets");
  define<bucketOrder>(env, exports, "bucketOrder");
  define<assignBuckets>(env, exports, "assignBuckets");
  define<finishBuckets>(env, exports, "finishBuckets");
  define<disposeBuckets>(env, exports, "disposeBuckets");
}

}  // namespace xclr
