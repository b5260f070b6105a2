"""Golden numbers for the augmentations, from torchvision (written with 0.14.1 and torch 1.13.1, float32, seed 0).

    python3 packages/xclr/test/goldens/make_augment_goldens.py

writes augment.json beside this file: a small image, what each transform makes of it, and statistics of
RandomResizedCrop.get_params over many draws.
"""
import json
import math
import pathlib

import numpy as np
import torch
import torchvision
from torchvision.transforms import AutoAugment, InterpolationMode, RandAugment, RandomErasing, RandomResizedCrop
from torchvision.transforms import functional as F
from torchvision.transforms.autoaugment import _apply_op

torch.manual_seed(0)
SIZE = 16
# Whole numbers of 0 … 255, as decoded images are; the left third is gray, so that hue and saturation meet zero chroma.
pixels = torch.randint(0, 256, (3, SIZE, SIZE))
pixels[1:, :, : SIZE // 3] = pixels[0, :, : SIZE // 3]
x = pixels.float() / 255


def values(t):
    return [round(v, 7) for v in t.flatten().tolist()]


crops = []
for top, left, height, width, out in [(0, 0, 16, 16, 16), (0, 0, 16, 16, 7), (3, 2, 9, 12, 8), (5, 1, 6, 5, 12), (2, 0, 14, 4, 5)]:
    y = F.resized_crop(x, top, left, height, width, [out, out], InterpolationMode.BILINEAR, antialias=True)
    crops.append(dict(top=top, left=left, height=height, width=width, out=out, values=values(y)))

golden = dict(
    versions=dict(torch=torch.__version__, torchvision=torchvision.__version__),
    size=SIZE,
    pixels=pixels.flatten().tolist(),
    crops=crops,
    gray=values(F.rgb_to_grayscale(x)),
    brightness=[dict(factor=f, values=values(F.adjust_brightness(x, f))) for f in (0.3, 1.7)],
    contrast=[dict(factor=f, values=values(F.adjust_contrast(x, f))) for f in (0.3, 1.7)],
    saturation=[dict(factor=f, values=values(F.adjust_saturation(x, f))) for f in (0.3, 1.7)],
    hue=[dict(factor=f, values=values(F.adjust_hue(x, f))) for f in (-0.5, -0.13, 0.0, 0.2)],
    chain=dict(
        factors=[1.3, 0.6, 1.5, -0.1],
        values=values(F.adjust_hue(F.adjust_saturation(F.adjust_contrast(F.adjust_brightness(x, 1.3), 0.6), 1.5), -0.1)),
    ),
    blur=[dict(sigma=s, kernel=k, values=values(F.gaussian_blur(x, [k, k], [s, s]))) for s, k in ((0.5, 3), (1.7, 7))],
    solarize=dict(threshold=0.5, values=values(F.solarize(x, 0.5))),
    normalize=dict(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225],
                   values=values(F.normalize(x, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))),
)

# AutoAugment's and RandAugment's operations on 8-bit images, with magnitudes of both signs.
policy = []
for name, magnitudes in [
    ("ShearX", (0.3, -0.17)), ("ShearY", (0.3, -0.17)), ("TranslateX", (3.7, -5.0)), ("TranslateY", (3.7, -5.0)),
    ("Rotate", (30.0, -13.3)), ("Brightness", (0.9, -0.4)), ("Color", (0.9, -0.4)), ("Contrast", (0.9, -0.4)),
    ("Sharpness", (0.9, -0.4)), ("Posterize", (4, 7)), ("Solarize", (85.0, 200.0)), ("AutoContrast", (0.0,)),
    ("Equalize", (0.0,)), ("Invert", (0.0,)), ("Identity", (0.0,)),
]:
    for magnitude in magnitudes:
        for kind, image in (("noise", pixels.to(torch.uint8)), ("dim", (pixels // 3 + 40).to(torch.uint8))):
            y = _apply_op(image, name, magnitude, InterpolationMode.NEAREST, None)
            policy.append(dict(name=name, magnitude=magnitude, image=kind, values=y.flatten().tolist()))
# Enough pixels for equalize's steps to be above zero.
large = torch.randint(0, 256, (3, 48, 48)).div(2, rounding_mode="floor").to(torch.uint8)
golden["policy"] = policy
golden["equalize"] = dict(size=48, pixels=large.flatten().tolist(), values=F.equalize(large).flatten().tolist())
space = AutoAugment()._augmentation_space(10, (100, 100))
golden["autoAugmentSpace"] = {name: values(magnitudes) if magnitudes.ndim else [0.0] * 10 for name, (magnitudes, _) in space.items()}
space = RandAugment()._augmentation_space(31, (100, 100))
golden["randAugmentSpace"] = {name: values(magnitudes) if magnitudes.ndim else [0.0] * 31 for name, (magnitudes, _) in space.items()}
golden["autoAugmentPolicies"] = AutoAugment().policies

# Erased rectangles on a large square view, in fractions of its side.
erased = [RandomErasing.get_params(torch.empty(1, 1, 1).expand(3, 3000, 3000), (0.02, 0.33), (0.3, 3.3), [0.0])[:4] for _ in range(20_000)]
golden["erased"] = dict(
    height=dict(mean=float(np.mean([e[2] / 3000 for e in erased])), std=float(np.std([e[2] / 3000 for e in erased]))),
    width=dict(mean=float(np.mean([e[3] / 3000 for e in erased])), std=float(np.std([e[3] / 3000 for e in erased]))),
    y=dict(mean=float(np.mean([e[0] / 3000 for e in erased])), std=float(np.std([e[0] / 3000 for e in erased]))),
)

# Distribution of crop windows on large images (so that rounding to pixels is negligible), in fractions of the sides.
DRAWS = 20_000
windows = []
for width, height in ((4000, 3000), (1000, 6000)):
    image = torch.empty(1, 1, 1).expand(3, height, width)
    draws = [RandomResizedCrop.get_params(image, [0.08, 1.0], [3 / 4, 4 / 3]) for _ in range(DRAWS)]
    columns = dict(
        x=[j / width for i, j, h, w in draws],
        y=[i / height for i, j, h, w in draws],
        width=[w / width for i, j, h, w in draws],
        height=[h / height for i, j, h, w in draws],
        logRatio=[math.log(w / h) for i, j, h, w in draws],
    )
    stats = {}
    for name, column in columns.items():
        t = torch.tensor(column, dtype=torch.float64)
        stats[name] = dict(mean=t.mean().item(), std=t.std().item(), quantiles=torch.quantile(t, torch.tensor([0.1, 0.5, 0.9], dtype=torch.float64)).tolist())
    windows.append(dict(aspect=width / height, draws=DRAWS, stats=stats))
golden["windows"] = windows

pathlib.Path(__file__).with_name("augment.json").write_text(json.dumps(golden) + "\n")
