"""The other side of weights-exchange.test.ts: torchvision's models writing and reading safetensors.

    python3 weights_exchange.py [read|write:NAME:FILE]…
        write: weights as seeded, to FILE; read: FILE, strictly, into torchvision's NAME

Prints, as a JSON list, what each model makes of fixed images in evaluation: all in one process, as importing torchvision
takes seconds. The format is read and written here in a few lines from its description
(https://github.com/huggingface/safetensors#format): the package is not needed.
"""

import json
import pathlib
import struct
import sys

import numpy as np
import torch
import torchvision

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "torch" / "test" / "goldens"))
from make_goldens import pattern  # noqa: E402

DTYPES = {"F32": np.float32, "I64": np.int64}


def read(path):
    data = pathlib.Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + at for at in entry["data_offsets"])
        values = np.frombuffer(data[begin:end], DTYPES[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
    return tensors


def write(path, tensors):
    header, blobs, at = {}, [], 0
    for name, tensor in tensors.items():
        blob = tensor.contiguous().numpy().tobytes()
        code = next(code for code, dtype in DTYPES.items() if dtype == tensor.numpy().dtype)
        header[name] = {"dtype": code, "shape": list(tensor.shape), "data_offsets": [at, at + len(blob)]}
        blobs.append(blob)
        at += len(blob)
    text = json.dumps(header).encode()
    pathlib.Path(path).write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blobs))


def answer(action, name, file):
    torch.manual_seed(3)
    model = getattr(torchvision.models, name)(num_classes=10)
    images = pattern((2, 3, 64, 64), 7).float()
    with torch.no_grad():
        if action == "write":
            model.train()(images)  # running statistics that are not the initial ones
            write(file, model.state_dict())
        else:
            model.load_state_dict(read(file))
        seen = next(value for key, value in model.state_dict().items() if key.endswith("num_batches_tracked"))
        return {"output": model.eval()(images).flatten().tolist(), "seen": seen.item()}


if __name__ == "__main__":
    print(json.dumps([answer(*task.split(":", 2)) for task in sys.argv[1:]]))
