"""Golden numbers for the linear probe and the ridge map, from scikit-learn (written with 1.2.1, seed 0).

    python3 packages/xclr/test/goldens/make_probe_goldens.py

writes probe.json beside this file: features of overlapping classes, the accuracy of LogisticRegression at several C, its
weights at one, and the predictions of Ridge.
"""
import json
import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression, Ridge

rng = np.random.default_rng(0)
CLASSES, D, TRAIN, TEST = 5, 12, 200, 150
means = rng.normal(size=(CLASSES, D)) * 0.35


def draw(n):
    y = rng.integers(0, CLASSES, n)
    x = means[y] + rng.normal(size=(n, D))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    return np.round(x, 4).astype(np.float32), y


def listed(a):
    return np.round(np.asarray(a, dtype=np.float64), 7).ravel().tolist()


x, y = draw(TRAIN)
tx, ty = draw(TEST)
fits = []
for C in [0.1, 1, 10, 100, 1000]:
    model = LogisticRegression(C=C, tol=1e-8, max_iter=10000).fit(x.astype(np.float64), y)
    fits.append(dict(C=C, accuracy=float(model.score(tx, ty)), coef=listed(model.coef_.T), intercept=listed(model.intercept_)))

captions = rng.normal(size=(60, 7))
images = captions @ rng.normal(size=(7, 4)) + 0.3 * rng.normal(size=(60, 4))
captions, images = np.round(captions, 4), np.round(images, 4)
centered = captions - captions.mean(0)
alpha = 0.1 * (centered**2).sum() / min(captions.shape)
ridge = Ridge(alpha=alpha).fit(captions, images).predict(captions[:10])
ridge /= np.linalg.norm(ridge, axis=1, keepdims=True)

golden = dict(
    versions=dict(sklearn=sklearn.__version__, numpy=np.__version__),
    classes=CLASSES, dimensions=D,
    x=listed(x), y=y.tolist(), testX=listed(tx), testY=ty.tolist(), fits=fits,
    ridge=dict(strength=0.1, captions=listed(captions), images=listed(images), predicted=listed(ridge)),
)
path = pathlib.Path(__file__).with_name("probe.json")
path.write_text(json.dumps(golden) + "\n")
print(path, path.stat().st_size, "bytes")
