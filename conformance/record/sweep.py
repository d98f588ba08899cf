"""New calls in the manner of the recorded ones: sweeps over operands and options, and variations of recorded calls."""

import copy
import json
import random as py_random

DTYPES = (
    "bool int8 uint8 int16 uint16 int32 uint32 float16 bfloat16 float32".split()
)
SPECIAL = [0, "-0", 1, -1, 0.5, -0.5, 2, -2, "NaN", "Infinity", "-Infinity", 1e-8, -1e-8, 30, -30, 1e20]
AXES = [None, 0, 1, 2, -1, -2, 3, -4, [0, 1], (0, 2), (-1, 0), (1,), (0, 1, 2), ()]


class Source:
    """Operands with reproducible values."""

    def __init__(self, seed):
        self.rng = py_random.Random(seed)

    def tensor(self, dtype, shape, source=None, low=-2.0, high=2.0):
        size = 1
        for n in shape:
            size *= n
        rng = self.rng
        if dtype == "bool":
            values = [rng.randrange(2) for _ in range(size)]
        elif dtype.startswith("uint"):
            values = [rng.randrange(8) for _ in range(size)]
        elif dtype.startswith("int"):
            values = [rng.randrange(-7, 8) for _ in range(size)]
        elif dtype.startswith("complex"):
            values = [[round(rng.uniform(low, high), 2), round(rng.uniform(low, high), 2)] for _ in range(size)]
        elif dtype in ("float16", "bfloat16"):
            values = [rng.randrange(-32, 33) / 16 for _ in range(size)]
        else:
            values = [round(rng.uniform(low, high), 2) for _ in range(size)]
        tag = {"$": "t", "d": dtype, "s": list(shape), "v": values}
        if source:
            tag["f"] = source
        return tag

    def special(self):
        return {"$": "t", "d": "float32", "s": [len(SPECIAL)], "v": SPECIAL}


def encoded(value):
    """Plain Python as cases spell it."""
    if isinstance(value, tuple):
        return {"$": "tuple", "v": [encoded(item) for item in value]}
    if isinstance(value, float) and value.is_integer():
        return {"$": "f", "v": int(value)}
    return value


def one_operand(s):
    """Operands for ops of one tensor."""
    nested = [[encoded(1.0), encoded(-2.0)], [3.5, encoded(4.0)]]
    yield from ([0.5], [2], [True], [[1, 2, 3]], [nested], [[]], [s.special()])
    for dtype in DTYPES + ["complex64"]:
        yield [s.tensor(dtype, (2, 3))]
    for shape in ((), (3,), (0,), (0, 3), (1, 1), (2, 0, 3), (2, 3, 4), (3, 3), (2, 3, 3), (2, 1, 3, 2)):
        yield [s.tensor("float32", shape)]
    for shape in ((), (3,), (3, 3)):
        yield [s.tensor("int32", shape)]
    yield [s.tensor("float32", (2, 3), "np")]
    yield [s.tensor("float32", (), "np0")]
    yield [s.tensor("float32", (2, 3), "var")]
    yield [s.tensor("float32", (2, 3), low=0.05, high=0.95)]
    yield [s.tensor("float32", (2, 3), low=-100, high=100)]


