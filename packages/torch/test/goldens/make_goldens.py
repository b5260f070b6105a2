"""Golden numbers for @xclr/torch's nn, optim and io, and for the models built on them, made by PyTorch.

Run: python3 make_goldens.py [name ...]   (torch >= 1.13; resnet* also torchvision; safetensors also `pip install safetensors`)

Weights and inputs are not stored: both sides compute them exactly by `pattern` (an integer hash, see pattern.ts).
Everything is float64 unless it says otherwise, so that the tests can ask for about 1e-9 and see wrong formulas
rather than rounding. Of big tensors only a summary is kept: shape, norm, sum, first entries.
"""

import json
import math
import pathlib
import sys

import numpy as np
import torch
from torch import nn

HERE = pathlib.Path(__file__).parent
SEED = 20240718


def pattern(shape, stream, dtype=torch.float64):
    """Values in [-0.5, 0.5): murmur3's finalizer of the flat index, offset by the stream."""
    n = int(np.prod(shape, dtype=np.int64))
    offset = np.uint32((stream * 0x9E3779B9) & 0xFFFFFFFF)
    with np.errstate(over="ignore"):
        k = np.arange(n, dtype=np.uint32) + offset
        k ^= k >> np.uint32(16)
        k *= np.uint32(0x85EBCA6B)
        k ^= k >> np.uint32(13)
        k *= np.uint32(0xC2B2AE35)
        k ^= k >> np.uint32(16)
    return torch.from_numpy(k.astype(np.float64) / 4294967296.0 - 0.5).reshape(shape).to(dtype)


def fill(module):
    """Fills a module's state by `pattern`, the stream being the place in its state dict; fillByPattern in pattern.ts."""
    stream = 0
    for name, value in module.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        p = pattern(value.shape, stream)
        if value.ndim >= 2:
            p = p * math.sqrt(24.0 / float(np.prod(value.shape[1:])))
        elif name.endswith("weight") or name.endswith("running_var"):
            p = 1.0 + 0.5 * p
        else:
            p = 0.2 * p
        value.copy_(p)
        stream += 1
    return module


def summary(t, first=6):
    t = t.detach().double().contiguous().flatten()
    return {"norm": t.norm().item(), "sum": t.sum().item(), "first": t[:first].tolist()}


def write(name, body):
    meta = {"madeBy": "make_goldens.py", "torch": torch.__version__, "seed": SEED}
    path = HERE / f"{name}.json"
    path.write_text(json.dumps({"meta": meta, **body}, indent=1) + "\n")
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def run(module, *inputs, call=None):
    """One forward and backward of sum(output * pattern(stream 1000)); inputs that are floating also get gradients."""
    inputs = [x.clone().requires_grad_() if x.is_floating_point() else x for x in inputs]
    output = module(*inputs) if call is None else call(module, *inputs)
    (output * pattern(output.shape, 1000)).sum().backward()
    return {
        "shape": list(output.shape),
        "output": summary(output),
        "inputGradients": [summary(x.grad) for x in inputs if x.is_floating_point() and x.grad is not None],
        "gradients": {k: summary(p.grad) for k, p in module.named_parameters() if p.grad is not None},
        "buffers": {k: summary(b) for k, b in module.named_buffers()},
    }


