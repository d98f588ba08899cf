import type { Creators, Payload } from "./decode.ts";
import { MissingError } from "./handler.ts";
import { apiNames, lookUp, placesOf, type ApiSymbol, type Exports } from "./names.ts";
import type { DecodeBits } from "./settle.ts";

type AnyFunction = (...args: readonly unknown[]) => unknown;

/** The packages under test. They are looked up at run time: one that is missing or broken fails its own cases only. */
export interface Library {
  readonly backend: string;
  /** Whether results are computed when they are read. */
  readonly lazy: boolean;
  readonly decodeBits: DecodeBits;
  readonly creators: Creators;
  /** A package's exports. @throws {MissingError} when it cannot be imported. */
  exports(name: string): Exports;
  /** An export, `name` or `namespace.name`. @throws {MissingError} when there is none. */
  member(packageName: string, path: string): AnyFunction;
  /** The function that a category knows by a Python name. @throws {MissingError} when there is none. */
  func(category: string, name: string): { symbol: ApiSymbol; fn: AnyFunction };
  /** Classes and functions of Keras's tests that recorded configs name; those that could be loaded. */
  readonly custom: readonly object[];
  /** The class of a Keras name in a package. @throws {MissingError} when there is none. */
  classOf(
    packageName: string,
    namespace: string,
    name: string,
  ): Exports & (new (...args: readonly unknown[]) => object);
}

const PACKAGES = [
  "@keras/ops",
  "@keras/layers",
  "@keras/models",
  "@keras/losses",
  "@keras/metrics",
  "@keras/optimizers",
  "@keras/io-keras",
  "keras",
] as const;

const TYPED: Readonly<Record<string, (values: readonly number[]) => ArrayLike<number | bigint>>> = {
  bool: (v) => Uint8Array.from(v),
  int8: (v) => Int8Array.from(v),
  int16: (v) => Int16Array.from(v),
  int32: (v) => Int32Array.from(v),
  int64: (v) => BigInt64Array.from(v, BigInt),
  uint8: (v) => Uint8Array.from(v),
  uint16: (v) => Uint16Array.from(v),
  uint32: (v) => Uint32Array.from(v),
  uint64: (v) => BigUint64Array.from(v, BigInt),
  float32: (v) => Float32Array.from(v),
  float64: (v) => Float64Array.from(v),
  complex64: (v) => Float32Array.from(v),
  complex128: (v) => Float64Array.from(v),
};

async function load(): Promise<Map<string, Exports | Error>> {
  const loaded = new Map<string, Exports | Error>();
  for (const name of PACKAGES) {
    try {
      loaded.set(name, (await import(name)) as Exports);
    } catch (error) {
      loaded.set(name, error instanceof Error ? error : new Error(String(error)));
    }
  }
  return loaded;
}

