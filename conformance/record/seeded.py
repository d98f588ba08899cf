"""Random values and initial weights under explicit seeds."""

import call as calls
from sweep import encoded

SEEDS = [0, 1, 42, 1337, 2**31 - 1, -3, 123456789]
SHAPES = [(), (1,), (3,), (0, 2), (5, 7), (2, 3, 4), (1, 1, 9), (64,)]
DTYPES = ["float16", "bfloat16", "float32", None]
INTEGERS = ["int8", "uint8", "int16", "uint16", "int32", "uint32"]


def t(values, shape, dtype="float32"):
    return {"$": "t", "d": dtype, "s": list(shape), "v": values}


def draws():
    """Calls of `keras.random`: op, positional arguments, options."""
    for shape in SHAPES:
        for dtype in DTYPES:
            yield "normal", [shape], {"dtype": dtype}
            yield "uniform", [shape], {"dtype": dtype}
            yield "truncated_normal", [shape], {"dtype": dtype}
        for dtype in INTEGERS:
            yield "randint", [shape, 0, 100], {"dtype": dtype}
        yield "normal", [shape], {"mean": -3.0, "stddev": 0.25}
        yield "uniform", [shape], {"minval": -10, "maxval": 10}
        yield "uniform", [shape], {"minval": 5, "maxval": 500, "dtype": "int32"}
        yield "truncated_normal", [shape], {"mean": 2.0, "stddev": 3.0}
        yield "randint", [shape, -50, 7], {}
        yield "randint", [shape, 3, 3], {}
        yield "randint", [shape, 0, 2**31 - 1], {}
        for alpha in (0.05, 0.5, 1.0, 2.5, 30.0):
            yield "gamma", [shape, alpha], {}
            yield "beta", [shape, alpha, 2.0], {}
        yield "binomial", [shape, 10, 0.3], {}
        yield "binomial", [shape, 200.0, 0.5], {}
        yield "binomial", [shape, 4, 0.0], {}
        yield "binomial", [shape, 4, 1.0], {}
        yield "gamma", [shape, 2.0], {"dtype": "float16"}
        yield "beta", [shape, 0.5, 0.5], {"dtype": "bfloat16"}
        yield "binomial", [shape, 7, 0.4], {"dtype": "float16"}
    row = [round(0.1 * i - 1.2, 2) for i in range(24)]
    for shape in ((24,), (4, 6), (2, 3, 4), (24, 1)):
        for dtype in ("float32", "float16", "int32"):
            values = row if "float" in dtype else list(range(24))
            for axis in range(len(shape)):
                yield "shuffle", [t(values, shape, dtype)], {"axis": axis}
            yield "shuffle", [t(values, shape, dtype)], {"axis": -1}
        for rate in (0.0, 0.1, 0.5, 0.9):
            yield "dropout", [t(row, shape), rate], {}
        yield "dropout", [t(row, shape, "float16"), 0.3], {}
        yield "dropout", [t(row, shape), 0.5], {"noise_shape": tuple([shape[0]] + [1] * (len(shape) - 1))}
        yield "dropout", [t(row, shape), 0.5], {"noise_shape": tuple([None] * (len(shape) - 1) + [1])}
    for n in (1, 3, 50):
        for shape in ((4, 6), (1, 24), (24, 1), (2, 12)):
            yield "categorical", [t(row, shape), n], {}
            yield "categorical", [t(row, shape), n], {"dtype": "int8"}
    yield "categorical", [t(row, (24,)), 3], {}
    yield "categorical", [t(row, (2, 3, 4)), 3], {}


INITIALIZERS = {
    "RandomNormal": [{}, {"mean": 1.0, "stddev": 0.5}],
    "TruncatedNormal": [{}, {"mean": -2.0, "stddev": 0.1}],
    "RandomUniform": [{}, {"minval": 0.0, "maxval": 1.0}, {"minval": -5, "maxval": 5}],
    "GlorotNormal": [{}],
    "GlorotUniform": [{}],
    "HeNormal": [{}],
    "HeUniform": [{}],
    "LecunNormal": [{}],
    "LecunUniform": [{}],
    "Orthogonal": [{}, {"gain": 2.5}],
    "VarianceScaling": [
        {"scale": scale, "mode": mode, "distribution": distribution}
        for scale, mode, distribution in (
            (2.0, "fan_in", "truncated_normal"),
            (0.5, "fan_out", "untruncated_normal"),
            (3.0, "fan_avg", "uniform"),
            (1.0, "fan_avg", "normal"),
        )
    ],
}


def record(writer, seed):
    numbers = {}
    for i, (op, args, kwargs) in enumerate(draws()):
        chosen = SEEDS[(i + seed) % len(SEEDS)]
        k = {name: encoded(value) for name, value in kwargs.items() if value is not None}
        n = numbers[op] = numbers.get(op, -1) + 1
        row = {"id": f"{op}#x{seed}.{n}", "op": op, "a": [encoded(a) for a in args], "k": {**k, "seed": chosen}}
        writer.write("random_values", op, {**calls.call("random_values", row), "t": "recorded::seeded"})
    i = seed
    for cls, configs in INITIALIZERS.items():
        n = 0
        for config in configs:
            for shape in ((3,), (5, 7), (7, 5), (3, 3, 4, 8), (2, 3, 4), (1, 1), (16, 4)):
                for dtype in (None, "float16", "bfloat16"):
                    i += 1
                    row = {
                        "id": f"{cls}#x{seed}.{n}",
                        "cls": cls,
                        "init": {**config, "seed": abs(SEEDS[i % len(SEEDS)])},
                        "a": [encoded(shape)],
                        **({"k": {"dtype": dtype}} if dtype else {}),
                        "t": "recorded::seeded",
                    }
                    writer.write("initializers_seeded", cls, calls.initializer(row))
                    n += 1
