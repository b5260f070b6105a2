"""Golden numbers for src/models, made by torchvision's models in float64.

Run: python3 make_model_goldens.py   (torch >= 1.13 with torchvision)

Weights and images are not stored: both sides compute them exactly by `pattern` and `fill`, which are shared with
@xclr/torch's goldens. Of each tensor [norm, sum, first entries …] is kept. The loss is sum(output * pattern(1000)).
"""

import json
import pathlib
import sys

import torch
import torchvision

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2] / "torch" / "test" / "goldens"))
from make_goldens import SEED, fill, pattern, summary  # noqa: E402

CLASSES, SIZE, BATCH = 10, 64, 2


def short(t, first=3):
    s = summary(t, first)
    return [s["norm"], s["sum"], *s["first"]]


def write(name, body):
    meta = {"madeBy": pathlib.Path(sys.argv[0]).name, "torch": torch.__version__, "torchvision": torchvision.__version__, "seed": SEED}
    # One line a tensor, so that differences can be read.
    text = json.dumps({"meta": meta, **body}, indent=1)
    lines, depth = [], 0
    for line in text.splitlines():
        if depth > 0:
            lines[-1] += line.strip() + (" " if line.endswith(",") else "")
        else:
            lines.append(line)
        depth += line.count("[") - line.count("]")
    path = HERE / f"{name}.json"
    path.write_text("\n".join(line.rstrip() for line in lines) + "\n")
    print(f"{path.name}: {path.stat().st_size:,} bytes")


def network(name):
    torch.manual_seed(SEED)
    model = getattr(torchvision.models, name)(num_classes=CLASSES)
    # Drawn in float32: equal seeds give equal weights.
    initial = {k: short(v) for k, v in model.state_dict().items() if k.endswith("weight") and v.ndim > 1}
    fill(model.double())
    images = pattern((BATCH, 3, SIZE, SIZE), 500).requires_grad_()
    output = train_without_chance(model)(images)
    (output * pattern(output.shape, 1000)).sum().backward()
    body = {
        "classes": CLASSES, "size": SIZE, "batch": BATCH, "initial": initial,
        "output": output.flatten().tolist(),
        "imageGradient": short(images.grad),
        "gradients": {k: short(p.grad) for k, p in model.named_parameters()},
        "buffers": {k: short(b) for k, b in model.named_buffers() if not k.endswith("num_batches_tracked")},
    }
    # With the running statistics of that one batch.
    body["evaluated"] = model.eval()(pattern((BATCH, 3, SIZE, SIZE), 501)).flatten().tolist()
    body["bfloat16Error"] = bfloat16_error(fill(getattr(torchvision.models, name)(num_classes=CLASSES)), output)
    write(name, body)


def train_without_chance(model):
    """Training mode, but for dropout and stochastic depth, which are random."""
    model.train()
    for module in model.modules():
        if isinstance(module, (torch.nn.Dropout, torchvision.ops.StochasticDepth)):
            module.eval()
    return model


def bfloat16_error(model, exact):
    """How far PyTorch's own bfloat16 autocast is from float64: largest error over largest value, the worse layout."""
    errors = []
    for layout in (torch.contiguous_format, torch.channels_last):
        images = pattern((BATCH, 3, SIZE, SIZE), 500).float().contiguous(memory_format=layout)
        with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
            output = train_without_chance(model.to(memory_format=layout))(images)
        errors.append(((output.double() - exact).abs().max() / exact.abs().max()).item())
    return max(errors)


def state_dicts():
    names = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "mobilenet_v3_small", "mobilenet_v3_large", "efficientnet_b0"]
    write("state-dicts", {"models": {
        name: {k: list(v.shape) for k, v in getattr(torchvision.models, name)().state_dict().items()} for name in names
    }})


if __name__ == "__main__":
    torch.set_num_threads(1)
    network("resnet18")
    network("resnet50")
    network("mobilenet_v3_small")
    network("efficientnet_b0")
    state_dicts()
