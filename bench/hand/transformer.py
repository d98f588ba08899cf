"""One pre-norm transformer block (128 tokens of 256, 4 heads, feed-forward 1024), a norm, the mean over tokens, Dense 10."""

import numpy as np
from onnx import TensorProto

from graph import Graph

TOKENS, WIDTH, HEADS, INNER = 128, 256, 4, 1024
DEPTH = WIDTH // HEADS
SCALE = DEPTH**-0.5
NORM_EPSILON = 1e-5
SHAPES = {"gamma1": (WIDTH,), "beta1": (WIDTH,)}
for _role in ("query", "key", "value", "out"):
    SHAPES[f"{_role}_w"] = (WIDTH, WIDTH)
    SHAPES[f"{_role}_b"] = (WIDTH,)
SHAPES |= {
    "gamma2": (WIDTH,),
    "beta2": (WIDTH,),
    "w1": (WIDTH, INNER),
    "b1": (INNER,),
    "w2": (INNER, WIDTH),
    "b2": (WIDTH,),
    "gamma3": (WIDTH,),
    "beta3": (WIDTH,),
    "w3": (WIDTH, 10),
    "b3": (10,),
}


class Block:
    """The graph with the helpers that depend on the batch."""

    def __init__(self, batch):
        self.batch, self.rows = batch, batch * TOKENS
        self.graph = Graph("transformer")
        self.inputs = self.graph.input("x", [batch, TOKENS, WIDTH])

    def heads(self, rows):
        """[rows, WIDTH] to [batch, HEADS, TOKENS, DEPTH]."""
        parted = self.graph.reshape(rows, [self.batch, TOKENS, HEADS, DEPTH])
        return self.graph.transpose(parted, [0, 2, 1, 3])

    def merged(self, heads):
        return self.graph.reshape(self.graph.transpose(heads, [0, 2, 1, 3]), [self.rows, WIDTH])

    def norm(self, rows, index):
        """Layer normalization; also returns what its gradient needs."""
        gamma, beta = f"gamma{index}", f"beta{index}"
        result, mean, inverse = self.graph.op(
            "LayerNormalization", rows, gamma, beta, results=3, axis=-1, epsilon=NORM_EPSILON
        )
        return result, (rows, mean, inverse)

    def norm_gradient(self, gradients, gradient, saved, index):
        graph = self.graph
        rows, mean, inverse = saved
        normal = graph.mul(graph.sub(rows, mean), inverse)
        gradients[f"gamma{index}"] = graph.column_sum(graph.mul(gradient, normal), self.rows)
        gradients[f"beta{index}"] = graph.column_sum(gradient, self.rows)
        gradient = graph.mul(gradient, f"gamma{index}")
        centred = graph.sub(gradient, graph.mean(gradient, [-1]))
        along = graph.mul(normal, graph.mean(graph.mul(gradient, normal), [-1]))
        return graph.mul(graph.sub(centred, along), inverse)

    def attention(self, rows):
        """Returns the merged context and the queries, keys, values and probabilities."""
        graph = self.graph
        query, key, value = (
            self.heads(graph.gemm(rows, f"{role}_w", f"{role}_b")) for role in ("query", "key", "value")
        )
        scores = graph.fused_matmul(query, key, transB=1, alpha=SCALE)
        probabilities = graph.op("Softmax", scores, axis=-1)
        return self.merged(graph.matmul(probabilities, value)), (query, key, value, probabilities)

    def attention_gradient(self, gradients, gradient, rows, saved):
        """From the gradient of the context to that of the rows."""
        graph = self.graph
        query, key, value, probabilities = saved
        gradient = self.heads(gradient)
        by_value = graph.fused_matmul(probabilities, gradient, transA=1)
        by_probability = graph.fused_matmul(gradient, value, transB=1)
        total = graph.sum(graph.mul(by_probability, probabilities), [-1], keepdims=1)
        by_score = graph.mul(probabilities, graph.sub(by_probability, total))
        by_query = graph.fused_matmul(by_score, key, alpha=SCALE)
        by_key = graph.fused_matmul(by_score, query, transA=1, alpha=SCALE)
        result = None
        for role, part in (("query", by_query), ("key", by_key), ("value", by_value)):
            part = self.merged(part)
            graph.dense_gradients(gradients, f"{role}_w", f"{role}_b", rows, part, self.rows)
            # The third operand of Gemm adds up the three paths.
            result = graph.gemm(part, f"{role}_w", result, transB=1)
        return result

    def logits(self, rows):
        graph = self.graph
        pooled = graph.mean(graph.reshape(rows, [self.batch, TOKENS, WIDTH]), [1], keepdims=0)
        return pooled, graph.gemm(pooled, "w3", "b3")


