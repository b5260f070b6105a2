"""The peer of workers/operator-overhead.mjs: microseconds a call of small operators from Python."""

import json
import sys
import time

import torch

torch.set_num_threads(1)
a, b = torch.ones(4), torch.ones(4)
x, w = torch.ones(1, 4, 4, 4), torch.ones(4, 4, 1, 1)
CALLS = {
    "add": lambda: torch.add(a, b),
    "add_": lambda: a.add_(b, alpha=0.0),
    "relu": lambda: torch.relu(a),
    "sum of a dimension": lambda: x.sum(1, keepdim=True),
    "conv2d 1×1": lambda: torch.conv2d(x, w),
}

for line in sys.stdin:
    command = json.loads(line)
    call, count = CALLS[command["call"]], command["count"]
    began = time.perf_counter()
    for _ in range(count):
        call()
    print(json.dumps({"microseconds": (time.perf_counter() - began) / count * 1e6, "version": torch.__version__}), flush=True)
