"""
28x28 images: Conv 32, pool, Conv 64, pool, Dense 128, Dense 10.

Training keeps channels last throughout and writes a convolution as the product of gathered columns with the kernel:
the columns serve again for the gradient of the kernel. With constant weights (inference) ONNX Runtime's own Conv, which
packs the kernel once, is the fastest.
"""

import numpy as np
from onnx import TensorProto

from graph import Graph

SHAPES = {
    "k1": (3, 3, 1, 32),
    "c1": (32,),
    "k2": (3, 3, 32, 64),
    "c2": (64,),
    "w3": (7 * 7 * 64, 128),
    "b3": (128,),
    "w4": (128, 10),
    "b4": (10,),
}
# The gradient of a kernel is summed over this many chunks of rows, so that both cores have work.
CHUNKS = 16


def _padded(graph, images):
    return graph.op("Pad", images, graph.integers([0, 1, 1, 0, 0, 1, 1, 0]))


def _columns(graph, images, batch, size, channels):
    """The 3x3 neighbourhoods of every pixel, one row each: [batch * size * size, 9 * channels]."""
    padded, width = _padded(graph, images), size + 2
    shape = [batch * size * size, 9 * channels]
    window = range(3)
    if channels == 1:
        corners = [(row, column) for row in window for column in window]
        shifted = [
            graph.op(
                "Slice",
                padded,
                graph.integers([row, column]),
                graph.integers([row + size, column + size]),
                graph.integers([1, 2]),
            )
            for row, column in corners
        ]
        return graph.reshape(graph.concat(shifted, axis=3), shape)
    pixels = [
        (y + row) * width + x + column for y in range(size) for x in range(size) for row in window for column in window
    ]
    flat = graph.reshape(padded, [batch, width * width, channels])
    return graph.reshape(graph.op("Gather", flat, graph.integers(pixels), axis=1), shape)


def _kernel_gradient(graph, columns, gradient, rows, fan_in, filters):
    chunk = rows // CHUNKS
    left = graph.reshape(columns, [CHUNKS, chunk, fan_in])
    right = graph.reshape(gradient, [CHUNKS, chunk, filters])
    return graph.sum(graph.fused_matmul(left, right, transA=1), [0])


def _max_pool(graph, maps, batch, size, channels):
    """2x2 pooling as two comparisons; returns the pooled maps and what their gradient needs."""
    half = size // 2
    left, right = graph.split(graph.reshape(maps, [batch * size * half, 2, channels]), 2, axis=1)
    wide = graph.op("Max", left, right)
    top, bottom = graph.split(graph.reshape(wide, [batch * half, 2, half * channels]), 2, axis=1)
    pooled = graph.reshape(graph.op("Max", top, bottom), [batch, half, half, channels])
    return pooled, (left, right, top, bottom)


def _max_pool_gradient(graph, gradient, saved, batch, size, channels):
    """Sends the gradient to the first maximum of each window."""
    left, right, top, bottom = saved
    half = size // 2

    def route(gradient, first, second):
        chosen = graph.mul(gradient, graph.as_float(graph.op("GreaterOrEqual", first, second)))
        return graph.concat([chosen, graph.sub(gradient, chosen)], axis=1)

    gradient = route(graph.reshape(gradient, [batch * half, 1, half * channels]), top, bottom)
    gradient = route(graph.reshape(gradient, [batch * size * half, 1, channels]), left, right)
    return graph.reshape(gradient, [batch * size * size, channels])


def _flipped_kernel(graph, kernel):
    """The kernel of the convolution that carries the gradient back: [9 * filters, channels]."""
    backwards = graph.op(
        "Slice", kernel, graph.integers([2, 2]), graph.integers([-4, -4]), graph.integers([0, 1]), graph.integers([-1, -1])
    )
    return graph.reshape(graph.transpose(backwards, [0, 1, 3, 2]), [9 * 64, 32])


def train(batch):
    graph = Graph("cnn")
    images, labels = graph.input("x", [batch, 28, 28, 1]), graph.input("y", [batch], TensorProto.INT32)
    graph.declare(SHAPES)
    rows_1, rows_2 = batch * 28 * 28, batch * 14 * 14

    columns_1 = _columns(graph, images, batch, 28, 1)
    maps_1 = graph.relu(graph.gemm(columns_1, graph.reshape("k1", [9, 32]), "c1"))
    pooled_1, saved_1 = _max_pool(graph, maps_1, batch, 28, 32)
    columns_2 = _columns(graph, pooled_1, batch, 14, 32)
    maps_2 = graph.relu(graph.gemm(columns_2, graph.reshape("k2", [288, 64]), "c2"))
    pooled_2, saved_2 = _max_pool(graph, maps_2, batch, 14, 64)
    features = graph.reshape(pooled_2, [batch, 7 * 7 * 64])
    hidden = graph.relu(graph.gemm(features, "w3", "b3"))

    gradients = {}
    gradient = graph.cross_entropy(graph.gemm(hidden, "w4", "b4"), labels, batch)
    graph.dense_gradients(gradients, "w4", "b4", hidden, gradient, batch)
    gradient = graph.relu_gradient(graph.gemm(gradient, "w4", transB=1), hidden)
    graph.dense_gradients(gradients, "w3", "b3", features, gradient, batch)
    gradient = graph.reshape(graph.gemm(gradient, "w3", transB=1), [batch, 7, 7, 64])

    # The ReLU commutes with the pool, and its mask is four times smaller after it.
    gradient = _max_pool_gradient(graph, graph.relu_gradient(gradient, pooled_2), saved_2, batch, 14, 64)
    kernel = _kernel_gradient(graph, columns_2, gradient, rows_2, 288, 64)
    gradients["k2"], gradients["c2"] = graph.reshape(kernel, [3, 3, 32, 64]), graph.column_sum(gradient, rows_2)
    columns = _columns(graph, graph.reshape(gradient, [batch, 14, 14, 64]), batch, 14, 64)
    gradient = graph.reshape(graph.matmul(columns, _flipped_kernel(graph, "k2")), [batch, 14, 14, 32])

    gradient = _max_pool_gradient(graph, graph.relu_gradient(gradient, pooled_1), saved_1, batch, 28, 32)
    kernel = _kernel_gradient(graph, columns_1, gradient, rows_1, 9, 32)
    gradients["k1"], gradients["c1"] = graph.reshape(kernel, [3, 3, 1, 32]), graph.column_sum(gradient, rows_1)
    graph.adam(gradients)
    return graph


def predict(batch, weights):
    graph = Graph("cnn")
    images = graph.input("x", [batch, 28, 28, 1])
    graph.declare(SHAPES, weights)
    maps = graph.reshape(images, [batch, 1, 28, 28])
    for kernel, bias in (("k1", "c1"), ("k2", "c2")):
        kernel = graph.constant(np.transpose(weights[kernel], (3, 2, 0, 1)))
        maps = graph.relu(graph.op("Conv", maps, kernel, bias, pads=[1, 1, 1, 1]))
        maps = graph.op("MaxPool", maps, kernel_shape=[2, 2], strides=[2, 2])
    features = graph.reshape(graph.transpose(maps, [0, 2, 3, 1]), [batch, 7 * 7 * 64])
    hidden = graph.relu(graph.gemm(features, "w3", "b3"))
    graph.output(graph.gemm(hidden, "w4", "b4"), [batch, 10])
    return graph
