"""Golden numbers for the encoders that are named as timm names them, made by timm's models in float64.

Run: python3 make_timm_goldens.py   (torch >= 1.13 with torchvision, and timm: pip install timm)

As in make_model_goldens.py neither weights nor images are stored; both sides compute them by `pattern` and `fill`.
`timm-state-dicts.json` holds names and shapes of the models that xclr reads and writes under timm's names.
"""

import pathlib
import sys

import timm
import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from make_model_goldens import CLASSES, SEED, fill, pattern, short, write  # noqa: E402

BATCH = 2


def create(name):
    extra = {"dynamic_img_size": True} if name.startswith("vit") else {}
    return timm.create_model(name, num_classes=CLASSES, **extra)


def network(name, size):
    torch.manual_seed(SEED)
    model = create(name)
    initial = {k: short(v) for k, v in model.state_dict().items() if v.ndim > 1}
    fill(model.double())
    images = pattern((BATCH, 3, size, size), 500).requires_grad_()
    output = model.train()(images)
    (output * pattern(output.shape, 1000)).sum().backward()
    body = {
        "timm": timm.__version__,
        "classes": CLASSES, "size": size, "batch": BATCH, "initial": initial,
        "output": output.flatten().tolist(),
        "imageGradient": short(images.grad),
        "gradients": {k: short(p.grad) for k, p in model.named_parameters()},
        "buffers": {k: short(b) for k, b in model.named_buffers() if not k.endswith("num_batches_tracked")},
    }
    with torch.no_grad():
        evaluated = model.eval()(pattern((BATCH, 3, size, size), 501))
        # Another size, higher than wide: average pools with a remainder, position embeddings of another grid.
        other = model(pattern((BATCH, 3, 112, 80), 502))
    write(name, {
        **body, "evaluated": evaluated.flatten().tolist(), "other": other.flatten().tolist(),
        "bfloat16Error": bfloat16_error(fill(create(name)), size, output),
    })


def bfloat16_error(model, size, exact):
    """How far PyTorch's own bfloat16 autocast is from float64: largest error over largest value, channels last."""
    images = pattern((BATCH, 3, size, size), 500).float().contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16), torch.no_grad():
        output = model.train().to(memory_format=torch.channels_last)(images)
    return ((output.double() - exact).abs().max() / exact.abs().max()).item()


def state_dicts():
    names = [
        "resnet18d", "resnet50d", "vit_tiny_patch16_224", "vit_small_patch16_224", "vit_base_patch16_224",
        "mobilenetv3_small_100", "mobilenetv3_large_100", "efficientnet_b0",
    ]
    write("timm-state-dicts", {"timm": timm.__version__, "models": {
        name: {k: list(v.shape) for k, v in timm.create_model(name).state_dict().items()} for name in names
    }})


if __name__ == "__main__":
    torch.set_num_threads(1)
    network("resnet18d", 64)
    network("resnet50d", 64)
    network("vit_tiny_patch16_224", 224)
    state_dicts()