def train(batch):
    block = Block(batch)
    graph, rows = block.graph, block.rows
    labels = graph.input("y", [batch], TensorProto.INT32)
    graph.declare(SHAPES)

    tokens = graph.reshape(block.inputs, [rows, WIDTH])
    normal_1, norm_1 = block.norm(tokens, 1)
    context, attention = block.attention(normal_1)
    attended = graph.add(tokens, graph.gemm(context, "out_w", "out_b"))
    normal_2, norm_2 = block.norm(attended, 2)
    inner = graph.gemm(normal_2, "w1", "b1")
    half_erf = graph.scale(graph.op("Erf", graph.scale(inner, 2**-0.5)), 0.5)
    distribution = graph.add(half_erf, graph.constant(0.5))
    activated = graph.mul(inner, distribution)
    fed = graph.add(attended, graph.gemm(activated, "w2", "b2"))
    normal_3, norm_3 = block.norm(fed, 3)
    pooled, logits = block.logits(normal_3)

    gradients = {}
    gradient = graph.cross_entropy(logits, labels, batch)
    graph.dense_gradients(gradients, "w3", "b3", pooled, gradient, batch)
    gradient = graph.scale(graph.gemm(gradient, "w3", transB=1), 1.0 / TOKENS)
    spread = graph.op("Expand", graph.reshape(gradient, [batch, 1, WIDTH]), graph.integers([batch, TOKENS, WIDTH]))
    by_fed = block.norm_gradient(gradients, graph.reshape(spread, [rows, WIDTH]), norm_3, 3)

    graph.dense_gradients(gradients, "w2", "b2", activated, by_fed, rows)
    density = graph.scale(graph.op("Exp", graph.scale(graph.mul(inner, inner), -0.5)), 1 / np.sqrt(2 * np.pi))
    slope = graph.add(distribution, graph.mul(inner, density))
    by_inner = graph.mul(graph.gemm(by_fed, "w2", transB=1), slope)
    graph.dense_gradients(gradients, "w1", "b1", normal_2, by_inner, rows)
    by_normal = graph.gemm(by_inner, "w1", transB=1)
    by_attended = graph.add(by_fed, block.norm_gradient(gradients, by_normal, norm_2, 2))

    graph.dense_gradients(gradients, "out_w", "out_b", context, by_attended, rows)
    by_context = graph.gemm(by_attended, "out_w", transB=1)
    by_normal = block.attention_gradient(gradients, by_context, normal_1, attention)
    block.norm_gradient(gradients, by_normal, norm_1, 1)
    graph.adam(gradients)
    return graph


def predict(batch, weights):
    block = Block(batch)
    graph = block.graph
    graph.declare(SHAPES, weights)
    tokens = graph.reshape(block.inputs, [block.rows, WIDTH])
    context, _ = block.attention(block.norm(tokens, 1)[0])
    attended = graph.add(tokens, graph.gemm(context, "out_w", "out_b"))
    inner = graph.gemm(block.norm(attended, 2)[0], "w1", "b1")
    fed = graph.add(attended, graph.gemm(graph.op("Gelu", inner, approximate="none"), "w2", "b2"))
    graph.output(block.logits(block.norm(fed, 3)[0])[1], [batch, 10])
    return graph
