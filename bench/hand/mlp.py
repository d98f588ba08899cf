"""784-512-512-10 with ReLU."""

from onnx import TensorProto

from graph import Graph

SIZES = (784, 512, 512, 10)
LAYERS = len(SIZES) - 1
SHAPES = {}
for _layer in range(LAYERS):
    SHAPES[f"w{_layer}"] = (SIZES[_layer], SIZES[_layer + 1])
    SHAPES[f"b{_layer}"] = (SIZES[_layer + 1],)


def _forward(graph, inputs):
    """Every layer's input, then the logits."""
    activations = [inputs]
    for layer in range(LAYERS):
        hidden = graph.gemm(activations[-1], f"w{layer}", f"b{layer}")
        activations.append(graph.relu(hidden) if layer < LAYERS - 1 else hidden)
    return activations


def train(batch):
    graph = Graph("mlp")
    inputs, labels = graph.input("x", [batch, SIZES[0]]), graph.input("y", [batch], TensorProto.INT32)
    graph.declare(SHAPES)
    activations = _forward(graph, inputs)
    gradient = graph.cross_entropy(activations[-1], labels, batch)
    gradients = {}
    for layer in reversed(range(LAYERS)):
        graph.dense_gradients(gradients, f"w{layer}", f"b{layer}", activations[layer], gradient, batch)
        if layer > 0:
            gradient = graph.gemm(gradient, f"w{layer}", transB=1)
            gradient = graph.relu_gradient(gradient, activations[layer])
    graph.adam(gradients)
    return graph


def predict(batch, weights):
    graph = Graph("mlp")
    inputs = graph.input("x", [batch, SIZES[0]])
    graph.declare(SHAPES, weights)
    graph.output(_forward(graph, inputs)[-1], [batch, SIZES[-1]])
    return graph