/** Classes and functions that are no part of Keras; a package they need may be missing. */
async function loadCustom(): Promise<object[]> {
  const settled = await Promise.allSettled([
    import("./custom/layers.ts"),
    import("./custom/functions.ts").then(({ functions }) => functions),
  ]);
  return settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

const isFunction = (value: unknown): value is AnyFunction => typeof value === "function";

/**
 * Imports the packages and starts a backend.
 *
 * @throws {Error} when `@keras/ops` or the backend cannot be loaded: then there is nothing to test.
 */
export async function openLibrary(backend: string): Promise<Library> {
  const loaded = await load();
  const exports = (name: string): Exports => {
    const found = loaded.get(name) ?? new Error("not one of the packages under test");
    if (found instanceof Error) throw new MissingError(`${name} cannot be imported: ${found.message.split("\n")[0]}`);
    return found;
  };
  const find = (packageName: string, path: string): unknown => {
    const segments = path.split(".");
    return lookUp(exports(packageName), segments.slice(0, -1), segments.at(-1)!);
  };
  const member = (packageName: string, path: string): AnyFunction => {
    const found = find(packageName, path);
    if (!isFunction(found)) throw new MissingError(`${packageName} has no ${path}`);
    return found;
  };

  await import(`@keras/backend-${backend}`);
  await member("@keras/ops", "setBackend")(backend);

  const decodeBits = member("@keras/ops", "decodeSmallFloats") as unknown as DecodeBits;
  const creators = makeCreators(member, exports);
  const engine = member("@keras/ops", "activeBackend")() as { readonly kernels?: unknown };

  const cache = new Map<string, { symbol: ApiSymbol; fn: AnyFunction }>();
  const func = (category: string, name: string): { symbol: ApiSymbol; fn: AnyFunction } => {
    const key = `${category} ${name}`;
    const known = cache.get(key);
    if (known) return known;
    const named = apiNames().find(category, name);
    if (!named) throw new MissingError(`Keras has no public function '${name}' for ${category}`);
    for (const place of placesOf(named)) {
      const exported = loaded.get(place.package);
      if (exported === undefined || exported instanceof Error) continue;
      const fn = lookUp(exported, place.segments, place.name);
      if (!isFunction(fn)) continue;
      const entry = { symbol: named.symbol, fn };
      cache.set(key, entry);
      return entry;
    }
    const [first] = placesOf(named);
    exports(first!.package);
    throw new MissingError(`${first!.package} has no ${[...first!.segments, first!.name].join(".")}`);
  };

  return {
    backend,
    custom: await loadCustom(),
    lazy: engine.kernels === undefined,
    decodeBits,
    creators,
    exports,
    member,
    func,
    classOf: (packageName, namespace, name) => {
      const found = find(packageName, `${namespace}.${name}`) ?? find(packageName, name);
      if (!isFunction(found)) throw new MissingError(`${packageName} has no class ${name}`);
      return found as unknown as Exports & (new (...args: readonly unknown[]) => object);
    },
  };
}

type Member = Library["member"];

/** A function Keras names by its module (`keras.src.ops.numpy:square`), under its public name. */
function functionByRef(ref: string, member: Member): unknown {
  const name = ref.slice(ref.indexOf(":") + 1).replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
  return ref.includes(".activations") ? member("@keras/layers", `activations.${name}`) : member("@keras/ops", name);
}

function makeCreators(member: Member, exports: Library["exports"]): Creators {
  const ops = (path: string): AnyFunction => member("@keras/ops", path);
  const NDArrayClass = ops("NDArray") as unknown as new (
    values: unknown,
    shape: readonly number[],
    dtype: string,
  ) => object;
  const KerasTensorClass = ops("KerasTensor") as unknown as new (
    shape: readonly (number | null)[],
    dtype: string,
  ) => object;
  const encode = ops("encodeSmallFloats");
  const hostArray = ({ dtype, values }: Payload): unknown => {
    if (dtype === "string") return [...values];
    const make = TYPED[dtype];
    return make ? make(values as readonly number[]) : encode(values, dtype);
  };
  const host = (payload: Payload): object => new NDArrayClass(hostArray(payload), payload.shape, payload.dtype);
  return {
    tensor: (payload) => ops("toTensor")(host(payload)),
    array: host,
    symbolic: (shape, dtype) => new KerasTensorClass(shape, dtype),
    float: (value) => ops("float")(value),
    slice: (start, stop, step) => ({
      ...(start === null ? {} : { start }),
      ...(stop === null ? {} : { stop }),
      ...(step === null ? {} : { step }),
    }),
    ellipsis: () => "...",
    fn: (ref) => functionByRef(ref, member),
    object: (config) => member("@keras/ops", "deserializeKerasObject")(config, { objects: [exports("@keras/layers")] }),
    seedGenerator: (seed) =>
      new (ops("random.SeedGenerator") as unknown as new (config: { seed: number }) => object)({ seed }),
    floatx: () => String(ops("floatx")()),
  };
}
