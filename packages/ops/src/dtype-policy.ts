import { isDType, standardizeDType, type DType } from "./dtype.ts";
import { ArgumentError } from "./errors.ts";
import { runtime } from "./runtime.ts";

/** Names of policies: a dtype, or a mix of half-precision compute with float32 weights. */
export type DTypePolicyName = DType | "mixed_float16" | "mixed_bfloat16" | "float";

/** The two dtypes that a policy name stands for. */
function parse(name: string): { readonly compute: DType; readonly variable: DType } {
  if (name === "mixed_float16") return { compute: "float16", variable: "float32" };
  if (name === "mixed_bfloat16") return { compute: "bfloat16", variable: "float32" };
  if (isDType(name)) {
    const dtype = standardizeDType(name);
    return { compute: dtype, variable: dtype };
  }
  throw new ArgumentError(`unknown dtype policy '${name}': a dtype, 'mixed_float16' or 'mixed_bfloat16'`);
}

/**
 * Which dtype a layer computes in, and which its weights have.
 *
 * @example
 * ```ts
 * import { DTypePolicy } from "keras";
 * const policy = new DTypePolicy({ name: "mixed_float16" });
 * console.log(policy.computeDtype, policy.variableDtype); // "float16" "float32"
 * ```
 */
export class DTypePolicy {
  static readonly className: string = "DTypePolicy";
  static readonly module: string = "keras";
  readonly kind: "dtype_policy" = "dtype_policy";
  readonly name: string;
  /** What the layer's ops compute in. */
  readonly computeDtype: DType;
  /** What the layer's weights are kept in. */
  readonly variableDtype: DType;
  readonly quantizationMode: string | null = null;

  /** @param options - `name`: a dtype or mix; default: the global policy. */
  constructor(options: { readonly name?: string | null | undefined } = {}) {
    this.name = options.name ?? dtypePolicy().name;
    const { compute, variable } = parse(this.name);
    this.computeDtype = compute;
    this.variableDtype = variable;
  }

  getConfig(): Record<string, unknown> {
    return { name: this.name };
  }

  static fromConfig(config: Record<string, unknown>): DTypePolicy {
    return new DTypePolicy(config);
  }

  toString(): string {
    return `DTypePolicy(${this.name})`;
  }
}

/** Keras's older name of {@link DTypePolicy}. */
export class FloatDTypePolicy extends DTypePolicy {}

/**
 * The policy of layers that name none: what was set, else floatx.
 *
 * @example
 * ```ts
 * import { config } from "keras";
 * console.log(config.dtypePolicy().name); // "float32"
 * ```
 */
export function dtypePolicy(): DTypePolicy {
  const { config } = runtime();
  return new DTypePolicy({ name: config.dtypePolicy ?? config.floatx });
}

/**
 * Sets the policy of layers made from now on.
 *
 * @param policy - A policy or its name; null: floatx.
 * @throws {ArgumentError} on an unknown name.
 * @example
 * ```ts
 * import { config } from "keras";
 * config.setDtypePolicy("mixed_float16");
 * console.log(config.dtypePolicy().computeDtype); // "float16"
 * config.setDtypePolicy(null);
 * ```
 */
export function setDtypePolicy(policy: DTypePolicyName | DTypePolicy | null): void {
  runtime().config.dtypePolicy =
    policy === null ? null : typeof policy === "string" ? new DTypePolicy({ name: policy }).name : policy.name;
}

/** A policy of whatever form: an object, a name, a serialized object, or null for the global one. */
export function toDTypePolicy(policy: unknown): DTypePolicy {
  if (policy === null || policy === undefined) return dtypePolicy();
  if (typeof policy === "string") return new DTypePolicy({ name: policy });
  if (policy instanceof DTypePolicy || (policy as DTypePolicy).kind === "dtype_policy") return policy as DTypePolicy;
  const name = (policy as { config?: { name?: unknown } }).config?.name;
  if (typeof name === "string") return new DTypePolicy({ name });
  throw new ArgumentError("a dtype policy is a name, such as 'mixed_float16', or a DTypePolicy");
}