def two_operands(s):
    """Operands for ops of two tensors."""
    t = s.tensor
    yield from (
        [[1, 2], [encoded(3.0), encoded(4.0)]],
        [2, t("float32", (2, 3))],
        [t("float32", (2, 3)), 1.5],
        [t("float32", (2, 3)), encoded(2.0)],
        [t("int32", (3,)), 2],
        [t("int32", (3,)), 2.5],
        [0.5, t("int32", (3,))],
        [t("bool", (3,)), 2],
        [t("bool", (3,)), 0.5],
        [2, 3],
        [1.5, 2],
        [t("uint8", (3,)), -1],
        [s.special(), t("float32", ())],
        [t("float32", ()), s.special()],
        [t("float32", (2, 3), "np"), t("float32", (3,), "var")],
        [t("float32", (), "np0"), t("int32", (3,))],
    )
    for dtype in DTYPES + ["complex64"]:
        yield [t(dtype, (2, 3)), t(dtype, (2, 3))]
    for a, b in (("int32", "float32"), ("int8", "uint8"), ("float16", "bfloat16"), ("bool", "float16"), ("uint32", "int32"),
                 ("float16", "float32"), ("complex64", "float32"), ("bool", "int8"), ("uint8", "bfloat16")):
        yield [t(a, (2, 3)), t(b, (2, 3))]
    for a, b in (((), ()), ((0, 3), (3,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 1), (1, 3)), ((2, 3), (4,)), ((2, 3), (3, 2)),
                 ((3, 3), (3, 3)), ((2, 1, 3), (4, 1)), ((2, 3, 4), (2, 4, 3)), ((4,), (4,)), ((2, 3, 4), ()), ((2, 3), (2,)),
                 ((1,), (0,)), ((2, 3, 3), (2, 3, 3)), ((3, 2), (2, 3))):
        yield [t("float32", a), t("float32", b)]


def parameters(symbol):
    return {p["name"]: p for p in symbol.get("params", []) if p["kind"] in ("pos_or_kw", "kw_only", "pos_only")}


def option_sets(s, symbol, pools):
    """Options to vary, one or two at a time."""
    names = parameters(symbol)
    optional = [n for n, p in names.items() if p.get("optional") and n not in ("name",)]
    if "axis" in names:
        for axis in AXES:
            yield {"axis": encoded(axis)}
            if "keepdims" in names:
                yield {"axis": encoded(axis), "keepdims": True}
    for name in optional:
        pool = pools.get(name, [])
        for value in s.rng.sample(pool, min(6, len(pool))):
            yield {name: value}
    if len(optional) > 1:
        for _ in range(8):
            chosen = s.rng.sample(optional, 2)
            if all(pools.get(name) for name in chosen):
                yield {name: s.rng.choice(pools[name]) for name in chosen}


def sweep(s, symbol, arity, pools):
    """Calls of an op that takes `arity` tensors first."""
    operands = one_operand if arity == 1 else two_operands
    for args in operands(s):
        yield args, {}
    for options in option_sets(s, symbol, pools):
        shape = s.rng.choice([(2, 3, 4), (2, 3, 4), (3, 4), (4,)])
        dtype = s.rng.choice(["float32"] * 4 + DTYPES)
        yield [s.tensor(dtype, shape) for _ in range(arity)], options


def _is_tensor(value):
    return isinstance(value, dict) and value.get("$") == "t" and value["d"] != "string"


def _places(value, test, path=()):
    """Paths to the values that pass a test."""
    if test(value):
        yield path
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _places(item, test, (*path, i))
    elif isinstance(value, dict) and value.get("$") in (None, "tuple"):
        for key, item in value.items():
            if key != "$":
                yield from _places(item, test, (*path, key))


def _at(root, path):
    for key in path:
        root = root[key]
    return root


def _put(root, path, value):
    _at(root, path[:-1])[path[-1]] = value


def _retype(s, tag, dtype):
    """The same tensor in another dtype, its values cut to what that holds."""
    tag = {key: value for key, value in tag.items() if key != "d0"}
    complex_values = tag["d"].startswith("complex")
    tag["d"] = dtype

    def one(v):
        if complex_values:
            v = v[0] if isinstance(v, list) else v
        if dtype == "bool":
            return int(v not in (0, "-0"))
        if "float" in dtype:
            return v
        if isinstance(v, str):
            return 0
        return int(abs(v)) % 100 if dtype.startswith("uint") else max(-100, min(100, int(v)))

    if "v" in tag:
        tag["v"] = [one(v) for v in tag["v"]]
    elif "c" in tag:
        tag["c"] = one(tag["c"])
    elif "r" in tag and dtype == "bool":
        del tag["r"]
        tag["c"] = 1
    return tag


