"""Golden numbers for the losses beside the contrastive one, from PyTorch (written with 1.13), and for perplexities by t-SNE's bisection.

    python3 packages/xclr/test/goldens/make_loss_goldens.py

writes losses.json beside this file: float64 inputs rounded to 6 digits, values and gradients of torch.nn.functional.cross_entropy with
probabilities as targets, and the conditional probabilities of the bisection over the precision of van der Maaten's published tsne.py (Hbeta, x2p).
"""
import json
import pathlib

import numpy as np
import torch
from torch.nn.functional import cross_entropy, normalize, softmax

SEED = 20261127
rng = np.random.default_rng(SEED)


def draw(*shape):
    return np.round(rng.normal(size=shape), 6)


def listed(x):
    return np.round(np.asarray(x, dtype=np.float64), 12).tolist()


def prototypes():
    n, d, k, tau = 7, 5, 9, 0.1
    x, anchors, bias = draw(n, d), draw(k, d), draw(k)
    similarities = np.round(np.tanh(draw(n, k)), 6)
    tensors = [torch.tensor(one, requires_grad=True) for one in (x, anchors, bias)]
    a, b, c = tensors
    targets = softmax(torch.tensor(similarities) / tau, 1)
    loss = cross_entropy(torch.nn.functional.linear(a, b, c), targets)
    loss.backward()
    return dict(
        x=listed(x), anchors=listed(anchors), bias=listed(bias), similarities=listed(similarities), temperature=tau,
        targets=listed(targets), loss=loss.item(), gradients=[listed(one.grad) for one in tensors],
    )


def soft_clip():
    n, d, beta, tau = 6, 4, 0.3, 0.2
    images, captions, scale = draw(n, d), draw(n, d), np.array(9.5)
    vectors = normalize(torch.tensor(draw(n, 3)), dim=1)
    similarities = vectors @ vectors.T
    tensors = [torch.tensor(one, requires_grad=True) for one in (images, captions, scale)]
    a, b, s = tensors
    targets = (1 - beta) * torch.eye(n, dtype=torch.float64) + beta * softmax(similarities / tau, 1)
    logits = s * normalize(a, dim=1) @ normalize(b, dim=1).T
    loss = (cross_entropy(logits, targets) + cross_entropy(logits.T, targets)) / 2
    loss.backward()
    return dict(
        images=listed(images), captions=listed(captions), scale=9.5, beta=beta, temperature=tau,
        similarities=listed(similarities), targets=listed(targets), loss=loss.item(),
        gradients=[listed(one.grad) for one in tensors],
    )


def perplexities():
    n, perplexity = 24, 6
    vectors = rng.normal(size=(n, 4))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    similarities = np.round(vectors @ vectors.T, 6)
    probabilities = np.zeros((n, n))
    for i in range(n):
        others = np.arange(n) != i
        distances = 1 - similarities[i, others]
        beta, low, high = 1.0, -np.inf, np.inf
        for _ in range(200):
            p = np.exp(-distances * beta)
            entropy = np.log(p.sum()) + beta * np.sum(distances * p) / p.sum()
            difference = entropy - np.log(perplexity)
            if abs(difference) < 1e-12:
                break
            if difference > 0:
                low = beta
                beta = beta * 2 if np.isinf(high) else (beta + high) / 2
            else:
                high = beta
                beta = beta / 2 if np.isinf(low) else (beta + low) / 2
        probabilities[i, others] = p / p.sum()
    return dict(perplexity=perplexity, similarities=listed(similarities), probabilities=listed(probabilities))


golden = dict(
    seed=SEED, versions=dict(torch=torch.__version__, numpy=np.__version__),
    prototypes=prototypes(), softClip=soft_clip(), perplexity=perplexities(),
)
path = pathlib.Path(__file__).with_name("losses.json")
path.write_text(json.dumps(golden) + "\n")
print(path, path.stat().st_size, "bytes")
