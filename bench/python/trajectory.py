"""Records how Python Keras trains the bench models: ``python trajectory.py FOLDER CASE…``.

For each case ``<case>.json`` names the initial weights, the batches and the losses of the steps, and says where in
``<case>.bin`` the values lie (float32 and int32, little endian).
"""

import json
import os
import sys
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["JAX_PLATFORMS"] = "cpu"

import keras
import numpy as np

from models import CASES, CLASSES, MODELS, compiled

STEPS = 20
BATCHES = 5
LEARNING_RATE = 1e-3


class Blob:
    """Arrays one after the other, each known by its offset."""

    def __init__(self):
        self.parts, self.size = [], 0

    def add(self, array):
        entry = {"shape": list(array.shape), "dtype": str(array.dtype), "offset": self.size}
        self.parts.append(np.ascontiguousarray(array).tobytes())
        self.size += len(self.parts[-1])
        return entry


def learnable_batch(case, seed):
    """Samples near one pattern per class, a quarter of them mislabelled: learnable, but not at once.

    On labels that are all drawn at random rounding decides where a model goes.
    """
    shape = tuple(case["input"])
    patterns = np.random.default_rng(0).standard_normal((CLASSES, *shape))
    generator = np.random.default_rng(seed + 1)
    labels = generator.integers(0, CLASSES, case["batch"])
    noise = generator.standard_normal((case["batch"], *shape))
    samples = (patterns[labels] + noise).astype("float32")
    mislabelled = generator.random(case["batch"]) < 0.25
    labels = np.where(mislabelled, generator.integers(0, CLASSES, case["batch"]), labels)
    return samples, labels.astype("int32")


def record(name, case, folder):
    keras.utils.set_random_seed(1)
    model = compiled(MODELS[case["model"]](), LEARNING_RATE)
    blob = Blob()
    weights = [{"path": weight.path, **blob.add(weight.numpy())} for weight in model.weights]
    batches = [learnable_batch(case, seed) for seed in range(BATCHES)]
    # The first output of the untrained model pins down the forward pass alone.
    logits = model.predict_on_batch(batches[0][0])
    losses = []
    for step in range(STEPS):
        # Without the reset the loss would be the mean of all steps so far.
        model.reset_metrics()
        losses.append(float(model.train_on_batch(*batches[step % BATCHES])))
    index = {
        "learningRate": LEARNING_RATE,
        "weights": weights,
        "batches": [{"x": blob.add(x), "y": blob.add(y)} for x, y in batches],
        "logits": blob.add(logits),
        "losses": losses,
    }
    (folder / f"{name}.bin").write_bytes(b"".join(blob.parts))
    (folder / f"{name}.json").write_text(json.dumps(index))


def main(folder, names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        record(name, CASES[name], folder)


main(Path(sys.argv[1]), sys.argv[2:])
