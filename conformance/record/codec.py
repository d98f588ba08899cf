"""Values of golden cases (golden/FORMAT.md): from JSON to Python and back."""

import importlib
import math

import jax
import jax.numpy as jnp
import keras
import ml_dtypes
import numpy as np
from keras.src import backend, tree

# Results larger than this are recorded by shape and dtype alone.
MAX_ELEMENTS = 3000

SMALL_FLOATS = {
    "bfloat16": ml_dtypes.bfloat16,
    "float8_e4m3fn": ml_dtypes.float8_e4m3fn,
    "float8_e5m2": ml_dtypes.float8_e5m2,
}


class Unsupported(Exception):
    """A value that cases have no spelling for."""


def np_dtype(name):
    return np.dtype(SMALL_FLOATS.get(name, name))


def _number(value):
    if isinstance(value, str):
        return -0.0 if value == "-0" else float(value.replace("Infinity", "inf"))
    return value


def _elements(tag):
    size = math.prod(tag["s"])
    if "v" in tag:
        return tag["v"]
    if "r" in tag:
        start, step = tag["r"]
        return [start + i * step for i in range(size)]
    return [tag.get("c", 1)] * size


def _array(tag):
    dtype = np_dtype(tag.get("d0", tag["d"]))
    items = _elements(tag)
    if dtype.kind == "c":
        items = [complex(*map(_number, i)) if isinstance(i, list) else _number(i) for i in items]
    elif dtype.kind in "iu":
        items = [int(i) for i in items]
    else:
        items = [_number(i) for i in items]
    return np.array(items).astype(dtype).reshape(tag["s"])


def decode(value):
    """The Python value that a case spells."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value.get("$")
    if kind is None:
        return {key: decode(item) for key, item in value.items()}
    if kind == "t":
        if value["d"] == "string":
            raise Unsupported("string tensor")
        array = _array(value)
        source = value.get("f")
        if source == "np":
            return array
        if source == "np0":
            return array[()]
        if source == "var":
            return keras.Variable(array, dtype=value["d"])
        return jnp.asarray(array)
    if kind == "kt":
        if value.get("sparse") or value.get("ragged"):
            raise Unsupported("sparse tensor")
        return keras.KerasTensor(tuple(value["s"]), dtype=value["d"])
    payload = value.get("v")
    if kind == "f":
        return float(_number(payload))
    if kind == "int":
        return int(payload)
    if kind == "cx":
        return complex(*map(_number, payload))
    if kind == "tuple":
        return tuple(decode(item) for item in payload)
    if kind == "nt":
        return tuple(decode(item) for item in payload.values())
    if kind == "slice":
        return slice(*payload)
    if kind == "ellipsis":
        return ...
    if kind == "range":
        return range(*payload)
    if kind == "dtype":
        return payload if isinstance(payload, str) else str(payload)
    if kind == "keras":
        return keras.saving.deserialize_keras_object(payload)
    if kind == "seedgen":
        return keras.random.SeedGenerator(payload)
    if kind == "fn":
        module, name = value["ref"].split(":")
        return getattr(importlib.import_module(module), name)
    raise Unsupported(kind)


def _float(value):
    value = float(value)
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 and math.copysign(1, value) < 0:
        return "-0"
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _shortest(value, dtype):
    """The shortest decimal that reads back as the same number of that dtype."""
    if dtype.kind in "biu":
        number = int(value)
        return number if abs(number) <= 2**53 else str(number)
    wide = np.float64(value) if dtype.itemsize == 8 else np.float32(value)
    return _float(float(str(wide)))


def _tensor(array, source=None):
    array = np.asarray(array)
    tag = {"$": "t", "d": backend.standardize_dtype(array.dtype), "s": list(array.shape)}
    if source:
        tag["f"] = source
    if array.size > MAX_ELEMENTS:
        return tag
    flat = array.reshape(-1)
    if array.dtype.kind == "c":
        part = np.dtype(np.float32 if array.dtype.itemsize == 8 else np.float64)
        tag["v"] = [[_shortest(z.real, part), _shortest(z.imag, part)] for z in flat]
    else:
        tag["v"] = [_shortest(item, array.dtype) for item in flat]
        if len(tag["v"]) > 1 and len(set(map(str, tag["v"]))) == 1:
            tag["c"] = tag.pop("v")[0]
    return tag


def encode(value):
    """A result as cases spell it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else {"$": "int", "v": str(value)}
    if isinstance(value, np.generic):
        return _tensor(value, "np0")
    if isinstance(value, float):
        plain = _float(value)
        return plain if isinstance(plain, float) else {"$": "f", "v": plain}
    if isinstance(value, complex):
        return {"$": "cx", "v": [_float(value.real), _float(value.imag)]}
    if isinstance(value, keras.Variable):
        return _tensor(value.value, "var")
    if isinstance(value, jax.Array):
        return _tensor(value)
    if isinstance(value, np.ndarray):
        return _tensor(value, "np")
    if isinstance(value, keras.KerasTensor):
        return {"$": "kt", "d": value.dtype, "s": list(value.shape)}
    if isinstance(value, tuple):
        if hasattr(value, "_fields"):
            return {"$": "nt", "n": type(value).__name__, "v": {f: encode(v) for f, v in zip(value._fields, value)}}
        return {"$": "tuple", "v": [encode(item) for item in value]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    if isinstance(value, (np.dtype, type)):
        return {"$": "dtype", "v": backend.standardize_dtype(value)}
    raise Unsupported(type(value).__name__)


def tensors(value):
    """The tensor tags in an encoded value, in order."""
    if isinstance(value, list):
        return [tag for item in value for tag in tensors(item)]
    if not isinstance(value, dict):
        return []
    if value.get("$") == "t":
        return [value]
    return [tag for key, item in value.items() if key != "$" for tag in tensors(item)]


def flat_arrays(result):
    return [leaf for leaf in tree.flatten(result) if isinstance(leaf, jax.Array)]
