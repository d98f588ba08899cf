"""Records new golden cases from Python Keras on JAX.

    .cache/py/bin/python conformance/record/record.py FOLDER [--seed 1] [--sweep 20] [--vary 20] [--category ops] [--op sum]

Every op of the recorded cases is swept (operands, dtypes, axes, options) and its recorded calls are varied; what Keras then
does, errors included, becomes a case in the format of `golden/FORMAT.md`, eager with its gradients, and on symbols.
Calls that the repository's cases hold already are left out. The same seed gives the same calls.
"""

import argparse
import collections
import gzip
import json
import os
import pathlib
import warnings

os.environ["KERAS_BACKEND"] = "jax"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.filterwarnings("ignore")

import call as calls  # noqa: E402
import seeded  # noqa: E402
import sweep  # noqa: E402
from codec import Unsupported  # noqa: E402

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE.parent / "golden"
MANIFEST = HERE.parents[1] / "scripts/api/keras-api.json"
LONGEST_LINE = 20_000
# Their values depend on a seed of their own choice or on what memory held, or the case takes a function.
LEFT_OUT = {"elastic_transform", "jvp", "empty", "empty_like", "custom_gradient", "vectorize", "is_tensor", "shape", "stop_gradient"}


def read(category):
    rows = collections.defaultdict(list)
    pack = GOLDEN / f"{category}.jsonl.gz"
    if pack.exists():
        for line in gzip.open(pack, "rt"):
            row = json.loads(line)
            if "op" in row:
                rows[row["op"]].append(row)
    return rows


def signatures():
    """Op → its symbol in the manifest."""
    symbols = {}
    for symbol in json.loads(MANIFEST.read_text())["symbols"]:
        for path in [symbol["path"], *symbol.get("aliases", [])]:
            if path.startswith(("keras.ops.", "keras.activations.", "keras.random.")):
                symbols.setdefault(path.rsplit(".", 1)[1], symbol)
    return symbols


def option_pools(recorded, symbols):
    """Parameter → values that some recorded call gave it."""
    pools = collections.defaultdict(dict)
    for rows in recorded:
        for op, cases in rows.items():
            names = [p["name"] for p in symbols.get(op, {}).get("params", [])]
            for row in cases:
                given = {**dict(zip(names, row.get("a", []))), **row.get("k", {})}
                for name, value in given.items():
                    text = json.dumps(value)
                    if len(text) < 60 and '"kt"' not in text and name != "sparse":
                        pools[name].setdefault(text, value)
    return {name: list(values.values()) for name, values in pools.items()}


def arity_of(rows):
    """How many tensors an op takes first, by its recorded calls; 0 where that is not one or two."""
    counts = collections.Counter()
    for row in rows:
        n = 0
        for arg in row.get("a", []):
            if not (isinstance(arg, dict) and arg.get("$") in ("t", "kt")):
                break
            n += 1
        counts[n] += 1
    best = counts.most_common(1)[0][0]
    return best if best in (1, 2) else 0


def is_swept(rows):
    return any(row.get("t", "").startswith("extra::auto") for row in rows)


class Writer:
    def __init__(self, folder):
        self.folder = folder
        self.counts = collections.Counter()

    def write(self, category, name, row):
        line = json.dumps(row, separators=(",", ":"))
        if len(line) > LONGEST_LINE:
            return False
        file = self.folder / category / f"{name}.jsonl"
        file.parent.mkdir(parents=True, exist_ok=True)
        with open(file, "a") as out:
            out.write(line + "\n")
        self.counts[category] += 1
        return True


def planned(source, op, rows, symbol, pools, options):
    arity = arity_of(rows)
    if arity and is_swept(rows):
        swept = [{"a": a, "k": k} for a, k in sweep.sweep(source, symbol, arity, pools)]
        source.rng.shuffle(swept)
        yield from swept[: options.sweep]
    for _ in range(options.vary):
        varied = sweep.vary(source, source.rng.choice(rows), pools, symbol)
        if varied is not None:
            yield varied


def record_calls(writer, category, options, symbols, pools):
    recorded = read(category)
    symbolic = read(f"symbolic/{category}")
    for op in sorted(recorded):
        if op in LEFT_OUT or (options.op and op not in options.op) or op not in symbols:
            continue
        source = sweep.Source(f"{options.seed} {category} {op}")
        rows = [row for row in recorded[op] if "env" not in row]
        if not rows:
            continue
        seen = {sweep.key_of(op, row) for row in rows}
        seen_symbolic = {sweep.key_of(op, row) for row in symbolic[op]}
        n = m = 0
        for planned_call in planned(source, op, rows, symbols[op], pools, options):
            key = sweep.key_of(op, planned_call)
            if key in seen:
                continue
            seen.add(key)
            name = f"{op}#x{options.seed}.{n}"
            row = {"id": name, "op": op, **{k: v for k, v in planned_call.items() if v}, "t": f"recorded::{category}"}
            try:
                done = calls.call(category, row)
                if done is not None and writer.write(category, op, done):
                    n += 1
                    gradients = calls.gradients(row) if category == "ops" and "o" in done else None
                    if gradients is not None:
                        writer.write("grads", op, {"id": name, "g": gradients})
                if source.rng.random() < options.symbolic:
                    on_symbols = sweep.symbolic(source, planned_call)
                    if on_symbols is not None and sweep.key_of(op, on_symbols) not in seen_symbolic:
                        seen_symbolic.add(sweep.key_of(op, on_symbols))
                        row = {"id": f"{op}#x{options.seed}.{m}", "op": op, **{k: v for k, v in on_symbols.items() if v}}
                        done = calls.call(category, row)
                        if done is not None and writer.write(f"symbolic/{category}", op, {**done, "t": "recorded::symbolic"}):
                            m += 1
            except (Unsupported, calls.TooSlow):
                continue


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sweep", type=int, default=20, help="swept calls per op")
    parser.add_argument("--vary", type=int, default=20, help="variations per op")
    parser.add_argument("--symbolic", type=float, default=0.5, help="share of calls that are also made on symbols")
    parser.add_argument("--category", nargs="*", default=["ops", "activations", "seeded"])
    parser.add_argument("--op", nargs="*")
    options = parser.parse_args()
    writer = Writer(options.folder)
    symbols = signatures()
    pools = option_pools([read("ops"), read("symbolic/ops"), read("activations")], symbols)
    for category in options.category:
        if category == "seeded":
            seeded.record(writer, options.seed)
        else:
            record_calls(writer, category, options, symbols, pools)
    print(dict(writer.counts))


main()
