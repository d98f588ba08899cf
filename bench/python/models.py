"""The bench models in Python Keras, the reference that the other sides are compared with.

Each takes inputs of the shape in ``cases.json`` and gives logits of 10 classes.
"""

import json
from pathlib import Path

import keras
import numpy as np
from keras import layers

CLASSES = 10
CASES = json.loads((Path(__file__).parent.parent / "cases.json").read_text())


def mlp():
    return keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(512, activation="relu"),
            layers.Dense(512, activation="relu"),
            layers.Dense(CLASSES),
        ]
    )


def cnn():
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(CLASSES),
        ]
    )


def lstm():
    return keras.Sequential([keras.Input((64, 32)), layers.LSTM(128), layers.Dense(CLASSES)])


def transformer():
    """One pre-norm block, then a mean over the sequence."""
    inputs = keras.Input((128, 256))
    hidden = layers.LayerNormalization(epsilon=1e-5)(inputs)
    hidden = layers.MultiHeadAttention(num_heads=4, key_dim=64)(hidden, hidden)
    attended = layers.Add()([inputs, hidden])
    hidden = layers.LayerNormalization(epsilon=1e-5)(attended)
    hidden = layers.Dense(1024, activation="gelu")(hidden)
    hidden = layers.Dense(256)(hidden)
    hidden = layers.Add()([attended, hidden])
    hidden = layers.LayerNormalization(epsilon=1e-5)(hidden)
    hidden = layers.GlobalAveragePooling1D()(hidden)
    return keras.Model(inputs, layers.Dense(CLASSES)(hidden))


MODELS = {"mlp": mlp, "cnn": cnn, "lstm": lstm, "transformer": transformer}


def compiled(model, learning_rate, jit_compile="auto"):
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=jit_compile,
    )
    return model


def random_batch(case, samples, seed=0):
    """Normal inputs and labels drawn at random, as float32 and int32."""
    generator = np.random.default_rng(seed)
    inputs = generator.standard_normal((samples, *case["input"]), dtype="float32")
    return inputs, generator.integers(0, CLASSES, samples).astype("int32")
