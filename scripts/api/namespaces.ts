// Where the umbrella's namespaces come from.

/** A package, or a namespace that it exports: `layers` or `layers/initializers`; {@link OWN} for the umbrella's own. */
export type Source = string;

/** Functions that the umbrella has of its own, in `packages/keras/src/own.ts`: they know all packages at once. */
export const OWN: Source = "own";

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
  export: ["models", "io-onnx", "io-savedmodel"],
  initializers: ["layers/initializers"],
  layers: ["layers"],
  losses: ["losses"],
  metrics: ["metrics"],
  mixedPrecision: ["layers/dtypePolicies", "ops/dtypePolicies", "layers", "ops", "ops/config", "optimizers"],
  models: [OWN, "models", "io-keras"],
  ops: ["ops"],
  "ops.image": ["ops/image", "ops"],
  "ops.linalg": ["ops/linalg", "ops"],
  optimizers: ["optimizers"],
  "optimizers.schedules": ["optimizers/schedules", "optimizers"],
  random: ["ops/random"],
  regularizers: ["layers/regularizers"],
  saving: [OWN, "io-keras", "ops", "ops/saving", "layers"],
  tree: ["ops/tree"],
  utils: [OWN, "models", "layers", "ops", "ops/utils", "ops/random", "training", "callbacks", "io-keras"],
};

/** What of a source's exports the umbrella has beside the names of Python Keras. */
export interface Home {
  readonly namespace: string;
  /** Values; `"all"` where a source has nothing but public names. */
  readonly values: "all" | readonly (string | RegExp)[];
  readonly types: "all" | readonly (string | RegExp)[];
}

const all = (namespace: string): Home => ({ namespace, values: "all", types: "all" });

/** A package's inner workings stay in the package: `@keras/ops` has them for those who write engines and layers. */
export const HOMES: readonly (readonly [Source, Home])[] = [
  [
    "ops",
    {
      namespace: "",
      values: [
        "KerasError",
        "NDArray",
        "Tensor",
        "activeBackend",
        "grad",
        "jit",
        "listBackends",
        "setBackend",
        "startBackend",
        "valueAndGrad",
        "vjp",
        "vmap",
        "withBackend",
      ],
      types: ["DType", "KerasErrorCode", "Shape", "TensorLike"],
    },
  ],
  [
    "ops",
    {
      namespace: "ops",
      values: [
        "ArgumentError",
        "BackendError",
        "BuildError",
        "DTypeError",
        "Float",
        "FormatError",
        "GradientError",
        "KerasError",
        "KerasTensor",
        "NDArray",
        "NoBackendError",
        "NotFoundError",
        "ShapeError",
        "StateError",
        "SymDim",
        "Tensor",
        "TraceError",
        "UnsupportedError",
        "Variable",
        "activeBackend",
        "apply",
        "defineOp",
        "dim",
        "float",
        "grad",
        "hessian",
        "hvp",
        "jacobian",
        "jit",
        "jvp",
        "listBackends",
        "liveBytes",
        "registerBackend",
        "setBackend",
        "startBackend",
        "valueAndGrad",
        "vjp",
        "vmap",
        "withBackend",
        "withNameScope",
      ],
      types: [
        /Options$/,
        "Attrs",
        "Backend",
        "DType",
        "Dim",
        "FloatDType",
        "HostArray",
        "KerasErrorCode",
        "MappedAxes",
        "Nested",
        "NestedArray",
        "NumberArray",
        "OpDef",
        "Other",
        "Shape",
        "Spec",
        "TensorLike",
        "TypedArray",
        "ValueAndGrad",
      ],
    },
  ],
  [
    "ops",
    { namespace: "config", values: ["backendReason", "enable64Bit", "enableDebug", "is64BitEnabled"], types: [] },
  ],
  ["ops/image", all("ops.image")],
  ["ops/linalg", all("ops.linalg")],
  ["ops/random", all("random")],
  ["ops/tree", all("tree")],
  ["layers", { namespace: "layers", values: ["track"], types: "all" }],
  ["layers/activations", all("activations")],
  ["layers/constraints", all("constraints")],
  ["layers/initializers", all("initializers")],
  ["layers/regularizers", all("regularizers")],
  ["models", { namespace: "", values: ["Functional"], types: [] }],
  ["models", { namespace: "models", values: ["Functional"], types: "all" }],
  [
    "models",
    {
      namespace: "export",
      values: ["exportModel", "verifyExport"],
      types: [
        /^Export/,
        "EndpointFunction",
        "EndpointOptions",
        "InputSignature",
        "LoadedExport",
        "VerifyExportOptions",
        "WriteOutOptions",
      ],
    },
  ],
  ["losses", { namespace: "losses", values: [], types: "all" }],
  ["metrics", { namespace: "metrics", values: [], types: "all" }],
  ["optimizers", { namespace: "optimizers", values: [], types: "all" }],
  ["optimizers/schedules", all("optimizers.schedules")],
  ["callbacks", { namespace: "callbacks", values: ["CallbackList", "History"], types: "all" }],
  ["training", { namespace: "training", values: [], types: "all" }],
  ["io-keras", { namespace: "saving", values: [/^(load|save)[A-Z]/], types: [/Options$/] }],
  ["io-keras", { namespace: "export", values: ["zipFiles"], types: [] }],
  ["io-onnx", all("export")],
  ["io-openvino", all("export")],
  ["io-savedmodel", all("export")],
  ["io-litert", all("export")],
];

/** Names that meet a need of Python Keras in another way: path → the name that stands for it. */
export const ADAPTED: Readonly<Record<string, string>> = {
  "keras.device": "withDevice",
  "keras.name_scope": "withNameScope",
};
