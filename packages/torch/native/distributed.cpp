// c10d: the store where the processes of a training meet, and collectives among them.
//
// One source for LibTorch 1.13 and 2.x. Collectives on the CPU are Gloo's, which LibTorch has inside; on CUDA they are NCCL's where
// nccl.cpp could be compiled, else Gloo's too.
#include "distributed.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif

#include <csignal>
#include <ctime>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#ifdef XCLR_NCCL
#include "nccl_collectives.h"
#endif
#include "connections.h"
#include "tensors.h"

namespace xclr {
namespace {

using std::chrono::milliseconds;
using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// Between looks at a collective: short at first, for most take less than a millisecond.
constexpr std::chrono::microseconds kFirstPause{5};
constexpr std::chrono::microseconds kLongestPause{500};
// After a signal the others may take this long, or three times as long as they ever took.
constexpr int64_t kLeastGrace = 5000;
// npm passes a signal on that the terminal sent too: one this soon (ms) after the first is the same.
constexpr int64_t kSameSignal = 500;

struct World {
  c10::intrusive_ptr<c10d::TCPStore> server;
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<Collectives> cpu;
  c10::intrusive_ptr<Collectives> cuda;  // NCCL's, where it is there
  milliseconds timeout{0};
  int rank = 0;
  int size = 1;
  std::atomic<int64_t> longestWait{0};  // ms
  std::atomic<int64_t> messages{0};
  std::atomic<int64_t> bytes{0};
};

World& world() {
  static auto* one = new World();  // outlives the threads of c10d
  return *one;
}

c10d::Store& store() {
  TORCH_CHECK(world().store, "the store is not open");
  return *world().store;
}

bool onDevice(const at::Tensor& tensor) { return tensor.is_cuda() && world().cuda; }

Collectives& collectives(const at::Tensor& tensor) {
  World& w = world();
  const auto& group = onDevice(tensor) ? w.cuda : w.cpu;
  TORCH_CHECK(group, "this process has joined no group");
  return *group;
}

void count(const at::Tensor& tensor) {
  ++world().messages;
  world().bytes += static_cast<int64_t>(tensor.nbytes());
}

// --- Signals: JavaScript hears of them only when the collective is over, so waits look for themselves.

struct sigaction handlersBefore[NSIG];
std::atomic<int> signalsSeen{0};
std::atomic<int64_t> firstSignal{0};   // ms
std::atomic<int64_t> latestSignal{0};  // ms

int64_t now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

void onSignal(int number, siginfo_t* info, void* context) {
  const int64_t time = now();
  if (signalsSeen.fetch_add(1) == 0) firstSignal = time;
  latestSignal = time;
  const struct sigaction& before = handlersBefore[number];
  if ((before.sa_flags & SA_SIGINFO) != 0) {
    before.sa_sigaction(number, info, context);
  } else if (before.sa_handler == SIG_DFL) {
    signal(number, SIG_DFL);
    raise(number);
  } else if (before.sa_handler != SIG_IGN) {
    before.sa_handler(number);
  }
}

// Counts SIGINT and SIGTERM on their way to whoever handled them before.
void watchSignals() {
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction present {};
    if (sigaction(number, nullptr, &present) != 0 || present.sa_sigaction == onSignal) continue;
    handlersBefore[number] = present;
    struct sigaction own {};
    own.sa_sigaction = onSignal;
    own.sa_flags = SA_SIGINFO | SA_RESTART;
    sigemptyset(&own.sa_mask);
    sigaction(number, &own, nullptr);
  }
}

void ignoreSignalsAgain() {
  for (const int number : {SIGINT, SIGTERM}) {
    struct sigaction present {};
    if (sigaction(number, nullptr, &present) == 0 && present.sa_sigaction == onSignal)
      sigaction(number, &handlersBefore[number], nullptr);
  }
  signalsSeen = 0;
}

void heedSignals(int64_t began) {
  if (signalsSeen == 0) return;
  const int64_t grace = std::max(kLeastGrace, 3 * world().longestWait);
  const bool again = latestSignal - firstSignal > kSameSignal;
  if (again || now() - std::max(began, firstSignal.load()) > grace)
    throw std::runtime_error("interrupted: a signal came while this process waited for the others");
}

// --- The store.

// What `ask` gets from the store. @throws "group: …" where it does not answer
template <typename Ask>
auto fromStore(Ask ask) {
  try {
    return ask(store());
  } catch (...) {
    throw std::runtime_error("group: " + describeCurrentException());
  }
}

// openStore(host, port, serves, prefix, timeout ms)
napi_value openStore(napi_env env, Arguments& args) {
  World& w = world();
  c10d::TCPStoreOptions options;
  options.port = static_cast<uint16_t>(toInt64(env, args[1], "openStore: port"));
  options.isServer = toBool(env, args[2], "openStore: serves");
  options.waitWorkers = false;  // who is missing is looked after in TypeScript, which names them
  options.timeout = milliseconds(toInt64(env, args[4], "openStore: timeout"));
  w.server = c10::make_intrusive<c10d::TCPStore>(toString(env, args[0], "openStore: host"), options);
  w.store = c10::make_intrusive<c10d::PrefixStore>(toString(env, args[3], "openStore: prefix"), w.server);
  limitAnswers(options.port, options.timeout);
  return nullptr;
}

// storeTimeout(ms): how long a call of the store may take
napi_value storeTimeout(napi_env env, Arguments& args) {
  const milliseconds timeout(toInt64(env, args[0], "storeTimeout: timeout"));
  store().setTimeout(timeout);
  world().server->setTimeout(timeout);
  limitAnswers(world().server->getPort(), timeout);
  return nullptr;
}

napi_value storeSet(napi_env env, Arguments& args) {
  const std::string key = toString(env, args[0], "storeSet: key"), value = toString(env, args[1], "storeSet: value");
  fromStore([&](c10d::Store& store) { store.set(key, std::vector<uint8_t>(value.begin(), value.end())); });
  return nullptr;
}

// storeGet(key) → its value; waits until there is one
napi_value storeGet(napi_env env, Arguments& args) {
  const std::string key = toString(env, args[0], "storeGet: key");
  const auto value = fromStore([&](c10d::Store& store) { return store.get(key); });
  return fromString(env, std::string(value.begin(), value.end()));
}

napi_value storeHas(napi_env env, Arguments& args) {
  const std::string key = toString(env, args[0], "storeHas: key");
  return fromBool(env, fromStore([&](c10d::Store& store) { return store.check({key}); }));
}

// storeAdd(key, by) → the sum so far
napi_value storeAdd(napi_env env, Arguments& args) {
  const std::string key = toString(env, args[0], "storeAdd: key");
  const int64_t by = toInt64(env, args[1], "storeAdd: by");
  return fromInt64(env, fromStore([&](c10d::Store& store) { return store.add(key, by); }));
}

// --- The group.

// joinGroup(rank, size, timeout ms, network interface or address, by interface?); the store is open
napi_value joinGroup(napi_env env, Arguments& args) {
  World& w = world();
  w.rank = static_cast<int>(toInt64(env, args[0], "joinGroup: rank"));
  w.size = static_cast<int>(toInt64(env, args[1], "joinGroup: size"));
  w.timeout = milliseconds(toInt64(env, args[2], "joinGroup: timeout"));
  const std::string place = toString(env, args[3], "joinGroup: place");
  const bool byInterface = toBool(env, args[4], "joinGroup: by interface");
#ifdef USE_C10D_GLOO
  const auto options = c10::make_intrusive<c10d::ProcessGroupGloo::Options>(w.timeout);
  options->devices.push_back(byInterface ? c10d::ProcessGroupGloo::createDeviceForInterface(place)
                                         : c10d::ProcessGroupGloo::createDeviceForHostname(place));
  options->threads = 2;
  w.cpu = c10::make_intrusive<c10d::ProcessGroupGloo>(c10::make_intrusive<c10d::PrefixStore>("gloo", w.store), w.rank,
                                                      w.size, options);
#else
  TORCH_CHECK(false, "joinGroup: this LibTorch was built without Gloo, by which processes exchange data");
#endif
#ifdef XCLR_NCCL
  if (at::hasCUDA())
    w.cuda = newNccl(c10::make_intrusive<c10d::PrefixStore>("nccl", w.store), w.rank, w.size, w.timeout);
#endif
  watchSignals();
  return nullptr;
}

// leaveGroup(keep the store?); harmless where there is no group
napi_value leaveGroup(napi_env env, Arguments& args) {
  World& w = world();
  ignoreSignalsAgain();
  w.cuda.reset();
  w.cpu.reset();
  if (toBool(env, args[0], "leaveGroup: keep the store")) return nullptr;
  w.store.reset();
  w.server.reset();
  w.rank = 0;
  w.size = 1;
  w.longestWait = 0;
  w.messages = 0;
  w.bytes = 0;
  return nullptr;
}

// groupBackends() → names of what moves tensors of the CPU and of CUDA; '' for none
napi_value groupBackends(napi_env env, Arguments&) {
  napi_value names;
  check(napi_create_array_with_length(env, 2, &names), "napi_create_array");
  napi_set_element(env, names, 0, fromString(env, world().cpu ? "gloo" : ""));
  napi_set_element(env, names, 1, fromString(env, world().cuda ? "nccl" : world().cpu ? "gloo" : ""));
  return names;
}

// groupTraffic() → [messages, bytes] that this process handed over since it joined
napi_value groupTraffic(napi_env env, Arguments&) {
  napi_value pair;
  check(napi_create_array_with_length(env, 2, &pair), "napi_create_array");
  napi_set_element(env, pair, 0, fromInt64(env, world().messages));
  napi_set_element(env, pair, 1, fromInt64(env, world().bytes));
  return pair;
}

// --- Collectives.

c10d::ReduceOp::RedOpType reduceOp(const std::string& name) {
  if (name == "sum") return c10d::ReduceOp::SUM;
  if (name == "max") return c10d::ReduceOp::MAX;
  throw std::runtime_error("allReduce: op must be sum or max, got " + name);
}

Pending startReduction(const at::Tensor& tensor, c10d::ReduceOp::RedOpType op) {
  std::vector<at::Tensor> list{tensor};
  c10d::AllreduceOptions options;
  options.reduceOp = op;
  options.timeout = world().timeout;
  count(tensor);
  return {collectives(tensor).allreduce(list, options), onDevice(tensor)};
}

// allReduce_(tensor, 'sum' | 'max'), in place
napi_value allReduce_(napi_env env, Arguments& args) {
  const at::Tensor& tensor = tensorArgument(env, args[0], "allReduce_: tensor");
  TORCH_CHECK(tensor.is_contiguous(), "allReduce_: the tensor must be contiguous");
  awaitRanks(startReduction(tensor.detach(), reduceOp(toString(env, args[1], "allReduce_: op"))));
  return nullptr;
}

// broadcast_(tensor, root), in place
napi_value broadcast_(napi_env env, Arguments& args) {
  const at::Tensor tensor = tensorArgument(env, args[0], "broadcast_: tensor").detach();
  const at::Tensor whole = tensor.contiguous();
  std::vector<at::Tensor> list{whole};
  c10d::BroadcastOptions options;
  options.rootRank = toInt64(env, args[1], "broadcast_: root");
  options.timeout = world().timeout;
  count(whole);
  awaitRanks({collectives(whole).broadcast(list, options), onDevice(whole)});
  if (!whole.is_same(tensor)) tensor.copy_(whole);
  return nullptr;
}

// Rows of all ranks; the gradient of a rank's own rows is the sum of what all ranks' losses say of them.
struct AllGather : torch::autograd::Function<AllGather> {
  static at::Tensor forward(AutogradContext*, const at::Tensor& rows) { return gathered(rows); }