def layers():
    image = pattern((4, 6, 8, 8), 500)
    rows = pattern((5, 6), 501)
    ids = torch.tensor([[1, 0, 3], [3, 2, 4]])
    double = lambda m: fill(m.double())
    cases = {
        "conv2d": run(double(nn.Conv2d(6, 8, 3, stride=2, padding=1)), image),
        "conv2dGroups": run(double(nn.Conv2d(6, 9, (3, 1), padding=(2, 0), dilation=(2, 1), groups=3, bias=False)), image),
        "linear": run(double(nn.Linear(6, 4)), rows),
        "linearNoBias": run(double(nn.Linear(6, 4, bias=False)), rows),
        "groupNorm": run(double(nn.GroupNorm(3, 6)), image),
        "layerNorm": run(double(nn.LayerNorm(6)), rows),
        "layerNorm2": run(double(nn.LayerNorm((8, 8), eps=1e-3)), image),
        "embedding": run(double(nn.Embedding(5, 7)), ids),
        "embeddingPadding": run(double(nn.Embedding(5, 7, padding_idx=3)), ids),
        "gelu": run(nn.GELU(), rows),
        "geluTanh": run(nn.GELU(approximate="tanh"), rows),
        "silu": run(nn.SiLU(), rows),
        "relu": run(nn.ReLU(), rows),
        "hardswish": run(nn.Hardswish(), 10 * rows),
        "hardsigmoid": run(nn.Hardsigmoid(), 10 * rows),
        "sigmoid": run(nn.Sigmoid(), rows),
        "tanh": run(nn.Tanh(), rows),
        "maxPool2d": run(nn.MaxPool2d(3, stride=2, padding=1), image),
        "maxPool2dCeil": run(nn.MaxPool2d(3, ceil_mode=True), image),
        "avgPool2d": run(nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False), image),
        "adaptiveAvgPool2d": run(nn.AdaptiveAvgPool2d((3, 5)), image),
        "flatten": run(nn.Flatten(), image),
        "sequential": run(double(nn.Sequential(nn.Linear(6, 4), nn.ReLU(), nn.Linear(4, 3))), rows),
    }
    for name, make, shape in [
        ("batchNorm2d", lambda: nn.BatchNorm2d(6), (4, 6, 8, 8)),
        ("batchNorm1d", lambda: nn.BatchNorm1d(6), (5, 6)),
        ("batchNormMomentum", lambda: nn.BatchNorm1d(6, eps=1e-3, momentum=0.4), (5, 6)),
        ("batchNormCumulative", lambda: nn.BatchNorm1d(6, momentum=None), (5, 6)),
        ("batchNormNoStatistics", lambda: nn.BatchNorm1d(6, track_running_stats=False, affine=False), (5, 6)),
    ]:
        # Three training batches, the gradients of the third; then one evaluation.
        m = double(make())
        for step in range(2):
            m(pattern(shape, 510 + step))
        cases[name] = run(m, pattern(shape, 512))
        m.zero_grad()
        cases[name + "Eval"] = run(m.eval(), pattern(shape, 513))
    write("layers", {"cases": cases})


def attention():
    n, l, s, e, heads = 2, 4, 5, 8, 2
    q, k, v = (pattern((n, length, e), 520 + i) for i, length in enumerate([l, s, s]))
    own = pattern((n, l, e), 523)
    causal = torch.triu(torch.ones(l, l, dtype=torch.bool), 1)
    padding = torch.tensor([[False, False, False, False, True], [False, False, True, False, True]])
    added = pattern((l, s), 524)
    per_head = pattern((n * heads, l, s), 525)
    mha = lambda **kw: fill(nn.MultiheadAttention(e, heads, batch_first=True, **kw).double())
    cases = {
        "self": run(mha(), own, call=lambda m, x: m(x, x, x, need_weights=False)[0]),
        "selfCausal": run(mha(), own, call=lambda m, x: m(x, x, x, attn_mask=causal, need_weights=False)[0]),
        "cross": run(mha(), q, k, v, call=lambda m, a, b, c: m(a, b, c)[0]),
        "crossPadding": run(mha(), q, k, v, call=lambda m, a, b, c: m(a, b, c, key_padding_mask=padding)[0]),
        "crossAdded": run(mha(), q, k, v, call=lambda m, a, b, c: m(a, b, c, attn_mask=added)[0]),
        "crossPerHead": run(
            mha(bias=False), q, k, v, call=lambda m, a, b, c: m(a, b, c, attn_mask=per_head, key_padding_mask=padding)[0]
        ),
        "weights": run(mha(), q, k, v, call=lambda m, a, b, c: m(a, b, c, key_padding_mask=padding)[1]),
    }
    write("attention", {"cases": cases})


