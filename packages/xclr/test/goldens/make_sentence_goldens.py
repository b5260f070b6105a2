"""Small random text encoders and their reference vectors, for test/graph/sentence-goldens.test.ts.

Run with Debian's python3 (torch 1.13, numpy): python3 make_sentence_goldens.py
Then: npx biome check --write packages/xclr/test/goldens
Writes sentence-models/{mean,cls,dense,clip}/ (config, tokenizer, ONNX, layers) and sentence.json.

The sentence-transformers library itself is not run: pooling, dense layer and normalization are written here from its
source (sentence_transformers/models/{Transformer,Pooling,Dense,Normalize}.py), BERT and CLIP from their papers, and
WordPiece by hand, none of them sharing code with the TypeScript.
"""
import json, struct
from pathlib import Path

import numpy as np
import torch
from torch import nn

SEED = 4
HERE = Path(__file__).parent / "sentence-models"
WORDS = "a the of on in cat dog red blue truck dump photo small big house sleeping run river tree".split()
PIECES = ["##s", "##ing", "##ning", "##y", "##er"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
VOCAB = SPECIAL + list(".,!?") + WORDS + PIECES
WIDTH, HEADS, LAYERS, MAX, DENSE = 16, 4, 2, 12, 8
CAPTIONS = [
    "a cat", "A photo of a sleeping dog.", "the big red dump truck, on the house!", "Trees", "running rivers",
    "zorgblat in the river", "a small cat in a big tree on the house of the blue dog running on a river", "?",
]


class Block(nn.Module):
    def __init__(self, pre_norm, act):
        super().__init__()
        self.q, self.k, self.v, self.o = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.n1, self.n2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)
        self.pre_norm, self.act = pre_norm, act

    def attend(self, x, bias):
        split = lambda t: t.reshape(t.shape[0], t.shape[1], HEADS, WIDTH // HEADS).transpose(1, 2)
        q, k, v = split(self.q(x)), split(self.k(x)), split(self.v(x))
        weights = (q @ k.transpose(-1, -2) / (WIDTH // HEADS) ** 0.5 + bias).softmax(-1)
        return self.o((weights @ v).transpose(1, 2).reshape(x.shape[0], x.shape[1], WIDTH))

    def forward(self, x, bias):
        if self.pre_norm:
            x = x + self.attend(self.n1(x), bias)
            return x + self.down(self.act(self.up(self.n2(x))))
        x = self.n1(x + self.attend(x, bias))
        return self.n2(x + self.down(self.act(self.up(x))))


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.places = nn.Embedding(len(VOCAB), WIDTH), nn.Embedding(MAX, WIDTH)
        self.types, self.norm = nn.Embedding(2, WIDTH), nn.LayerNorm(WIDTH)
        self.blocks = nn.ModuleList([Block(False, nn.functional.gelu) for _ in range(LAYERS)])

    def forward(self, input_ids, attention_mask, token_type_ids):
        x = self.words(input_ids) + self.places.weight[: input_ids.shape[1]] + self.types(token_type_ids)
        x = self.norm(x)
        bias = (1 - attention_mask[:, None, None, :].float()) * -1e9
        for block in self.blocks:
            x = block(x, bias)
        return x


class ClipText(nn.Module):
    """Causal, pre-norm, quick GELU; the vector at the closing token, projected without bias."""

    def __init__(self):
        super().__init__()
        self.words, self.places = nn.Embedding(len(VOCAB), WIDTH), nn.Embedding(MAX, WIDTH)
        self.blocks = nn.ModuleList([Block(True, lambda t: t * torch.sigmoid(1.702 * t)) for _ in range(LAYERS)])
        self.norm, self.project = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, DENSE, bias=False)

    def forward(self, input_ids):
        x = self.words(input_ids) + self.places.weight[: input_ids.shape[1]]
        ones = torch.ones_like(input_ids)
        place = torch.cumsum(ones, 1)
        bias = (place[:, None, None, :] > place[:, None, :, None]).float() * -1e9
        for block in self.blocks:
            x = block(x, bias)
        closing = (input_ids == VOCAB.index("[SEP]")).float().argmax(1)
        pooled = self.norm(x)[torch.arange(input_ids.shape[0]), closing]
        return self.project(pooled)


def wordpiece(text):
    """Lower case, punctuation apart, longest piece first; [CLS] … [SEP], cut to MAX. Ids, and whether it was cut."""
    spaced = "".join(f" {c} " if c in ".,!?" else c for c in text.lower())
    ids = []
    for word in spaced.split():
        pieces, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in VOCAB:
                    pieces.append(VOCAB.index(piece))
                    start = end
                    break
            else:
                pieces, start = [VOCAB.index("[UNK]")], len(word)
        ids += pieces
    return [VOCAB.index("[CLS]")] + ids[: MAX - 2] + [VOCAB.index("[SEP]")], len(ids) > MAX - 2


def count_cut(texts):
    return sum(wordpiece(text)[1] for text in texts)


def batch(texts):
    ids = [wordpiece(text)[0] for text in texts]
    longest = max(map(len, ids))
    padded = torch.tensor([row + [0] * (longest - len(row)) for row in ids])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ids])
    return padded, mask


def write(folder, name, data):
    path = HERE / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data) + "\n")


