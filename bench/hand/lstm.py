"""
LSTM 128 over 64 steps of 32 features, then Dense 10. Keras's gate order: input, forget, cell, output.

Training is unrolled; everything that does not depend on the step before (the input projection, the local derivatives,
the gradients of the kernels) is one op over all steps. Inference takes ONNX's LSTM.
"""

import numpy as np
from onnx import TensorProto

from graph import Graph

STEPS, FEATURES, UNITS = 64, 32, 128
SHAPES = {
    "kernel": (FEATURES, 4 * UNITS),
    "recurrent": (UNITS, 4 * UNITS),
    "bias": (4 * UNITS,),
    "w": (UNITS, 10),
    "b": (10,),
}


def train(batch):
    graph = Graph("lstm")
    inputs, labels = graph.input("x", [batch, STEPS, FEATURES]), graph.input("y", [batch], TensorProto.INT32)
    graph.declare(SHAPES)

    # Forward. Lists hold one value per step; `rows` stacks them to [STEPS * batch, ...].
    flat = graph.reshape(graph.transpose(inputs, [1, 0, 2]), [STEPS * batch, FEATURES])
    projected = graph.reshape(graph.gemm(flat, "kernel", "bias"), [STEPS, batch, 4 * UNITS])
    projections = graph.split(projected, STEPS, axis=0)
    hidden = cell = graph.constant(np.zeros((batch, UNITS)))
    gates, squashed_cells, cells_before, hiddens_before = [], [], [], []
    for step in range(STEPS):
        hiddens_before.append(hidden)
        cells_before.append(cell)
        total = graph.gemm(hidden, "recurrent", graph.reshape(projections[step], [batch, 4 * UNITS]))
        enter, forget, candidate, leave = graph.split(total, 4, axis=-1)
        enter, forget, leave = (graph.op("Sigmoid", gate) for gate in (enter, forget, leave))
        candidate = graph.op("Tanh", candidate)
        gates.append((enter, forget, candidate, leave))
        cell = graph.add(graph.mul(forget, cell), graph.mul(enter, candidate))
        squashed_cells.append(graph.op("Tanh", cell))
        hidden = graph.mul(leave, squashed_cells[-1])

    def rows(values):
        return graph.concat(values, axis=0)

    enter, forget, candidate, leave = (rows(values) for values in zip(*gates, strict=True))
    squashed, cell_before, hidden_before = rows(squashed_cells), rows(cells_before), rows(hiddens_before)

    # Local derivatives, of all steps at once.
    one = graph.constant(1.0)

    def tanh_slope(value):
        return graph.sub(one, graph.mul(value, value))

    def sigmoid_slope(value):
        return graph.mul(value, graph.sub(one, value))

    cell_by_hidden = graph.mul(leave, tanh_slope(squashed))
    by_gates = graph.concat(
        [
            graph.mul(candidate, sigmoid_slope(enter)),
            graph.mul(cell_before, sigmoid_slope(forget)),
            graph.mul(enter, tanh_slope(candidate)),
            graph.mul(squashed, sigmoid_slope(leave)),
        ],
        axis=-1,
    )

    # Backward.
    gradients = {}
    gradient = graph.cross_entropy(graph.gemm(hidden, "w", "b"), labels, batch)
    graph.dense_gradients(gradients, "w", "b", hidden, gradient, batch)
    hidden_gradient, cell_gradient = graph.gemm(gradient, "w", transB=1), None
    cell_slopes, gate_slopes = graph.split(cell_by_hidden, STEPS, axis=0), graph.split(by_gates, STEPS, axis=0)
    gate_gradients = [None] * STEPS
    for step in reversed(range(STEPS)):
        through = graph.mul(hidden_gradient, cell_slopes[step])
        cell_gradient = through if cell_gradient is None else graph.add(cell_gradient, through)
        outer = graph.concat([cell_gradient, cell_gradient, cell_gradient, hidden_gradient], axis=-1)
        gate_gradients[step] = graph.mul(outer, gate_slopes[step])
        if step > 0:
            hidden_gradient = graph.gemm(gate_gradients[step], "recurrent", transB=1)
            cell_gradient = graph.mul(cell_gradient, gates[step][1])
    gradient = rows(gate_gradients)
    gradients["recurrent"] = graph.gemm(hidden_before, gradient, transA=1)
    graph.dense_gradients(gradients, "kernel", "bias", flat, gradient, STEPS * batch)
    graph.adam(gradients)
    return graph


def _onnx_order(weights):
    """From Keras's gate order to ONNX's: input, output, forget, cell."""
    enter, forget, candidate, leave = np.split(weights, 4, axis=-1)
    return np.concatenate([enter, leave, forget, candidate], axis=-1)


def predict(batch, weights):
    graph = Graph("lstm")
    inputs = graph.input("x", [batch, STEPS, FEATURES])
    graph.declare(SHAPES, weights)
    bias = np.concatenate([_onnx_order(weights["bias"]), np.zeros(4 * UNITS, np.float32)])
    _, last, _ = graph.op(
        "LSTM",
        graph.transpose(inputs, [1, 0, 2]),
        graph.constant(_onnx_order(weights["kernel"]).T[None]),
        graph.constant(_onnx_order(weights["recurrent"]).T[None]),
        graph.constant(bias[None]),
        results=3,
        hidden_size=UNITS,
    )
    graph.output(graph.gemm(graph.reshape(last, [batch, UNITS]), "w", "b"), [batch, 10])
    return graph