def init():
    """Values drawn after manual_seed, in PyTorch's order of draws; float32, tolerance 1e-6 relative."""
    def drawn(make):
        torch.manual_seed(SEED)
        made = make()
        state = made.state_dict() if isinstance(made, nn.Module) else {"": made}
        return {k: summary(t) for k, t in state.items() if t.is_floating_point()}

    kaiming = lambda m: (nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu"), m)[1]
    e = torch.empty
    cases = {
        "conv2d": drawn(lambda: nn.Conv2d(3, 16, 3)),
        "conv2dGroups": drawn(lambda: nn.Conv2d(8, 16, 3, groups=4)),
        "conv2dKaiming": drawn(lambda: kaiming(nn.Conv2d(3, 64, 7, bias=False))),
        "linear": drawn(lambda: nn.Linear(32, 10)),
        "embedding": drawn(lambda: nn.Embedding(10, 16, padding_idx=1)),
        "multiheadAttention": drawn(lambda: nn.MultiheadAttention(16, 4)),
        "sequential": drawn(lambda: nn.Sequential(nn.Linear(8, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 4))),
        "kaimingNormal": drawn(lambda: nn.init.kaiming_normal_(e(20, 30))),
        "kaimingUniform": drawn(lambda: nn.init.kaiming_uniform_(e(20, 30), a=0.2, mode="fan_out", nonlinearity="leaky_relu")),
        "xavierUniform": drawn(lambda: nn.init.xavier_uniform_(e(20, 30), gain=nn.init.calculate_gain("tanh"))),
        "xavierNormal": drawn(lambda: nn.init.xavier_normal_(e(20, 30))),
        "truncNormal": drawn(lambda: nn.init.trunc_normal_(e(20, 30), mean=0.01, std=0.02)),
        "normal": drawn(lambda: nn.init.normal_(e(20, 30), 1.0, 0.5)),
        "uniform": drawn(lambda: nn.init.uniform_(e(20, 30), -2.0, 3.0)),
    }
    write("init", {"cases": cases})


class Lars(torch.optim.Optimizer):
    """You et al. 2017 (arXiv 1708.03888), algorithm 1: rate inside the momentum buffer; 1-d parameters plain."""

    def __init__(self, params, lr, momentum=0.9, weight_decay=0.0, trust=0.001):
        super().__init__(params, dict(lr=lr, momentum=momentum, weight_decay=weight_decay, trust=trust))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            lr, m, wd, trust = (group[k] for k in ("lr", "momentum", "weight_decay", "trust"))
            for p in group["params"]:
                if p.grad is None:
                    continue
                rate, g = lr, p.grad
                if p.ndim > 1:
                    w_norm, g_norm = p.norm(), p.grad.norm()
                    if w_norm > 0 and g_norm > 0:
                        rate = lr * trust * w_norm / (g_norm + wd * w_norm)
                    g = g + wd * p
                v = self.state[p].setdefault("momentum_buffer", torch.zeros_like(p))
                v.mul_(m).add_(rate * g)
                p.sub_(v)


OPTIM_SHAPES = [(4, 3), (3,), (2, 3, 2, 2), (5, 1)]


def trajectory(make, dtype, steps=8):
    """Gradients are 0.3 w + pattern; the rate falls each step; parameter 3 has no gradient on even steps."""
    params = [nn.Parameter(pattern(s, 600 + i, dtype)) for i, s in enumerate(OPTIM_SHAPES)]
    optimizer = make(params)
    base = [g["lr"] for g in optimizer.param_groups]
    for step in range(steps):
        for g, lr in zip(optimizer.param_groups, base):
            g["lr"] = lr / (1 + 0.5 * step)
        for i, p in enumerate(params):
            p.grad = 0.3 * p.detach() + pattern(p.shape, 700 + 10 * step + i, dtype)
            if i == 3 and step % 2 == 0:
                p.grad = None
        optimizer.step()
    return [p.detach().flatten().tolist() for p in params]


def optim():
    two = lambda ps: [{"params": ps[:2]}, {"params": ps[2:], "lr": 0.2, "weight_decay": 0.0}]
    makers = {
        "sgd": lambda p: torch.optim.SGD(p, 0.1),
        "sgdMomentum": lambda p: torch.optim.SGD(p, 0.1, momentum=0.9, weight_decay=0.01),
        "sgdNesterov": lambda p: torch.optim.SGD(p, 0.1, momentum=0.8, weight_decay=0.02, nesterov=True),
        "sgdGroups": lambda p: torch.optim.SGD(two(p), 0.1, momentum=0.9, weight_decay=0.05),
        "adamw": lambda p: torch.optim.AdamW(p, 0.05),
        "adamwGroups": lambda p: torch.optim.AdamW(two(p), 0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1),
        "lars": lambda p: Lars(p, 5.0, weight_decay=0.1, trust=0.02),
        "larsGroups": lambda p: Lars(two(p), 4.0, momentum=0.7, weight_decay=0.1, trust=0.02),
    }
    cases = {
        name: {d: trajectory(make, t) for d, t in [("float64", torch.float64), ("float32", torch.float32)]}
        for name, make in makers.items()
    }
    grads = [pattern(s, 800 + i) for i, s in enumerate(OPTIM_SHAPES)]
    clip = {}
    for limit in (0.5, 100.0):
        params = [nn.Parameter(torch.zeros(s, dtype=torch.float64)) for s in OPTIM_SHAPES]
        for p, g in zip(params, grads):
            p.grad = g.clone()
        total = nn.utils.clip_grad_norm_(params, limit).item()
        clip[str(limit)] = {"norm": total, "gradients": [p.grad.flatten().tolist() for p in params]}
    write("optim", {"cases": cases, "clip": clip})


def schedules():
    def factors(make, steps=40):
        optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], 1.0)
        schedule = make(optimizer)
        out = []
        for _ in range(steps):
            out.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        return out

    s = torch.optim.lr_scheduler
    write("schedules", {"cases": {
        "linear": factors(lambda o: s.LinearLR(o, start_factor=0.1, total_iters=10)),
        "cosine": factors(lambda o: s.CosineAnnealingLR(o, T_max=30, eta_min=0.02), 31),
        "step": factors(lambda o: s.StepLR(o, step_size=7, gamma=0.3)),
        "multiStep": factors(lambda o: s.MultiStepLR(o, milestones=[5, 6, 20], gamma=0.1)),
        "constant": factors(lambda o: s.ConstantLR(o, factor=1.0)),
    }})


