"""Records what Python Keras on JAX computes when it trains the kit's four models, as training.json.

Run with: KERAS_BACKEND=jax python make_training.py   (needs keras 3.15.1, jax)

The models, their data and the order in which their layers are made are those of src/parts/models.ts.
"""

import json
import os

import jax
import keras
import numpy as np
from keras import layers

STEPS = 6


def wave(shape, phase):
    n = int(np.prod(shape))
    i = np.arange(n, dtype=np.float64)
    return np.sin(i * 0.7 + phase).reshape(shape).astype(np.float32)


def labels(n, classes):
    return (np.arange(n) * 7 % classes).astype(np.int32)


def mlp():
    model = keras.Sequential(
        [
            keras.Input((12,)),
            layers.Dense(16, activation="relu"),
            layers.Dropout(0.25, seed=11),
            layers.Dense(4, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, (10, 12)


def cnn():
    model = keras.Sequential(
        [
            keras.Input((8, 8, 2)),
            layers.Conv2D(6, 3, padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.Activation("relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(4, 3, strides=2, activation="relu"),
            layers.Flatten(),
            layers.Dense(4, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, (6, 8, 8, 2)


def lstm():
    model = keras.Sequential(
        [keras.Input((7, 5)), layers.LSTM(8, return_sequences=True), layers.GRU(6), layers.Dense(4, activation="softmax")]
    )
    model.compile(keras.optimizers.RMSprop(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, (6, 7, 5)


def transformer():
    inputs = keras.Input((6, 8))
    hidden = layers.LayerNormalization()(inputs)
    hidden = layers.MultiHeadAttention(2, 4)(hidden, hidden)
    attended = layers.Add()([inputs, hidden])
    hidden = layers.LayerNormalization()(attended)
    hidden = layers.Dense(16, activation="gelu")(hidden)
    hidden = layers.Dense(8)(hidden)
    hidden = layers.Add()([attended, hidden])
    hidden = layers.GlobalAveragePooling1D()(hidden)
    outputs = layers.Dense(4, activation="softmax")(hidden)
    model = keras.Model(inputs, outputs)
    optimizer = keras.optimizers.AdamW(0.01, weight_decay=0.01, clipnorm=1.0)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, (5, 6, 8)


models = {}
for build in (mlp, cnn, lstm, transformer):
    keras.utils.clear_session()
    keras.utils.set_random_seed(7)
    model, shape = build()
    losses, accuracies = [], []
    for step in range(STEPS):
        loss, accuracy = model.train_on_batch(wave(shape, step), labels(shape[0], 4))
        losses.append(float(loss))
        accuracies.append(float(accuracy))
    norms = [float(np.linalg.norm(np.asarray(w, np.float64))) for w in model.get_weights()]
    models[build.__name__] = {"losses": losses, "accuracies": accuracies, "norms": norms}

text = json.dumps({"keras": keras.__version__, "models": models}, indent=2)
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "training.json"), "w") as f:
    f.write(text + "\n")

key = jax.random.PRNGKey(1337)
print(keras.__version__, jax.__version__)
print("normal", json.dumps([float(v) for v in keras.random.normal((5,), seed=1337)]))
print("uniform", json.dumps([float(v) for v in keras.random.uniform((5,), seed=1337)]))
