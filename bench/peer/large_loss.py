"""python bench/peer/large_loss.py N ROUNDS THREADS: loss and gradient of N views as PyTorch computes them from the whole matrix, the peer of
bench/workers/large-loss.mjs. Prints a line of JSON a round: seconds, processor seconds, and MiB above the inputs."""

import json
import resource
import sys
import time

import torch

n, rounds, threads = (int(value) for value in sys.argv[1:4])
torch.set_num_threads(threads)
torch.manual_seed(0)


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def processors() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def loss_of(z, captions):
    """Soft cross-entropy between softmax(captions . captions / 0.1) and softmax(cosines / 0.1), without the diagonal."""
    rows = torch.nn.functional.normalize(z)  # (n, d)
    logits = rows @ rows.T / 0.1  # (n, n)
    logits = logits.masked_fill(torch.eye(len(z), dtype=torch.bool), float("-inf"))
    similarities = captions @ captions.T / 0.1  # (n, n)
    similarities = similarities.masked_fill(torch.eye(len(z), dtype=torch.bool), float("-inf"))
    targets = torch.softmax(similarities, dim=1)
    return -(targets * torch.log_softmax(logits, dim=1).masked_fill(targets == 0, 0)).sum(dim=1).mean()


z = torch.randn(n, 128, requires_grad=True)
captions = torch.nn.functional.normalize(torch.randn(n // 2, 384)).repeat(2, 1)  # (n, 384)
loss_of(torch.randn(64, 128, requires_grad=True), captions[:64]).backward()
before = peak()
for _ in range(rounds):
    began, used = time.perf_counter(), processors()
    loss = loss_of(z, captions)
    loss.backward()
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - began,
                "processors": processors() - used,
                "mebibytes": peak() - before,
                "loss": loss.item(),
                "finite": bool(z.grad.isfinite().all()),
                "torch": torch.__version__,
            }
        ),
        flush=True,
    )
    z.grad = None
