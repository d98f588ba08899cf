"""Writes the hand-derived graphs of the bench's cases: ``python generate.py FOLDER``.

For each case ``<case>.train.onnx``, ``<case>.predict-1.onnx`` and ``<case>.predict-32.onnx``.
"""

import json
import sys
from pathlib import Path

import cnn
import lstm
import mlp
import numpy as np
import onnx
import transformer

MODELS = {"mlp": mlp, "cnn": cnn, "lstm": lstm, "transformer": transformer}
CASES = json.loads((Path(__file__).parent.parent / "cases.json").read_text())
PREDICT_BATCHES = (1, 32)


def random_weights(shapes):
    """Kernels scaled by their fan-in, small vectors; the gain of a norm is near one."""
    generator = np.random.default_rng(0)
    weights = {}
    for name, shape in shapes.items():
        scale = np.prod(shape[:-1]) ** -0.5 if len(shape) > 1 else 0.02
        offset = 1 if name.startswith("gamma") else 0
        weights[name] = (offset + scale * generator.standard_normal(shape)).astype(np.float32)
    return weights


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, case in CASES.items():
        model = MODELS[case["model"]]
        onnx.save(model.train(case["batch"]).model(), folder / f"{name}.train.onnx")
        weights = random_weights(model.SHAPES)
        for batch in PREDICT_BATCHES:
            onnx.save(model.predict(batch, weights).model(), folder / f"{name}.predict-{batch}.onnx")


main(Path(sys.argv[1]))