  static tensor_list backward(AutogradContext*, tensor_list upstream) {
    const at::Tensor sum = upstream[0].contiguous().clone();
    awaitRanks(startSum(sum));
    return {sum.chunk(world().size)[world().rank].contiguous()};
  }
};

// allGather(rows (n, …)) → handle (world · n, …)
napi_value allGather(napi_env env, Arguments& args) {
  return newHandle(env, AllGather::apply(tensorArgument(env, args[0], "allGather: rows")));
}

}  // namespace

int worldRank() { return world().rank; }

int worldSize() { return world().size; }

Pending startSum(const at::Tensor& tensor) { return startReduction(tensor, c10d::ReduceOp::SUM); }

at::Tensor gathered(const at::Tensor& tensor) {
  std::vector<at::Tensor> inputs{tensor.contiguous()};
  auto shape = tensor.sizes().vec();
  TORCH_CHECK(!shape.empty(), "allGather: rows must have at least one dimension");
  shape[0] *= world().size;
  const at::Tensor all = at::empty(shape, tensor.options());
  // Gloo has no all-gather into one tensor in 1.13: its parts are views of one.
  std::vector<std::vector<at::Tensor>> outputs{all.chunk(world().size)};
  c10d::AllgatherOptions options;
  options.timeout = world().timeout;
  count(inputs[0]);
  awaitRanks({collectives(tensor).allgather(outputs, inputs, options), onDevice(tensor)});
  return all;
}

