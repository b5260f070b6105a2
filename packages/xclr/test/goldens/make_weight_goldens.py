"""Files and golden numbers for src/models/weights, made by PyTorch, torchvision and timm.

Run: python3 make_weight_goldens.py   (torch >= 1.13 with torchvision, and timm: pip install timm)

../models/fixtures/ gets small checkpoints in every form that is read or refused. weights.json has, for models of torchvision
and timm whose names differ from xclr's, names and shapes in order, and the features that evaluation gives with weights by
`fill`, so that a test can write such a file, read it under other names and compare what comes out.
"""

import argparse
import collections
import os
import pathlib
import sys
import zipfile

import timm
import torch
import torchvision

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parent / "models" / "fixtures"
sys.path.insert(0, str(HERE))
from make_model_goldens import fill, pattern, short, write  # noqa: E402


def features(model, images):
    with torch.no_grad():
        return model.double().eval()(images.double()).float()


class Pooled(torch.nn.Module):
    """timm's MobileNetV3 has a layer between the pool and its features; ours end at the pool."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, images):
        return self.model.forward_features(images).mean((2, 3))


class NoHead(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        model.heads = torch.nn.Identity()
        self.model = model

    def forward(self, images):
        return self.model(images)


def foreign_models():
    made = {}
    for ours, theirs in [
        ("mobilenet_v3_small", "mobilenetv3_small_100"),
        ("mobilenet_v3_large", "mobilenetv3_large_100"),
        ("efficientnet_b0", "efficientnet_b0"),
    ]:
        model = fill(timm.create_model(theirs, num_classes=10).double())
        made[f"timm {theirs}"] = {
            "encoder": ours, "size": 64,
            "names": {k: list(v.shape) for k, v in model.state_dict().items()},
            "features": short(features(Pooled(model), pattern((2, 3, 64, 64), 7)), 64),
        }
    vit = torchvision.models.VisionTransformer(
        image_size=224, patch_size=16, num_layers=12, num_heads=3, hidden_dim=192, mlp_dim=768, num_classes=10
    )
    fill(vit.double())
    names = {k: list(v.shape) for k, v in vit.state_dict().items()}
    made["torchvision VisionTransformer"] = {
        "encoder": "vit_tiny_patch16_224", "size": 224, "names": names,
        "features": short(features(NoHead(vit), pattern((2, 3, 224, 224), 7)), 64),
    }
    write("weights", {"timm": timm.__version__, "models": made})


class Custom:
    """A class of the training script, as whole models are."""


class Evil:
    def __reduce__(self):
        return os.system, ("echo this must never run > /tmp/xclr-pickle-was-run",)


def tensors():
    """Every dtype, shared and strided storages, a scalar and an empty tensor."""
    base = pattern((4, 6), 1).float()
    state = collections.OrderedDict()
    state["plain"] = base
    state["row"] = base[1]  # shares its storage
    state["transposed"] = base.t()
    state["every_second"] = base[:, ::2]
    state["channels_last"] = pattern((2, 3, 4, 5), 2).float().contiguous(memory_format=torch.channels_last)
    state["expanded"] = torch.tensor([1.5, -2.5]).reshape(2, 1).expand(2, 3)
    state["float64"] = pattern((3,), 3)
    state["float16"] = pattern((3,), 4).half()
    state["bfloat16"] = pattern((3,), 5).bfloat16()
    state["int64"] = torch.tensor([-1, 2**40])
    state["int32"] = torch.tensor([-7, 8], dtype=torch.int32)
    state["uint8"] = torch.tensor([0, 255], dtype=torch.uint8)
    state["bool"] = torch.tensor([True, False])
    state["scalar"] = torch.tensor(3.25)
    state["empty"] = torch.zeros(0, 3)
    state["parameter"] = torch.nn.Parameter(torch.tensor([0.5, 0.25]))
    return state


def rezip(source, target, change, method=zipfile.ZIP_STORED):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", method) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        extra = change("", b"")
        if extra:
            new.writestr(*extra)


def fixtures():
    FIXTURES.mkdir(exist_ok=True)
    at = lambda name: FIXTURES / name
    state = tensors()
    torch.save(state, at("tensors.pth"))
    torch.save(state, at("tensors-protocol-4.pth"), pickle_protocol=4)
    torch.save(state, at("tensors-legacy.pth"), _use_new_zipfile_serialization=False)
    rezip(at("tensors.pth"), at("tensors-deflated.pth"), lambda _, content: content, zipfile.ZIP_DEFLATED)
    rezip(at("tensors.pth"), at("big-endian.pth"), lambda name, content: content if name else ("tensors/byteorder", b"big"))
    rezip(at("tensors.pth"), at("no-pickle.pth"), lambda name, content: None if name.endswith("data.pkl") else content)
    rezip(at("tensors.pth"), at("missing-storage.pth"), lambda name, content: None if name.endswith("data/0") else content)
    nested = {
        "epoch": 3, "arch": "resnet50", "best": 0.5, "long": 2**70, "none": None, "betas": (0.9, 0.999),
        "state_dict": state, "optimizer": {"state": {0: {"momentum": torch.zeros(2)}}, "param_groups": [{"lr": 0.1}]},
        "args": argparse.Namespace(lr=0.1, path=pathlib.PurePosixPath("/data")), "counts": collections.defaultdict(int, a=1),
    }
    torch.save(nested, at("nested.pth"))
    torch.save({"student": state, "teacher": state, "epoch": 1}, at("teacher.pth"))
    torch.save({"a": state, "b": state}, at("ambiguous.pth"))
    torch.save({"epoch": 3}, at("no-tensors.pth"))
    torch.save(torch.zeros(3), at("one-tensor.pth"))
    torch.save({"state_dict": state, "custom": Custom()}, at("custom-class.pth"))
    torch.save({"state_dict": state, "evil": Evil()}, at("evil.pth"))
    torch.save({"state_dict": state, "evil": Evil()}, at("evil-legacy.pth"), _use_new_zipfile_serialization=False)
    torch.save(torch.nn.Linear(2, 2), at("whole-model.pth"))
    torch.jit.script(torch.nn.Linear(2, 2)).save(str(at("torchscript.pt")))
    for path in sorted(FIXTURES.iterdir()):
        print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(0)
    fixtures()
    foreign_models()
