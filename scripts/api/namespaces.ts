// Where the umbrella's namespaces come from.

/** A package, or a namespace that it exports: `layers` or `layers/initializers`. */
export type Source = string;

/**
 * For each namespace of Python Keras (without `keras.`), where its names are looked for, best first.
 * A namespace that is missing here is left out of the umbrella.
 */
export const SOURCES: Readonly<Record<string, readonly Source[]>> = {
  "": [
    "models",
    "layers",
    "layers/initializers",
    "layers/regularizers",
    "losses",
    "metrics",
    "optimizers",
    "ops",
    "ops/config",
  ],
  activations: ["layers/activations"],
  backend: ["ops", "ops/config", "ops/backend"],
  callbacks: ["callbacks"],
  config: ["ops/config", "ops", "io-keras"],
  constraints: ["layers/constraints"],
  dtypePolicies: ["layers/dtypePolicies", "ops/dtypePolicies", "layers", "ops"],
  export: ["io-onnx"],
  initializers: ["layers/initializers"],
  layers: ["layers"],
  losses: ["losses"],
  metrics: ["metrics"],
  mixedPrecision: ["layers/dtypePolicies", "ops/dtypePolicies", "layers", "ops", "ops/config", "optimizers"],
  models: ["models", "io-keras"],
  ops: ["ops"],
  "ops.image": ["ops/image", "ops"],
  "ops.linalg": ["ops/linalg", "ops"],
  optimizers: ["optimizers"],
  "optimizers.schedules": ["optimizers/schedules", "optimizers"],
  random: ["ops/random"],
  regularizers: ["layers/regularizers"],
  saving: ["io-keras", "ops", "ops/saving", "layers"],
  tree: ["ops/tree"],
  utils: ["models", "layers", "ops", "ops/utils", "training", "callbacks", "io-keras"],
};

/** The namespace that has everything a source exports: types and what Python Keras lacks, too. */
export const HOMES: Readonly<Record<Source, string>> = {
  callbacks: "callbacks",
  "io-keras": "saving",
  "io-onnx": "export",
  layers: "layers",
  "layers/activations": "activations",
  "layers/constraints": "constraints",
  "layers/initializers": "initializers",
  "layers/regularizers": "regularizers",
  losses: "losses",
  metrics: "metrics",
  models: "models",
  ops: "ops",
  "ops/config": "config",
  "ops/image": "ops.image",
  "ops/linalg": "ops.linalg",
  "ops/random": "random",
  "ops/tree": "tree",
  optimizers: "optimizers",
  "optimizers/schedules": "optimizers.schedules",
  training: "training",
};

/** What stands at the top of the umbrella beside Keras's own names, where the package has it. */
export const TOP: readonly (readonly [Source, readonly string[]])[] = [
  [
    "ops",
    [
      "DType",
      "KerasError",
      "NDArray",
      "Shape",
      "Tensor",
      "TensorLike",
      "activeBackend",
      "grad",
      "jit",
      "listBackends",
      "setBackend",
      "valueAndGrad",
      "vjp",
      "withBackend",
    ],
  ],
  ["layers", ["Input"]],
  ["models", ["Functional"]],
];

/** Names that meet a need of Python Keras in another way: path → the name that stands for it. */
export const ADAPTED: Readonly<Record<string, string>> = {
  "keras.device": "withDevice",
  "keras.name_scope": "withNameScope",
  "keras.ops.convert_to_numpy": "convertToNDArray",
};
