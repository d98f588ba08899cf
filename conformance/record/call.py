"""Runs one call on Python Keras and writes down what came of it."""

import os
import signal
import traceback

import jax
import jax.numpy as jnp
import keras
import numpy as np
from codec import decode, encode, flat_arrays
from keras import activations, initializers, ops, random

SECONDS = 20


class TooSlow(Exception):
    """The call took so long that replaying it would, too."""


def _alarm(*_):
    raise TooSlow


signal.signal(signal.SIGALRM, _alarm)


def function(category, name):
    """The function that a category knows by a name."""
    places = {"activations": [activations], "random": [random], "random_values": [random]}
    for place in places.get(category.split("/")[-1], [ops, ops.image]):
        if hasattr(place, name):
            return getattr(place, name)
    return None


def _origin(error):
    """Who raised: `keras:<file>` for Keras's own code, else the Python package."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        path = frame.filename.replace(os.sep, "/")
        if "/keras/src/" in path:
            return "keras:" + path.split("/keras/src/")[1]
        if "/site-packages/" in path:
            return path.split("/site-packages/")[1].split("/")[0].removesuffix("lib")
    return "python"


def outcome(run):
    """`{"o": …}` or `{"e": [exception, origin]}`."""
    signal.alarm(SECONDS)
    try:
        result = run()
        for array in flat_arrays(result):
            array.block_until_ready()
        return {"o": encode(result)}, result
    except TooSlow:
        raise
    except Exception as error:  # whatever Keras raises is the answer
        return {"e": [type(error).__name__, _origin(error)]}, None
    finally:
        signal.alarm(0)


def call(category, row):
    """A row completed by what Keras did; null when there is nothing to record."""
    fn = function(category, row["op"])
    if fn is None:
        return None
    args, kwargs = decode(row.get("a", [])), decode(row.get("k", {}))
    got, _ = outcome(lambda: fn(*args, **kwargs))
    return {**row, **got}


def initializer(row):
    """The value of an initializer with a seed."""
    obj = getattr(initializers, row["cls"])(**decode(row["init"]))
    shape, kwargs = decode(row["a"]), decode(row.get("k", {}))
    got, _ = outcome(lambda: obj(*shape, **kwargs))
    config = keras.saving.serialize_keras_object(obj)
    # The seed is no part of a default config's value: without one there is nothing to compare.
    return {key: value for key, value in {**row, "cfg": config, **got}.items() if key != "init"}


def _differentiable(tag):
    return tag["d"] == "float32" and tag.get("f") != "np0" and any(field in tag for field in "vcr")


def cotangent(shape):
    size = int(np.prod(shape, dtype=np.int64))
    return jnp.asarray((((np.arange(size) * 37) % 11) - 5) / 4, "float32").reshape(shape)


def gradients(row):
    """Gradients of the recorded loss by every float32 tensor of a call that succeeded; null when there are none."""
    fn = function("ops", row["op"])
    found = []

    def replace(value, inputs):
        if isinstance(value, list):
            return [replace(item, inputs) for item in value]
        if not isinstance(value, dict):
            return value
        if value.get("$") == "t":
            if _differentiable(value):
                if inputs is None:
                    found.append(jnp.asarray(decode({k: v for k, v in value.items() if k not in ("f", "d0")})))
                    return value
                return next(inputs)
            return decode(value)
        if value.get("$") == "tuple":
            return tuple(replace(item, inputs) for item in value["v"])
        if "$" in value:
            return decode(value)
        return {key: replace(item, inputs) for key, item in value.items()}

    replace([row.get("a", []), row.get("k", {})], None)
    if not found:
        return None

    def loss(xs):
        inputs = iter(xs)
        args, kwargs = replace(row.get("a", []), inputs), replace(row.get("k", {}), inputs)
        floats = [x for x in flat_arrays(fn(*args, **kwargs)) if jnp.issubdtype(x.dtype, jnp.floating)]
        return sum(jnp.sum(x.astype("float32") * cotangent(x.shape)) for x in floats) if floats else None

    signal.alarm(SECONDS)
    try:
        if loss(found) is None:
            return None
        return [encode(g) for g in jax.grad(loss)(found)]
    except TooSlow:
        raise
    except Exception:
        return None
    finally:
        signal.alarm(0)
