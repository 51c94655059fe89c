"""Writes reference.json: figures by scikit-learn and SciPy that ReferenceTests holds the portal's own against.

    apt-get install python3-sklearn && /usr/bin/python3 reference.py > reference.json

Only for making the file anew; the tests read what is stored. Made with scikit-learn 1.2.1 and SciPy 1.10.1.
"""

import json

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit
from scipy.stats import beta, binom
from sklearn.calibration import calibration_curve
from sklearn.metrics import average_precision_score, confusion_matrix, log_loss, precision_recall_fscore_support, roc_auc_score

BINS = 10
UNKNOWN = -1


def figures(y, s, threshold):
    said = (s > threshold).astype(int)
    tn, fp, fn, tp = confusion_matrix(y, said, labels=[0, 1]).ravel()
    precision, recall, f1, _ = precision_recall_fscore_support(y, said, average="binary")
    return {
        "counts": [int(n) for n in (tp, fp, fn, tn)],
        "precision": precision, "recall": recall, "f1": f1,
        "averagePrecision": average_precision_score(y, s), "rocAuc": roc_auc_score(y, s),
    }


def reliability(y, s):
    """The bins by scikit-learn, their counts by NumPy; the error is their weighted distance."""
    present, mean = calibration_curve(y, s, n_bins=BINS, strategy="uniform")
    counts = np.histogram(s, bins=np.linspace(0, 1, BINS + 1))[0]
    counts = counts[counts > 0]
    return {
        "count": counts.tolist(), "mean": mean.tolist(), "present": present.tolist(),
        "error": float(np.sum(counts * np.abs(mean - present)) / counts.sum()),
    }


def temperature(y, s):
    z = logit(s)
    best = minimize_scalar(lambda t: log_loss(y, expit(z / np.exp(t))), bounds=(-3, 3), method="bounded", options={"xatol": 1e-10})
    return {"temperature": float(np.exp(best.x)), "lossBefore": log_loss(y, s), "lossAfter": log_loss(y, expit(z / np.exp(best.x)))}


def concepts(rng, rows, shares, unknown, rounded):
    """Several concepts over the same rows: scores that tell, some labels unknown."""
    labels = np.stack([(rng.random(rows) < share) for share in shares], axis=1).astype(int)
    scores = expit(2.2 * (labels - 0.5) + rng.normal(size=labels.shape) * 1.3)
    if rounded:
        scores = np.round(scores, 1)
    labels[rng.random(labels.shape) < unknown] = UNKNOWN
    return labels, scores


def evaluation(rng, name, rows, shares, unknown=0.0, rounded=False, threshold=0.5):
    labels, scores = concepts(rng, rows, shares, unknown, rounded)
    known = [labels[:, c] != UNKNOWN for c in range(len(shares))]
    each = [figures(labels[k, c], scores[k, c], threshold) for c, k in enumerate(known)]
    if not rounded:
        # A score on a bin's edge may be put on either side, so only scores that lie on none.
        for c, k in enumerate(known):
            each[c]["reliability"] = reliability(labels[k, c], scores[k, c])
            each[c]["calibration"] = temperature(labels[k, c], scores[k, c])
    pot = np.concatenate([labels[k, c] for c, k in enumerate(known)]), np.concatenate([scores[k, c] for c, k in enumerate(known)])
    return {
        "name": name, "threshold": threshold, "labels": labels.ravel().tolist(), "scores": scores.ravel().tolist(), "concepts": each,
        "macro": {f: float(np.mean([e[f] for e in each])) for f in ("precision", "recall", "f1", "averagePrecision", "rocAuc")},
        "micro": {f: v for f, v in figures(*pot, threshold).items()},
    }


def main():
    rng = np.random.default_rng(20220901)
    evaluations = [
        evaluation(rng, "one concept", 120, [0.4]),
        evaluation(rng, "a rare and a frequent concept", 400, [0.03, 0.7]),
        evaluation(rng, "many ties", 300, [0.5, 0.2], rounded=True),
        evaluation(rng, "unknown labels and a high threshold", 250, [0.3, 0.5, 0.15], unknown=0.3, threshold=0.8),
        evaluation(rng, "few labels", 24, [0.5]),
    ]
    tails = [[k, n, p, binom.cdf(k, n, p)] for n in (1, 7, 59, 400, 5000) for k in sorted({0, n // 20, n // 3, n - 1}) for p in (0.01, 0.05, 0.2)]
    intervals = [
        [k, n, 0.0 if k == 0 else beta.ppf(0.025, k, n - k + 1), 1.0 if k == n else beta.ppf(0.975, k + 1, n - k)]
        for n in (1, 12, 100, 2000) for k in sorted({0, 1, n // 2, n - 1, n})
    ]
    print(json.dumps({"evaluations": evaluations, "binomialTails": tails, "precisionIntervals": intervals}))


main()
