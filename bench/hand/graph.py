"""Builds an ONNX graph one node at a time, with the formulations that run fastest on ONNX Runtime's CPU engine."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

OPSET = 21
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7
CLASSES = 10


class Graph:
    """Values are named by strings. A parameter is an input whose new value is the output ``<name>_next``."""

    def __init__(self, name):
        self.name = name
        self.nodes, self.initializers, self.inputs, self.outputs = [], [], [], []
        self.parameters = {}
        self._constants = {}
        self._count = 0

    # Structure

    def op(self, kind, *inputs, results=1, name=None, domain="", **attributes):
        names = [self._fresh(kind) for _ in range(results)]
        if name is not None:
            names[0] = name
        self.nodes.append(helper.make_node(kind, list(inputs), names, domain=domain, **attributes))
        return names[0] if results == 1 else names

    def input(self, name, shape, kind=TensorProto.FLOAT):
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def output(self, name, shape, kind=TensorProto.FLOAT):
        self.outputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def constant(self, value, dtype=np.float32):
        array = np.asarray(value, dtype=dtype)
        key = (array.tobytes(), array.shape, str(array.dtype))
        if key not in self._constants:
            name = self._fresh("constant")
            self.initializers.append(numpy_helper.from_array(array, name))
            self._constants[key] = name
        return self._constants[key]

    def integers(self, values):
        return self.constant(values, np.int64)

    def declare(self, shapes, values=None):
        """Makes the parameters inputs, or constants where values are given (inference)."""
        self.parameters = dict(shapes)
        for name, shape in shapes.items():
            if values is None:
                self.input(name, list(shape))
            else:
                self.initializers.append(numpy_helper.from_array(values[name], name))

    def model(self):
        graph = helper.make_graph(self.nodes, self.name, self.inputs, self.outputs, self.initializers)
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid("com.microsoft", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=10)

    def _fresh(self, kind):
        self._count += 1
        return f"{kind}_{self._count}"

    # Arithmetic

    def add(self, a, b):
        return self.op("Add", a, b)

    def sub(self, a, b):
        return self.op("Sub", a, b)

    def mul(self, a, b):
        return self.op("Mul", a, b)

    def scale(self, a, factor):
        return self.mul(a, self.constant(factor))

    def matmul(self, a, b):
        return self.op("MatMul", a, b)

    def gemm(self, a, b, c=None, **attributes):
        return self.op("Gemm", *[value for value in (a, b, c) if value is not None], **attributes)

    def fused_matmul(self, a, b, **attributes):
        """Batched MatMul that transposes or scales on the way."""
        return self.op("FusedMatMul", a, b, domain="com.microsoft", **attributes)

    def relu(self, a):
        return self.op("Relu", a)

    def as_float(self, condition):
        return self.op("Cast", condition, to=TensorProto.FLOAT)

    def reshape(self, a, shape):
        return self.op("Reshape", a, self.integers(shape))

    def transpose(self, a, permutation):
        return self.op("Transpose", a, perm=permutation)

    def concat(self, parts, axis):
        return self.op("Concat", *parts, axis=axis)

    def split(self, a, parts, axis):
        return self.op("Split", a, results=parts, axis=axis, num_outputs=parts)

    def sum(self, a, axes, keepdims=0):
        return self.op("ReduceSum", a, self.integers(axes), keepdims=keepdims)

    def mean(self, a, axes, keepdims=1):
        return self.op("ReduceMean", a, self.integers(axes), keepdims=keepdims)

    def column_sum(self, a, rows):
        """The sum over the rows of a matrix. A product with ones takes half the time of ReduceSum."""
        return self.reshape(self.matmul(self.constant(np.ones((1, rows))), a), [-1])

    # Gradients shared by the models

    def relu_gradient(self, gradient, activation):
        return self.mul(gradient, self.as_float(self.op("Greater", activation, self.constant(0.0))))

    def dense_gradients(self, gradients, kernel, bias, inputs, gradient, rows):
        """Stores the gradients of a dense layer's kernel and bias."""
        gradients[kernel] = self.gemm(inputs, gradient, transA=1)
        gradients[bias] = self.column_sum(gradient, rows)

    def cross_entropy(self, logits, labels, batch):
        """The mean sparse categorical cross-entropy as the output ``loss``; returns the gradient of the logits."""
        log_probabilities = self.op("LogSoftmax", logits, axis=-1)
        classes = self.constant(np.arange(CLASSES), np.int32)
        one_hot = self.as_float(self.op("Equal", self.op("Unsqueeze", labels, self.integers([1])), classes))
        total = self.sum(self.mul(log_probabilities, one_hot), [0, 1])
        self.output(self.op("Mul", total, self.constant(-1.0 / batch), name="loss"), [])
        return self.scale(self.sub(self.op("Exp", log_probabilities), one_hot), 1.0 / batch)

    def adam(self, gradients):
        """
        Adam with accumulators that are not normalized: M = m / (1 - beta_1), V = v / (1 - beta_2). Every elementwise
        op is a pass over memory, and this form needs ten. The input ``alpha`` carries the rate, the corrections of the
        bias and the normalization: rate * sqrt(1 - beta_2**t) / (1 - beta_1**t) * (1 - beta_1) / sqrt(1 - beta_2).
        """
        self.input("alpha", [])
        epsilon = self.constant(EPSILON / np.sqrt(1 - BETA_2))
        for parameter, shape in self.parameters.items():
            shape = list(shape)
            gradient = gradients[parameter]
            first, second = self.input(f"m_{parameter}", shape), self.input(f"v_{parameter}", shape)
            squared = self.mul(gradient, gradient)
            first = self.op("Add", self.scale(first, BETA_1), gradient, name=f"{first}_next")
            second = self.op("Add", self.scale(second, BETA_2), squared, name=f"{second}_next")
            direction = self.op("Div", first, self.add(self.op("Sqrt", second), epsilon))
            updated = self.op("Sub", parameter, self.mul(direction, "alpha"), name=f"{parameter}_next")
            for name in (updated, first, second):
                self.output(name, shape)
