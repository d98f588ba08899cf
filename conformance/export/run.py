"""Runs exported models in the formats' own runtimes and compares with what this project computed."""

import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np


def load(entry):
    return np.fromfile(entry["path"], dtype=entry["dtype"]).reshape(entry["shape"])


def onnx_runner(path, names):
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return lambda feeds: [np.asarray(y) for y in session.run(names, feeds)]


def openvino_runner(path, names):
    import openvino

    core = openvino.Core()
    model = core.compile_model(core.read_model(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda feeds: [np.asarray(model(feeds)[name]) for name in names]


def litert_runner(path, names):
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(path, num_threads=1)
    runner = interpreter.get_signature_runner("serving_default")

    def run(feeds):
        results = runner(**feeds)
        return [np.asarray(results[name]) for name in names]

    return run


def savedmodel_runner(path, names):
    import tensorflow

    loaded = tensorflow.saved_model.load(path)
    serve = loaded.signatures["serving_default"]

    def run(feeds):
        results = serve(**{k: tensorflow.constant(v) for k, v in feeds.items()})
        return [results[name].numpy() for name in names]

    run.loaded = loaded
    return run


RUNNERS = {
    "onnx": onnx_runner,
    "openvino": openvino_runner,
    "litert": litert_runner,
    "savedmodel": savedmodel_runner,
}

outcomes = []
for job in json.load(open(sys.argv[1])):
    outcome = {"model": job["model"], "format": job["format"]}
    try:
        run = RUNNERS[job["format"]](job["path"], job["outputs"])
        worst = 0.0
        for case in job["runs"]:
            results = run({k: load(v) for k, v in case["inputs"].items()})
            for result, entry in zip(results, case["outputs"], strict=True):
                wanted = load(entry)
                if result.shape != wanted.shape:
                    raise ValueError(f"shape {result.shape}, not {wanted.shape}")
                if result.size:
                    difference = np.abs(result.astype("float64") - wanted.astype("float64")) / (1 + np.abs(wanted))
                    worst = max(worst, float(np.max(np.where(np.isnan(difference), np.inf, difference))))
        outcome["difference"] = worst if np.isfinite(worst) else 1e30
    except Exception as error:
        outcome["error"] = "run: " + str(error).strip()[:600]
    outcomes.append(outcome)
print()
print(json.dumps(outcomes))
