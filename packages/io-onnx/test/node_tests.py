"""Writes the node tests of the ONNX standard as files: one model, and one model whose initializers are its inputs and outputs."""

import json
import os
import sys
import warnings

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnx.backend.test.case.node import collect_testcases

warnings.filterwarnings("ignore")
folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)


def tensors(side, i, item, found):
    """Names the tensors of one value, and says what it is made of."""
    if item is None:
        return None
    if isinstance(item, (list, tuple)):
        return [tensors(side, f"{i}/{j}", x, found) for j, x in enumerate(item)]
    name = f"{side}/{i}"
    if isinstance(item, onnx.TensorProto):
        proto = onnx.TensorProto()
        proto.CopyFrom(item)
    else:
        proto = numpy_helper.from_array(np.asarray(item))
    proto.name = name
    found.append(proto)
    return name


index = []
for case in collect_testcases(None):
    entry = {"name": case.name, "rtol": case.rtol, "atol": case.atol, "sets": []}
    ops = set()

    def walk(graph):
        for node in graph.node:
            ops.add((node.domain + ":" if node.domain not in ("", "ai.onnx") else "") + node.op_type)
            for attribute in node.attribute:
                if attribute.HasField("g"):
                    walk(attribute.g)

    walk(case.model.graph)
    entry["ops"] = sorted(ops)
    path = os.path.join(folder, case.name)
    try:
        found = []
        for inputs, outputs in case.data_sets:
            n = len(entry["sets"])
            entry["sets"].append(
                {
                    "inputs": [tensors(f"{n}/in", i, x, found) for i, x in enumerate(inputs)],
                    "outputs": [tensors(f"{n}/out", i, x, found) for i, x in enumerate(outputs)],
                }
            )
    except Exception as error:
        entry["skipped"] = str(error)
    with open(path + ".onnx", "wb") as f:
        f.write(case.model.SerializeToString())
    data = helper.make_model(helper.make_graph([], "data", [], [], initializer=found))
    with open(path + ".data", "wb") as f:
        f.write(data.SerializeToString())
    index.append(entry)
with open(os.path.join(folder, "index.json"), "w") as f:
    json.dump(index, f)
print(len(index))
