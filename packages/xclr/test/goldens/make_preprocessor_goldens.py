"""Golden pixels for preprocessor_config.json, from Pillow and NumPy (written with Pillow 9.4.0, NumPy 1.24.2).

    python3 packages/xclr/test/goldens/make_preprocessor_goldens.py

writes preprocessor.json beside this file: a small image, and what Hugging Face's image processors make of it:
resize (the long side cut to a whole number), center crop, rescale, normalize, in Pillow and NumPy as they do.
"""
import json
import pathlib

import numpy as np
import PIL
from PIL import Image

rng = np.random.default_rng(0)
WIDTH, HEIGHT = 37, 29
smooth = rng.integers(0, 256, (8, 10, 3), dtype=np.uint8)
image = Image.fromarray(smooth).resize((WIDTH, HEIGHT), Image.BICUBIC)
MEAN, STD = [0.48, 0.45, 0.40], [0.26, 0.25, 0.27]


def processed(size, resample, crop):
    w, h = image.size
    if isinstance(size, dict) and "height" in size:
        to = (size["width"], size["height"])
    else:
        edge = size["shortest_edge"]
        long = int(edge * max(w, h) / min(w, h))
        to = (edge, long) if w <= h else (long, edge)
    x = np.asarray(image.resize(to, resample)).astype(np.float32)
    if crop is not None:
        ch, cw = crop["height"], crop["width"]
        h, w = x.shape[:2]
        padded = np.zeros((max(ch, h), max(cw, w), 3), dtype=np.float32)
        top, left = -((h - ch) // 2) if h < ch else 0, -((w - cw) // 2) if w < cw else 0
        padded[top : top + h, left : left + w] = x
        t, l = (h - ch) // 2 if h > ch else 0, (w - cw) // 2 if w > cw else 0
        x = padded[t : t + ch, l : l + cw]
    x = (x / 255 - np.array(MEAN, dtype=np.float32)) / np.array(STD, dtype=np.float32)
    return x.transpose(2, 0, 1)


cases = []
for size, resample, crop in [
    ({"shortest_edge": 16}, 3, {"height": 12, "width": 12}),
    ({"shortest_edge": 20}, 2, {"height": 16, "width": 14}),
    ({"height": 11, "width": 13}, 2, None),
    ({"height": 40, "width": 48}, 3, None),
    ({"shortest_edge": 10}, 2, {"height": 18, "width": 16}),
]:
    config = dict(size=size, resample=resample, image_mean=MEAN, image_std=STD, do_center_crop=crop is not None)
    if crop is not None:
        config["crop_size"] = crop
    pixels = processed(size, resample, crop)
    cases.append(dict(config=config, shape=list(pixels.shape), pixels=[round(float(v), 5) for v in pixels.flatten()]))

golden = dict(
    versions=dict(pillow=PIL.__version__, numpy=np.__version__),
    width=WIDTH,
    height=HEIGHT,
    image=np.asarray(image).flatten().tolist(),
    cases=cases,
)
pathlib.Path(__file__).with_name("preprocessor.json").write_text(json.dumps(golden))
