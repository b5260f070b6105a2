"""Golden views of photograph-like images, from torchvision (written with 0.14.1 and torch 1.13.1, seed 0).

    /usr/bin/python3 packages/xclr/test/goldens/make_view_goldens.py

writes views/*.jpg (noise with detail at all scales, as natural images have it) and views.json beside this file: evaluation
views (Resize and CenterCrop) and crops (RandomResizedCrop's windows, resized), both with antialias=True, each with its
detail (mean squared difference of neighbors), the mean and deviation of its channels, and the pixels of small ones.
"""
import base64
import json
import pathlib

import torch
import torchvision
from torchvision.io import decode_jpeg, encode_jpeg, read_file, write_file
from torchvision.transforms import RandomResizedCrop
from torchvision.transforms import functional as F

torch.manual_seed(0)
here = pathlib.Path(__file__).parent
(here / "views").mkdir(exist_ok=True)


def photograph(height, width):
    """Octaves of noise, nearly as strong at every scale, and some edges."""
    image = torch.zeros(3, height, width)
    for octave in range(9):
        cells = 2 ** (octave + 1)
        noise = torch.randn(1, 3, min(height, cells), min(width, cells))
        noise[:, 1:] = 0.6 * noise[:, :1] + 0.4 * noise[:, 1:]
        image += F.resize(noise, [height, width], antialias=False)[0] * 0.95**octave
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    for _ in range(12):
        cy, cx, r = torch.rand(3) * torch.tensor([height, width, height / 4.0])
        image[:, (y - cy) ** 2 + (x - cx) ** 2 < r**2] += 0.5 * torch.randn(3, 1)
    return (255 * (0.5 + 0.12 * image).clamp(0, 1)).round().to(torch.uint8)


def measured(view, pixels):
    """view: (3, s, s) float in 0 … 1."""
    down, right = view[:, 1:] - view[:, :-1], view[:, :, 1:] - view[:, :, :-1]
    result = dict(
        detail=float((down**2).mean() + (right**2).mean()),
        mean=[float(v) for v in view.mean(dim=(1, 2))],
        std=[float(v) for v in view.std(dim=(1, 2), unbiased=False)],
    )
    if pixels:
        values = (255 * view).round().clamp(0, 255).to(torch.uint8)
        result["pixels"] = base64.b64encode(bytes(values.flatten().tolist())).decode()
    return result


images = []
for name, height, width in [("landscape", 375, 500), ("portrait", 500, 333)]:
    path = here / "views" / f"{name}.jpg"
    write_file(str(path), encode_jpeg(photograph(height, width), quality=80))
    x = decode_jpeg(read_file(str(path))).float() / 255
    sizes = []
    for size in (64, 224):
        edge = round(size / 0.875)
        resized = F.resize(x, [edge], antialias=True)
        long, short = max(resized.shape[1:]), min(resized.shape[1:])
        # Of an odd rest the smaller half, as Hugging Face's processors have it; torchvision's center_crop rounds to even.
        top, left = (resized.shape[1] - size) // 2, (resized.shape[2] - size) // 2
        evaluation = F.crop(resized, top, left, size, size)
        crops = []
        for i in range(24):
            box = RandomResizedCrop.get_params(x, [0.08, 1.0], [3 / 4, 4 / 3])
            top, left, h, w = box
            view = F.resized_crop(x, top, left, h, w, [size, size], antialias=True)
            crops.append(dict(top=top, left=left, height=h, width=w, **measured(view, size == 64 and i < 2)))
        sizes.append(dict(size=size, evaluation=measured(evaluation, size == 64), crops=crops))
    images.append(dict(name=name, height=height, width=width, sizes=sizes))

golden = dict(versions=dict(torch=torch.__version__, torchvision=torchvision.__version__), images=images)
(here / "views.json").write_text(json.dumps(golden) + "\n")