def net(model, size, batch):
    """Training step and evaluation of a network in float64, and its evaluation in float32 from the same state."""
    fill(model.double())
    out = {"train": run(model.train(), pattern((batch, 3, size, size), 500))}
    evaluated = model.eval()(pattern((batch, 3, size, size), 501))
    out["eval"] = evaluated.detach().tolist()
    out["evalFloat32"] = model.float()(pattern((batch, 3, size, size), 501).float()).detach().tolist()
    out["keys"] = {k: list(v.shape) for k, v in model.state_dict().items()}
    return {"size": size, "batch": batch, **out}


def resnets():
    import torchvision
    from torchvision.models.resnet import BasicBlock, ResNet

    def seeded(make):
        torch.manual_seed(SEED)
        model = make()
        return {k: summary(v, 3) for k, v in model.state_dict().items() if k.endswith("weight") and v.ndim > 1}

    for name, make, size in [
        ("resnet-tiny", lambda: ResNet(BasicBlock, [1, 1, 1, 1], num_classes=5), 32),
        ("resnet18", lambda: torchvision.models.resnet18(num_classes=10), 64),
        ("resnet50", lambda: torchvision.models.resnet50(num_classes=10), 64),
    ]:
        write(name, {"torchvision": torchvision.__version__, "init": seeded(make), **net(make(), size, 4)})


def safetensors_file():
    from safetensors.torch import save_file

    torch.manual_seed(SEED)
    save_file({
        "float32": pattern((3, 4), 1).float(), "float64": pattern((5,), 2), "float16": pattern((2, 3), 3).half(),
        "bfloat16": pattern((7,), 4).bfloat16(), "int64": torch.tensor([-(2**40), 7]), "int32": torch.tensor([[1, -2]], dtype=torch.int32),
        "int16": torch.tensor([300, -300], dtype=torch.int16), "int8": torch.tensor([-128, 127], dtype=torch.int8),
        "uint8": torch.tensor([0, 255, 3], dtype=torch.uint8), "bool": torch.tensor([True, False, True]),
        "scalar": torch.tensor(2.5), "empty": torch.zeros(0, 3),
    }, HERE / "from-python.safetensors", metadata={"format": "pt", "note": "Grüße, 世界"})


MAKERS = {f.__name__: f for f in (layers, attention, init, optim, schedules, resnets, safetensors_file)}

if __name__ == "__main__":
    torch.set_num_threads(2)
    for name in sys.argv[1:] or MAKERS:
        torch.manual_seed(SEED)
        MAKERS[name]()
