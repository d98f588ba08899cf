import { BackendError } from "./errors.ts";
import type { Backend } from "./backend.ts";
import type { DType } from "./dtype.ts";
import type { Tape } from "./autodiff/tape.ts";
import type { StateOverlay } from "./variable.ts";
import type { RandomState } from "./random/seed.ts";
import type { Trace } from "./trace/trace.ts";

/** Version of the layout of {@link Runtime}: copies of this package with the same number share one runtime. */
const LAYOUT = 1;

/** Process-wide state. All installed copies of `@keras/ops` share it, so a backend registered through one serves all. */
export interface Runtime {
  readonly layout: number;
  readonly backends: Map<string, Backend>;
  backend: Backend | null;
  /** Why it is that one. */
  backendReason: string;
  /** Where Variables made now stay (inside a model that was moved); null: nowhere in particular. */
  placement: Backend | null;
  /** Innermost trace; ops are recorded there instead of being run. */
  trace: Trace | null;
  /** Active tapes, outermost first. */
  tapes: readonly Tape[];
  /** Innermost overlay of Variable reads and writes (`statelessCall`). */
  overlay: StateOverlay | null;
  /** Float Variables are read in this dtype (mixed precision); null: as they are. */
  autocast: DType | null;
  /** Path of the layer or name scope that runs now. */
  scope: readonly string[];
  readonly config: RuntimeConfig;
  /** Where numbers without a seed come from; null: not needed yet. */
  random: RandomState | null;
  nextId: number;
  /** How many things of each name prefix were named automatically. */
  readonly names: Map<string, number>;
}

/** See `config.ts` for the public setters. */
export interface RuntimeConfig {
  floatx: "float16" | "bfloat16" | "float32" | "float64";
  epsilon: number;
  imageDataFormat: "channels_last" | "channels_first";
  wide: boolean;
  /** Name of the dtype policy of new layers; null: floatx. */
  dtypePolicy: string | null;
  /** Verify every traced graph, keep call sites for all ops. */
  debug: boolean;
  /** Whether attention asks for a fused kernel where an engine has one; null: as the engine likes. */
  flashAttention: boolean | null;
}

const KEY: unique symbol = Symbol.for("@keras/ops") as never;
type Host = { [KEY]?: Runtime };

function create(): Runtime {
  return {
    layout: LAYOUT,
    backends: new Map(),
    backend: null,
    backendReason: "",
    placement: null,
    trace: null,
    tapes: [],
    overlay: null,
    autocast: null,
    scope: [],
    config: {
      floatx: "float32",
      epsilon: 1e-7,
      imageDataFormat: "channels_last",
      wide: false,
      dtypePolicy: null,
      debug: false,
      flashAttention: null,
    },
    random: null,
    nextId: 0,
    names: new Map(),
  };
}

/** The shared runtime; made when first asked for, so that importing this package has no side effect. */
export function runtime(): Runtime {
  const host = globalThis as Host;
  const shared = (host[KEY] ??= create());
  if (shared.layout !== LAYOUT) {
    throw new BackendError(
      "two incompatible versions of @keras/ops are loaded: align the versions of your @keras packages (`npm ls @keras/ops`)",
    );
  }
  return shared;
}

/** Runs `fn` with some fields of the runtime changed, and puts them back however `fn` ends. */
export function scoped<K extends "trace" | "tapes" | "overlay" | "autocast" | "scope" | "backend" | "placement", R>(
  changes: Pick<Runtime, K>,
  fn: () => R,
): R {
  const state = runtime();
  const before: Partial<Runtime> = {};
  for (const key of Object.keys(changes) as K[]) before[key] = state[key];
  Object.assign(state, changes);
  try {
    return fn();
  } finally {
    Object.assign(state, before);
  }
}

/** A number unique in this process. */
export function nextId(): number {
  return runtime().nextId++;
}
