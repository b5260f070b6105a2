"""The peer of workers/input.mjs: torchvision's usual input for SimCLR. One JSON command a line in, one answer out."""

import json
import sys
import time

import torch
import torchvision
from PIL import ImageFilter
from torch.utils.data import DataLoader
from torchvision import transforms

threads = int(sys.argv[1])
torch.set_num_threads(threads)
loader = None


class PilBlur:
    """Gaussian blur as MoCo v2's and solo-learn's code does it: PIL's own, a sigma for each image."""

    def __call__(self, image):
        return image.filter(ImageFilter.GaussianBlur(radius=float(torch.empty(1).uniform_(0.1, 2.0))))


class TwoViews:
    def __init__(self, transform):
        self.transform = transform

    def __call__(self, image):
        return self.transform(image), self.transform(image)


def make(path, size, batch, blur):
    """SimCLR's augmentation (Chen et al. 2020, appendix A) from torchvision's transforms, decoded once for both views."""
    global loader
    kernel = size // 20 * 2 + 1
    blurring = transforms.GaussianBlur(kernel, (0.1, 2.0)) if blur == "torchvision" else PilBlur()
    transform = transforms.Compose([
        transforms.RandomResizedCrop(size),
        transforms.RandomHorizontalFlip(),
        transforms.RandomApply([transforms.ColorJitter(0.8, 0.8, 0.8, 0.2)], p=0.8),
        transforms.RandomGrayscale(p=0.2),
        transforms.RandomApply([blurring], p=0.5),
        transforms.ToTensor(),
        transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
    ])
    data = torchvision.datasets.ImageFolder(path, TwoViews(transform))
    loader = DataLoader(data, batch, shuffle=True, num_workers=threads, drop_last=True, persistent_workers=True)


def epoch():
    samples = 0
    for (first, second), _ in loader:
        views = torch.cat([first, second])  # (2b, 3, size, size)
        samples += len(views) // 2
    return samples


for line in sys.stdin:
    command = json.loads(line)
    answer = {}
    if "make" in command:
        make(**command["make"])
    else:
        began = time.perf_counter()
        samples = sum(epoch() for _ in range(command["epochs"]))
        answer = {"seconds": time.perf_counter() - began, "samples": samples}
    versions = {"version": torch.__version__, "torchvision": torchvision.__version__}
    print(json.dumps({**answer, **versions, "threads": threads}), flush=True)