void awaitRanks(const Pending& pending) {
  const auto& work = pending.work;
  if (pending.onDevice) {
    work->wait();
    return;
  }
  const int64_t began = now();
  // c10d's own wait would not look after signals, and one with a time-out makes an exception with its stack each time.
  for (auto pause = kFirstPause; !work->isCompleted(); pause = std::min(2 * pause, kLongestPause)) {
    heedSignals(began);
    std::this_thread::sleep_for(pause);
  }
  try {
    work->wait();
  } catch (...) {
    throw std::runtime_error("group: " + describeCurrentException());
  }
  const int64_t took = now() - began;
  if (took > world().longestWait) world().longestWait = took;
}

void defineDistributed(napi_env env, napi_value exports) {
  define<openStore>(env, exports, "openStore");
  define<storeTimeout>(env, exports, "storeTimeout");
  define<storeSet>(env, exports, "storeSet");
  define<storeGet>(env, exports, "storeGet");
  define<storeHas>(env, exports, "storeHas");
  define<storeAdd>(env, exports, "storeAdd");
  define<joinGroup>(env, exports, "joinGroup");
  define<leaveGroup>(env, exports, "leaveGroup");
  define<groupBackends>(env, exports, "groupBackends");
  define<groupTraffic>(env, exports, "groupTraffic");
  define<allReduce_>(env, exports, "allReduce_");
  define<broadcast_>(env, exports, "broadcast_");
  define<allGather>(env, exports, "allGather");
  defineGradientBuckets(env, exports);
  defineSynchronizedNorm(env, exports);
}

}  // namespace xclr
