# Models that the tests of saving exchange with Python Keras: made and trained here, or loaded, checked and trained on.
import json
import os
import sys

# Files are the same on every backend; JAX is the one that the environment has.
os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np
from keras import layers, ops


@keras.saving.register_keras_serializable("tests")
class Block(keras.Model):
    def __init__(self, units=3, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.dense_one = layers.Dense(units, activation="tanh")
        self.blocks = [layers.Dense(units) for _ in range(2)]
        self.z_last = layers.LayerNormalization()

    def call(self, x):
        x = self.dense_one(x)
        for block in self.blocks:
            x = block(x) + x
        return self.z_last(x)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


def wave(shape, k=1.0):
    return np.sin(np.arange(np.prod(shape), dtype="float64") * k).reshape(shape).astype("float32")


def mlp():
    model = keras.Sequential(
        [layers.Input((4,)), layers.Dense(3, activation="relu"), layers.BatchNormalization(), layers.Dropout(0.0), layers.Dense(2, activity_regularizer="l2")]
    )
    model.compile(keras.optimizers.Adam(0.01, clipnorm=1.0), "mse", metrics=["mae"])
    return model, wave((8, 4)), wave((8, 2), 2.0)


def graph():
    a, b = layers.Input((4,), name="a"), layers.Input((4,), name="b")
    shared = layers.Dense(4, name="shared")
    inner = keras.Sequential([layers.Input((4,)), layers.Dense(4)], name="inner")
    i = layers.Input((4,))
    nested = keras.Model(i, [layers.Dense(3)(i), layers.Dense(2)(i)], name="nested")
    x = shared(a) + shared(b) * 2.0
    x = ops.concatenate([x, inner(a), *nested(b), nested(a)[1]], axis=-1)
    y = ops.mean(x[:, :2], axis=1, keepdims=True)
    z = layers.Dense(2, name="z")(ops.softmax(x))
    model = keras.Model({"a": a, "b": b}, {"y": y, "z": z})
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.9)
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), loss={"y": keras.losses.MeanSquaredError(), "z": "mae"})
    return model, {"a": wave((8, 4)), "b": wave((8, 4), 3.0)}, {"y": wave((8, 1)), "z": wave((8, 2))}


def subclassed():
    model = Block(5)
    model.compile(keras.optimizers.RMSprop(0.01, momentum=0.5), "mse")
    return model, wave((8, 5)), wave((8, 5), 2.0)


def recurrent():
    model = keras.Sequential(
        [layers.Input((5,), dtype="int32"), layers.Embedding(10, 4, mask_zero=True), layers.LSTM(3, return_sequences=True), layers.GRU(3), layers.Dense(1)]
    )
    model.compile("adam", "mse")
    return model, (np.arange(40).reshape(8, 5) * 7 % 10).astype("int32"), wave((8, 1))


def attention():
    x = layers.Input((6, 8))
    y = layers.MultiHeadAttention(2, 4)(x, value=x)
    y = layers.LayerNormalization()(layers.Add()([x, y]))
    y = layers.Dense(1)(layers.GlobalAveragePooling1D()(y))
    model = keras.Model([x], [y])
    model.compile(keras.optimizers.AdamW(0.01), "mse")
    return model, wave((8, 6, 8)), wave((8, 1))


def convolutional():
    model = keras.Sequential(
        [
            layers.Input((8, 8, 2)),
            layers.Conv2D(4, 3, activation="relu", padding="same"),
            layers.BatchNormalization(momentum=0.9),
            layers.MaxPooling2D(),
            layers.DepthwiseConv2D(3),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, wave((8, 8, 8, 2)), (np.arange(8) % 3).astype("int32")


def half():
    policy = keras.DTypePolicy("mixed_float16")
    model = keras.Sequential([layers.Input((4,)), layers.Dense(3, dtype=policy), layers.Dense(2, dtype=policy)])
    model.compile(keras.optimizers.SGD(0.01), "mse")
    return model, wave((8, 4)), wave((8, 2), 2.0)


def raw_ops():
    x = layers.Input((3, 4), name="x")
    w = layers.Input((3, 4), name="w")
    outputs = [
        ops.sum(ops.add(x, w), axis=(1, 2)),
        ops.max(x, axis=-1, keepdims=True),
        ops.transpose(x, (0, 2, 1)),
        ops.matmul(x, ops.transpose(w, (0, 2, 1))),
        ops.reshape(ops.expand_dims(x, 1), (-1, 12)),
        ops.cast(ops.greater(x, 0.5), "float32"),
        ops.where(ops.less(x, w), x, 2.0),
        x[:, 0] - w[:, -1],
        x[..., 1:3] / 3.0,
        x[:, None, ::2, 1],
        ops.stack([x, w], axis=1),
        ops.clip(x, -0.5, 0.5),
        ops.one_hot(ops.argmax(x, axis=-1), 4),
        ops.einsum("bij,bkj->bik", x, w),
        ops.squeeze(ops.mean(x, axis=1, keepdims=True), 1),
        ops.leaky_relu(x, 0.3),
        ops.gelu(x, approximate=False),
        ops.relu(-x) ** 2,
        ops.pad(x, ((0, 0), (1, 1), (0, 2))),
        ops.repeat(x, 2, axis=1),
        ops.flip(ops.cumsum(x, axis=1), axis=2),
        ops.take(x, np.array([0, 2]).tolist(), axis=1),
        ops.logsumexp(x, axis=1),
        ops.round(x, 1),
        ops.split(x, 2, axis=2)[1],
        ops.average_pool(x, 2, strides=1, padding="same"),
        ops.log_softmax(x, axis=-1),
        ops.tile(x, (1, 2, 1)),
        ops.normalize(x, axis=-1, order=2),
        ops.var(x, axis=1),
        ops.maximum(x, w),
        ops.swapaxes(x, 1, 2),
    ]
    return keras.Model([x, w], outputs), [wave((8, 3, 4)), wave((8, 3, 4), 2.0)], None


MODELS = {f.__name__: f for f in (mlp, graph, subclassed, recurrent, attention, convolutional, half, raw_ops)}


def report(model, x, y):
    outputs = [np.array(o).astype("float32").ravel().tolist() for o in keras.tree.flatten(model(x, training=False))]
    losses = [] if y is None else model.fit(x, y, batch_size=3, epochs=2, shuffle=False, verbose=0).history["loss"]
    return {"outputs": outputs, "losses": losses}


command, folder = sys.argv[1:3]
reports = {}
for name, make in MODELS.items():
    keras.utils.set_random_seed(3)
    model, x, y = make()
    if command == "make":
        model.run_eagerly = True
        if y is not None:
            model.fit(x, y, batch_size=3, epochs=1, shuffle=False, verbose=0)
        model.save(f"{folder}/{name}.keras")
    else:
        model = keras.saving.load_model(f"{folder}/{name}.keras")
    # Compiling takes far longer than running models as small as these.
    model.run_eagerly = True
    reports[name] = report(model, x, y)
print(json.dumps(reports))
