"""Times Python Keras for the bench: requests come as JSON lines on stdin, answers go to stdout.

The backend is chosen by ``KERAS_BACKEND``; ``--xla`` compiles with ``jit_compile=True``,
which TensorFlow does not do by itself on a CPU.
``protocol.ts`` describes the messages.
"""

import importlib
import json
import os
import sys
import time

from machine import BusyCores, peak_memory

# Libraries print to stdout too: the answers get a descriptor of their own.
answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

# Small enough that thousands of steps on random labels leave the model where it was: gradients that
# vanish would turn into denormal numbers, which are slow.
LEARNING_RATE = 1e-6


class Session:
    def __init__(self, jit_compile):
        self.jit_compile = jit_compile
        self.runs = {}

    def prepare(self, request):
        """Everything up to and with the first train step."""
        load_engine(os.environ["KERAS_BACKEND"])
        import keras

        from models import CASES, MODELS, compiled, random_batch

        self.case = CASES[request["case"]]
        self.random_batch = random_batch
        self.model = compiled(MODELS[self.case["model"]](), LEARNING_RATE, self.jit_compile)
        inputs, labels = random_batch(self.case, self.case["batch"])
        loss = float(self.model.train_on_batch(inputs, labels))
        backend = keras.backend.backend()
        version = sys.modules[backend].__version__
        return {
            "engine": f"keras {keras.__version__}, {backend} {version}",
            "parameters": self.model.count_params(),
            "loss": loss,
            "measures": ["train", "fit", "predict-1", "predict-32"],
        }

    def run(self, request):
        """Times one measure for at least ``ms`` milliseconds and ``least`` calls."""
        once, steps = self.measure(request["measure"], request.get("steps", 1))
        times = []
        others = BusyCores()
        start = last = time.perf_counter()
        while True:
            once()
            now = time.perf_counter()
            times.append((now - last) * 1e3 / steps)
            last = now
            if (now - start) * 1e3 >= request["ms"] and len(times) >= request["least"]:
                return {"times": times, "foreign": others.foreign()}

    def measure(self, name, steps):
        """A function that runs the measure once, already warm, and the number of steps in it."""
        if (name, steps) not in self.runs:
            once = self.make(name, steps)
            once()
            if name != "fit":
                once()
            self.runs[name, steps] = once, steps
        return self.runs[name, steps]

    def make(self, name, steps):
        batch = self.case["batch"]
        if name == "fit":
            inputs, labels = self.random_batch(self.case, batch * steps)
            return lambda: self.model.fit(inputs, labels, batch_size=batch, shuffle=False, verbose=0)
        if name == "train":
            batches = [self.random_batch(self.case, batch, seed) for seed in range(4)]
            turn = round_robin(batches)
            return lambda: self.model.train_on_batch(*next(turn))
        if name.startswith("predict-"):
            inputs, _ = self.random_batch(self.case, int(name.removeprefix("predict-")))
            return lambda: self.model.predict_on_batch(inputs)
        raise ValueError(f"This worker cannot measure {name!r}.")

    def memory(self, _request):
        return {"peakBytes": peak_memory()}


def load_engine(name):
    """Imports what Keras is to run on, with a thread for every core."""
    try:
        engine = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        size = " (5 GB on Linux, for it brings the CUDA libraries)" if name == "torch" else ""
        raise NotInstalled(f"{sys.executable} -m pip install {name}{size} adds it") from None
    if name == "torch":
        engine.set_num_threads(os.cpu_count())


class NotInstalled(Exception):
    """The engine is not among the Python packages."""


def round_robin(items):
    while True:
        yield from items


def main():
    session = Session(True if "--xla" in sys.argv else "auto")
    handlers = {"prepare": session.prepare, "run": session.run, "memory": session.memory}
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = handlers[request["do"]](request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")


main()
