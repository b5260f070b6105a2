# Makes evaluation.json: what SciPy and scikit-learn say on small seeded inputs.
# Run: pip install scipy scikit-learn && python3 make_evaluation_goldens.py
import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy.stats import spearmanr
from sklearn.metrics import average_precision_score
from sklearn.neighbors import KNeighborsClassifier

SEED = 20260101
rng = np.random.default_rng(SEED)


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def correlations():
    smooth = rng.normal(size=(2, 200))
    tied = rng.integers(0, 6, size=(2, 150)).astype(float)
    mixed = np.stack([rng.normal(size=100), rng.integers(0, 3, size=100)])
    mixed[0] += mixed[1]
    return [
        {"x": x.tolist(), "y": y.tolist(), "rho": float(spearmanr(x, y).statistic)}
        for x, y in (smooth, tied, mixed)
    ]


def neighbors(k, temperature):
    centers = rng.normal(size=(5, 12))
    labels = rng.integers(0, 5, size=180)
    rows = np.round(unit(centers[labels] + 1.6 * rng.normal(size=(180, 12))), 6)
    gallery, queries = slice(0, 120), slice(120, 180)
    rows64 = unit(rows)
    # Euclidean distance d of unit rows gives the cosine 1 - d^2 / 2.
    model = KNeighborsClassifier(k, weights=lambda d: np.exp((1 - d**2 / 2) / temperature), algorithm="brute")
    model.fit(rows64[gallery], labels[gallery])
    similarities = rows64[queries] @ rows64[gallery].T
    precision = [
        float(average_precision_score(labels[gallery] == label, row))
        for label, row in zip(labels[queries], similarities)
    ]
    return {
        "k": k,
        "temperature": temperature,
        "rows": rows.tolist(),
        "labels": labels.tolist(),
        "gallery": 120,
        "predicted": model.predict(rows64[queries]).tolist(),
        "averagePrecision": precision,
    }


goldens = {
    "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "sklearn": sklearn.__version__},
    "seed": SEED,
    "spearman": correlations(),
    "search": [neighbors(1, 0.07), neighbors(10, 0.07), neighbors(40, 1.0)],
}
path = pathlib.Path(__file__).with_name("evaluation.json")
path.write_text(json.dumps(goldens) + "\n")
