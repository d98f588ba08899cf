"""Times NumPy for the bench of ops; ``ops/protocol.ts`` describes the messages."""

import json
import os
import statistics
import sys
import time

answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

import numpy as np

from machine import BusyCores

ops_folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "ops")
with open(os.path.join(ops_folder, "cases.json")) as file:
    DATA = json.load(file)
SIZES = ["small", "medium", "large"]
WARM = 3


def erf(x):
    from scipy import special

    return special.erf(x)


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def logsumexp(x):
    top = x.max(-1, keepdims=True)
    return np.log(np.exp(x - top).sum(-1)) + top[..., 0]


def layer_normalization(x, gamma, beta):
    mean = x.mean(-1, keepdims=True)
    centered = x - mean
    variance = np.square(centered).mean(-1, keepdims=True)
    return centered / np.sqrt(variance + np.float32(1e-5)) * gamma + beta


def top_k(x):
    part = np.partition(x, x.shape[-1] - 8, -1)[..., -8:]
    return np.sort(part, -1)[..., ::-1]


def one_hot(indices):
    out = np.zeros((indices.size, 1024), np.float32)
    out[np.arange(indices.size), indices] = 1
    return out


def attention(q, k, v):
    return softmax(q @ k.swapaxes(-1, -2) * np.float32(q.shape[-1] ** -0.5)) @ v


def conv(x, kernel):
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (1, 2))
    return np.tensordot(windows, kernel, ((4, 5, 3), (0, 1, 2)))


def max_pool(x):
    n, h, w, c = x.shape
    return x.reshape(n, h // 2, 2, w // 2, 2, c).max((2, 4))


OPS = {
    "add": np.add,
    "biasAdd": np.add,
    "multiply": np.multiply,
    "divide": np.divide,
    "maximum": np.maximum,
    "power": np.power,
    "greater": np.greater,
    "where": np.where,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "relu": lambda x: np.maximum(x, 0),
    "gelu": lambda x: x * np.float32(0.5) * (1 + erf(x * np.float32(0.5**0.5))),
    "erf": erf,
    "clip": lambda x: np.clip(x, -1, 1),
    "cast": lambda x: x.astype(np.int32),
    "sum": np.sum,
    "mean": lambda x: x.mean(-1),
    "max": lambda x: x.max(0),
    "argmax": lambda x: x.argmax(-1),
    "variance": lambda x: x.var(-1),
    "logsumexp": logsumexp,
    "cumsum": lambda x: x.cumsum(-1),
    "sort": lambda x: np.sort(x, -1),
    "topK": top_k,
    "softmax": softmax,
    "layerNormalization": layer_normalization,
    # A transposed view costs nothing: the others move the elements.
    "transpose": lambda x: np.ascontiguousarray(x.T),
    "concatenate": lambda x, y: np.concatenate([x, y], -1),
    "pad": lambda x: np.pad(x, ((1, 1), (2, 2))),
    "slice": lambda x: x[1 : 1 + x.shape[0] // 2, 2 : 2 + x.shape[1] // 2].copy(),
    "take": lambda x, indices: x[indices],
    "oneHot": one_hot,
    "matmul": np.matmul,
    "batchMatmul": np.matmul,
    "attention": attention,
    "conv": conv,
    "maxPool": max_pool,
}


def operands(op, size, folder):
    result = []
    for i, kind in enumerate(DATA["cases"][op]):
        dtype = {"indices": np.int32, "mask": np.bool_}.get(kind, np.float32)
        shape = DATA["shapes"].get(kind, DATA["shapes"]["matrix"])[SIZES.index(size)]
        result.append(np.fromfile(os.path.join(folder, f"{op}-{size}-{i}.bin"), dtype).reshape(shape))
    return result


class Worker:
    def hello(self, _request):
        return {"engine": f"NumPy {np.__version__}, Python {sys.version.split()[0]}", "modes": ["eager"]}

    def prepare(self, request):
        op = OPS.get(request["op"])
        if op is None:
            return {"lacking": "NumPy has no such op"}
        given = operands(request["op"], request["size"], request["folder"])
        self.call = lambda: op(*given)
        for _ in range(WARM - 1):
            self.call()
        start = time.perf_counter()
        result = self.call()
        elapsed = (time.perf_counter() - start) * 1e3
        exact = np.asarray(result, np.float64)
        return {
            "shape": list(result.shape),
            "sum": float(exact.sum()),
            "size": float(np.abs(exact).sum()),
            "ms": {"eager": elapsed},
        }

    def run(self, request):
        times = []
        others = BusyCores()
        start = last = time.perf_counter()
        while (last - start) * 1e3 < request["ms"] or len(times) < request["least"]:
            self.call()
            now = time.perf_counter()
            times.append((now - last) * 1e3)
            last = now
        return {"median": statistics.median(times), "calls": len(times), "foreign": others.foreign()}


def main():
    worker = Worker()
    handlers = {"hello": worker.hello, "prepare": worker.prepare, "run": worker.run}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = handlers[request["do"]](request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")


main()
