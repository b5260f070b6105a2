"""Golden numbers for CLIP's text tower and tokenizer (written with torch 1.13.1, float32, seed 0).

    python3 packages/xclr/test/goldens/make_text_tower_goldens.py

writes text-tower.json beside this file. The tower is put together here from torch.nn's own layers, under the names of OpenAI's
code (github.com/openai/CLIP, clip/model.py); the tokenizer is a second implementation of byte-pair encoding as CLIP does it
(clip/simple_tokenizer.py), written from its description and without its look-up tricks.
"""
import json
import pathlib
import re
import unicodedata

import torch
from torch import nn

torch.manual_seed(0)
VOCABULARY, CONTEXT, WIDTH, HEADS, LAYERS, OUTPUT = 50, 9, 16, 2, 2, 6


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.attn = nn.MultiheadAttention(WIDTH, HEADS)
        self.ln_1 = nn.LayerNorm(WIDTH)
        self.mlp = nn.ModuleDict(dict(c_fc=nn.Linear(WIDTH, 4 * WIDTH), c_proj=nn.Linear(4 * WIDTH, WIDTH)))
        self.ln_2 = nn.LayerNorm(WIDTH)

    def forward(self, x, mask):
        h = self.ln_1(x)
        x = x + self.attn(h, h, h, need_weights=False, attn_mask=mask)[0]
        h = self.mlp["c_fc"](self.ln_2(x))
        return x + self.mlp["c_proj"](h * torch.sigmoid(1.702 * h))


class Tower(nn.Module):
    def __init__(self):
        super().__init__()
        self.token_embedding = nn.Embedding(VOCABULARY, WIDTH)
        self.positional_embedding = nn.Parameter(torch.randn(CONTEXT, WIDTH) * 0.3)
        self.transformer = nn.ModuleDict(dict(resblocks=nn.ModuleList([Block() for _ in range(LAYERS)])))
        self.ln_final = nn.LayerNorm(WIDTH)
        self.text_projection = nn.Parameter(torch.randn(WIDTH, OUTPUT) * 0.5)

    def forward(self, pieces):
        n, length = pieces.shape
        x = (self.token_embedding(pieces) + self.positional_embedding[:length]).permute(1, 0, 2)
        mask = torch.full((length, length), float("-inf")).triu_(1)
        for block in self.transformer["resblocks"]:
            x = block(x, mask)
        x = self.ln_final(x.permute(1, 0, 2))
        return x[torch.arange(n), pieces.argmax(dim=-1)] @ self.text_projection


tower = Tower()
for p in tower.parameters():
    with torch.no_grad():
        p.copy_((p * 1e4).round() / 1e4)
pieces = torch.tensor([[48, 3, 7, 9, 49, 0], [48, 12, 49, 0, 0, 0], [48, 1, 2, 3, 4, 49]])
output = tower(pieces)
(output**2).sum().backward()


def listed(t):
    return [round(v, 6) for v in t.detach().flatten().tolist()]


weights = {name: dict(shape=list(p.shape), values=listed(p), gradient=listed(p.grad)) for name, p in tower.named_parameters()}

# -- the tokenizer ------------------------------------------------------------------------------------------------------


def byte_characters():
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table, extra = {}, 0
    for byte in printable:
        table[byte] = chr(byte)
    for byte in range(256):
        if byte not in table:
            table[byte] = chr(256 + extra)
            extra += 1
    return [table[b] for b in [*printable, *[b for b in range(256) if b not in printable]]], table


CHARACTERS, TABLE = byte_characters()


def words(text):
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip().lower()
    found, i = [], 0
    kind = lambda c: "L" if unicodedata.category(c)[0] == "L" else "N" if unicodedata.category(c)[0] == "N" else " " if c.isspace() else "S"
    while i < len(text):
        contraction = next((c for c in ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"] if text.startswith(c, i)), None)
        if contraction:
            found.append(contraction)
            i += len(contraction)
            continue
        k = kind(text[i])
        if k == " ":
            i += 1
            continue
        j = i + 1
        if k != "N":
            while j < len(text) and kind(text[j]) == k:
                j += 1
        found.append(text[i:j])
        i = j
    return found


MERGES = [("c", "a"), ("ca", "t</w>"), ("d", "o"), ("do", "g</w>"), ("t", "h"), ("th", "e</w>"), ("Ã", "©"), ("'", "s</w>"), ("c", "at</w>"), ("a", "t</w>")]
VOCAB = [*CHARACTERS, *[c + "</w>" for c in CHARACTERS], *["".join(m) for m in MERGES], "<|startoftext|>", "<|endoftext|>"]
IDS = {piece: i for i, piece in enumerate(VOCAB)}


def encode(text):
    ids = [IDS["<|startoftext|>"]]
    for word in words(text):
        pieces = [TABLE[b] for b in word.encode("utf-8")]
        pieces[-1] += "</w>"
        for first, second in MERGES:  # each merge in turn, everywhere in the word
            i = 0
            while i + 1 < len(pieces):
                if (pieces[i], pieces[i + 1]) == (first, second):
                    pieces[i : i + 2] = [first + second]
                i += 1
        ids += [IDS[p] for p in pieces]
    return ids + [IDS["<|endoftext|>"]]


TEXTS = ["a cat", "The DOG's  cat\n", "café, 2024!", "naïve — 你好 🐶🐱", "don't they'll we've I'm he'd", "  ", "x" * 40, "cafe\u0301 3½ cats…", "<|endoftext|>"]
golden = dict(
    versions=dict(torch=torch.__version__),
    options=dict(vocabulary=VOCABULARY, context=CONTEXT, width=WIDTH, heads=HEADS, layers=LAYERS, output=OUTPUT),
    pieces=pieces.tolist(), output=listed(output), weights=weights,
    tokenizer=dict(merges=MERGES, texts=[dict(text=t, ids=encode(t)) for t in TEXTS]),
)
path = pathlib.Path(__file__).with_name("text-tower.json")
path.write_text(json.dumps(golden, ensure_ascii=False) + "\n")
print(path, path.stat().st_size, "bytes")
