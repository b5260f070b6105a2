"""The peer of workers/train-step.mjs in PyTorch: one JSON command a line in, one JSON answer a line out."""

import json
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

try:
    from torchvision import models
except ImportError:
    import resnet as models

torch.set_num_threads(int(sys.argv[1]))
model = optimizer = images = targets = None
precision = "float32"
device = "cpu"


def make(encoder, size, batch, precision_, layout, device_="cpu", compiled=False):
    """An encoder with torchvision's layers, SimCLR's projector, one fixed batch of two views, SGD with momentum."""
    global model, optimizer, images, targets, precision, device
    torch.manual_seed(0)
    precision = precision_
    device = device_
    trunk = getattr(models, encoder)()
    features = trunk.fc.in_features
    trunk.fc = nn.Identity()
    projector = nn.Sequential(
        nn.Linear(features, features, bias=False),
        nn.BatchNorm1d(features),
        nn.ReLU(inplace=True),
        nn.Linear(features, 128, bias=False),
    )
    form = torch.channels_last if layout == "channels_last" else torch.contiguous_format
    model = nn.Sequential(trunk, projector).to(device=device, memory_format=form).train()
    optimizer = torch.optim.SGD(model.parameters(), 0.01, momentum=0.9, weight_decay=1e-4)
    images = torch.randn(batch, 3, size, size).to(device).contiguous(memory_format=form)
    captions = F.normalize(torch.randn(batch // 2, 64)).repeat(2, 1)
    targets = (captions @ captions.t() / 0.1).to(device)
    if compiled:
        model = torch.compile(model)


def contrastive_loss(z, graph, temperature=0.1):
    itself = torch.eye(len(z), dtype=torch.bool, device=z.device)
    unit = F.normalize(z.float())
    log_p = F.log_softmax((unit @ unit.t() / temperature).masked_fill(itself, -torch.inf), 1)
    s = F.softmax(graph.masked_fill(itself, -torch.inf), 1)
    return -(s * log_p.masked_fill(s == 0, 0)).sum() / len(z)


def step():
    """One step; the loss stays on its device."""
    with torch.autocast(device, torch.bfloat16, enabled=precision == "bfloat16"):
        z = model(images)
    loss = contrastive_loss(z, targets)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()
    return loss.detach()


def timed_step():
    began = time.perf_counter()
    value = step().item()
    return time.perf_counter() - began, value


def timed_together(steps):
    """A GPU works behind the program, which waits for it only once: the mean of the steps stands for each."""
    began = time.perf_counter()
    for _ in range(steps):
        loss = step()
    value = loss.item()
    return [((time.perf_counter() - began) / steps, value)] * steps


for line in sys.stdin:
    command = json.loads(line)
    answer = {}
    if "make" in command:
        settings = command["make"]
        make(precision_=settings.pop("precision"), device_=settings.pop("device", "cpu"), **settings)
    else:
        steps, before = command["steps"], time.process_time()
        timed = [timed_step() for _ in range(steps)] if device == "cpu" else timed_together(steps)
        used = (time.process_time() - before) / steps  # of the processor, a step
        answer = {"seconds": [t for t, _ in timed], "cpuSeconds": used, "loss": timed[-1][1]}
    print(json.dumps({**answer, "threads": torch.get_num_threads(), "version": torch.__version__}), flush=True)