def _nested(tag):
    """A small real tensor as a nested list of Python numbers."""
    if "v" not in tag or len(tag["v"]) > 64 or tag["d"].startswith("complex") or 0 in tag["s"]:
        return None
    if any(isinstance(v, str) for v in tag["v"]):
        return None
    if tag["d"] == "bool":
        items = [bool(v) for v in tag["v"]]
    elif "float" in tag["d"]:
        items = [encoded(float(v)) for v in tag["v"]]
    else:
        items = tag["v"]
    for n in reversed(tag["s"][1:]):
        items = [items[i : i + n] for i in range(0, len(items), n)]
    return items if tag["s"] else items[0]


def vary(s, row, pools, symbol):
    """One variation of a recorded call: another dtype, shape, source, option or size; null when nothing fits."""
    call = {"a": copy.deepcopy(row.get("a", [])), "k": copy.deepcopy(row.get("k", {}))}
    rng = s.rng
    spots = list(_places(call, _is_tensor))
    numbers = list(_places(call, lambda v: isinstance(v, int) and not isinstance(v, bool)))
    flags = list(_places(call, lambda v: isinstance(v, bool)))
    way = rng.choice(["dtype", "dtype", "shape", "list", "source", "option", "option", "option", "number", "drop", "flag", "rank"])
    if way == "dtype" and spots:
        dtype = rng.choice(DTYPES)
        chosen = spots if rng.random() < 0.4 else [rng.choice(spots)]
        for spot in chosen:
            tag = _at(call, spot)
            if "float" in tag["d"] or rng.random() < 0.5:
                _put(call, spot, _retype(s, tag, dtype))
    elif way in ("shape", "rank") and spots:
        spot = rng.choice(spots)
        tag = _at(call, spot)
        shape = list(tag["s"])
        if way == "rank":
            shape = [1, *shape] if rng.random() < 0.5 else [*shape, 1]
            _put(call, spot, {**tag, "s": shape})
        else:
            if shape:
                at = rng.randrange(len(shape))
                shape[at] = rng.choice([0, 1, 2, shape[at] + 1])
            _put(call, spot, s.tensor(tag["d"], shape, tag.get("f")))
    elif way == "list" and spots:
        spot = rng.choice(spots)
        nested = _nested(_at(call, spot))
        if nested is None:
            return None
        _put(call, spot, nested)
    elif way == "source" and spots:
        spot = rng.choice(spots)
        tag = {key: v for key, v in _at(call, spot).items() if key not in ("f", "d0")}
        source = rng.choice(["np", "var", None])
        _put(call, spot, {**tag, "f": source} if source else tag)
    elif way == "option":
        names = [n for n, p in parameters(symbol).items() if p.get("optional") and n != "name" and pools.get(n)]
        if not names:
            return None
        name = rng.choice(names)
        at = list(parameters(symbol)).index(name)
        if at < len(call["a"]):
            call["a"] = call["a"][:at]
        call["k"][name] = rng.choice(pools[name])
    elif way == "number" and numbers:
        spot = rng.choice(numbers)
        n = _at(call, spot)
        _put(call, spot, rng.choice([n + 1, n - 1, -n, 0, 1]))
    elif way == "flag" and flags:
        spot = rng.choice(flags)
        _put(call, spot, not _at(call, spot))
    elif way == "drop" and call["k"]:
        del call["k"][rng.choice(list(call["k"]))]
    else:
        return None
    return call


def symbolic(s, call):
    """The call on symbols, some of whose sizes are unknown; null when there is no tensor to replace."""
    call = copy.deepcopy(call)
    spots = list(_places(call, _is_tensor))
    if not spots:
        return None
    if len(spots) > 1 and s.rng.random() < 0.2:
        spots = s.rng.sample(spots, len(spots) - 1)
    mode = s.rng.choice(["known", "batch", "any", "all"])
    for spot in spots:
        tag = _at(call, spot)
        shape = list(tag["s"])
        if mode == "batch" and shape:
            shape[0] = None
        elif mode == "any":
            shape = [None if s.rng.random() < 0.4 else n for n in shape]
        elif mode == "all":
            shape = [None] * len(shape)
        _put(call, spot, {"$": "kt", "d": tag["d"], "s": shape})
    return call


def key_of(op, call):
    return json.dumps([op, call.get("a", []), call.get("k", {})], sort_keys=True)