def write_tokenizer(folder):
    special = [dict(id=i, content=t, single_word=False, lstrip=False, rstrip=False, normalized=False, special=True)
               for i, t in enumerate(SPECIAL)]
    token = lambda t: dict(id=t, ids=[VOCAB.index(t)], tokens=[t])
    write(folder, "tokenizer.json", dict(
        version="1.0", truncation=None, padding=None, added_tokens=special,
        normalizer=dict(type="BertNormalizer", clean_text=True, handle_chinese_chars=True, strip_accents=None,
                        lowercase=True),
        pre_tokenizer=dict(type="BertPreTokenizer"),
        post_processor=dict(type="TemplateProcessing", single=[
            dict(SpecialToken=dict(id="[CLS]", type_id=0)), dict(Sequence=dict(id="A", type_id=0)),
            dict(SpecialToken=dict(id="[SEP]", type_id=0))], pair=[],
            special_tokens={t: token(t) for t in ("[CLS]", "[SEP]")}),
        decoder=dict(type="WordPiece", prefix="##", cleanup=True),
        model=dict(type="WordPiece", unk_token="[UNK]", continuing_subword_prefix="##",
                   max_input_chars_per_word=100, vocab={t: i for i, t in enumerate(VOCAB)})))
    write(folder, "tokenizer_config.json",
          dict(tokenizer_class="BertTokenizer", model_max_length=512, pad_token="[PAD]"))


def export(model, folder, file, inputs, names, output):
    path = HERE / folder / "onnx" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    axes = {name: {0: "batch", 1: "tokens"} for name in names}
    axes[output] = {0: "batch", 1: "tokens"} if output == "last_hidden_state" else {0: "batch"}
    torch.onnx.export(model, inputs, str(path), input_names=names, output_names=[output], dynamic_axes=axes,
                      opset_version=14)


def safetensors(tensors):
    header, data = {}, b""
    for name, value in tensors.items():
        raw = value.detach().numpy().astype("<f4").tobytes()
        header[name] = dict(dtype="F32", shape=list(value.shape), data_offsets=[len(data), len(data) + len(raw)])
        data += raw
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    return struct.pack("<Q", len(head)) + head + data


def randomized(model):
    for p in model.parameters():
        nn.init.normal_(p, std=0.5)
    return model.eval()


def sentence(folder, pooling, dense=False, prompt=""):
    bert = randomized(Bert())
    texts = [prompt + text for text in CAPTIONS]
    ids, mask = batch(texts)
    with torch.no_grad():
        tokens = bert(ids, mask, torch.zeros_like(ids))
        weights = mask[:, :, None].float()
        pooled = tokens[:, 0] if pooling == "cls" else (tokens * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
        if dense:
            layer = randomized(nn.Linear(WIDTH, DENSE))
            pooled = torch.tanh(layer(pooled))
        vectors = nn.functional.normalize(pooled, dim=1)
    export(bert, folder, "model.onnx", (ids, mask, torch.zeros_like(ids)),
           ["input_ids", "attention_mask", "token_type_ids"], "last_hidden_state")
    write_tokenizer(folder)
    write(folder, "config.json", dict(model_type="bert", architectures=["BertModel"], hidden_size=WIDTH,
                                      max_position_embeddings=MAX))
    write(folder, "sentence_bert_config.json", dict(max_seq_length=MAX, do_lower_case=False))
    if prompt:
        write(folder, "config_sentence_transformers.json",
              dict(prompts=dict(query=prompt, document=""), default_prompt_name="query"))
    kinds = ["Transformer", "Pooling"] + (["Dense"] if dense else []) + ["Normalize"]
    write(folder, "modules.json", [
        dict(idx=i, name=str(i), path="" if i == 0 else f"{i}_{kind}", type=f"sentence_transformers.models.{kind}")
        for i, kind in enumerate(kinds)])
    write(folder, "1_Pooling/config.json", dict(
        word_embedding_dimension=WIDTH, pooling_mode_cls_token=pooling == "cls",
        pooling_mode_mean_tokens=pooling == "mean", pooling_mode_max_tokens=False,
        pooling_mode_mean_sqrt_len_tokens=False))
    if dense:
        write(folder, "2_Dense/config.json", dict(in_features=WIDTH, out_features=DENSE, bias=True,
                                                  activation_function="torch.nn.modules.activation.Tanh"))
        (HERE / folder / "2_Dense/model.safetensors").write_bytes(
            safetensors({"linear.weight": layer.weight, "linear.bias": layer.bias}))
    return dict(vectors=vectors.tolist(), cut=count_cut(texts))


def clip(folder):
    model = randomized(ClipText())
    ids, _ = batch(CAPTIONS)
    with torch.no_grad():
        vectors = nn.functional.normalize(model(ids), dim=1)
    export(model, folder, "text_model.onnx", (ids,), ["input_ids"], "text_embeds")
    write_tokenizer(folder)
    write(folder, "config.json", dict(model_type="clip", architectures=["CLIPModel"], projection_dim=DENSE,
                                      text_config=dict(model_type="clip_text_model", max_position_embeddings=MAX)))
    return dict(vectors=vectors.tolist(), cut=count_cut(CAPTIONS))


torch.manual_seed(SEED)
goldens = dict(
    made=dict(torch=torch.__version__, seed=SEED, script="make_sentence_goldens.py"),
    captions=CAPTIONS,
    models=dict(mean=sentence("mean", "mean"), cls=sentence("cls", "cls", prompt="red "),
                dense=sentence("dense", "mean", dense=True), clip=clip("clip")))
(HERE.parent / "sentence.json").write_text(json.dumps(goldens) + "\n")
