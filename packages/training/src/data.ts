import { ArgumentError, NDArray, tree } from "@keras/ops";
import { isArrayData, isArrayLeaf, sampleCount, takeRowsTree, toHostTree } from "@keras/models";

/** One batch: inputs, targets, and how much each sample counts. */
export interface Batch {
  readonly x: unknown;
  readonly y: unknown;
  readonly sampleWeight: unknown;
}

/** Where batches come from, epoch after epoch. */
export interface DataSource {
  /** Batches per epoch; null while unknown. */
  readonly steps: number | null;
  /** The batches of one epoch. */
  epoch(index: number): AsyncIterable<Batch>;
  /** Lets a stream go that is not read to its end. */
  close?(): Promise<void>;
}

/** Structures of a model's inputs and outputs. */
export interface Templates {
  readonly inputs: unknown;
  readonly outputs: unknown;
}

const NO_TEMPLATES: Templates = { inputs: null, outputs: null };

/** Options of {@link dataSource}. */
export interface DataOptions {
  readonly y?: unknown;
  readonly sampleWeight?: unknown;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly stepsPerEpoch: number | null;
  readonly classWeight: Readonly<Record<number, number>> | null;
  readonly templates: Templates;
  /** Random numbers in [0, 1) for shuffling. */
  readonly random: () => number;
}

/** A random order of 0 … count − 1 (Fisher and Yates). */
function permutation(count: number, random: () => number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Host arrays of x, y and weights. @throws {ArgumentError} when they differ in their number of samples. */
export async function hostData(
  x: unknown,
  y: unknown,
  sampleWeight: unknown,
  templates: Templates = NO_TEMPLATES,
): Promise<Batch> {
  const data = {
    x: await toHostTree(x, templates.inputs),
    y: await toHostTree(y ?? null, templates.outputs),
    sampleWeight: await toHostTree(sampleWeight ?? null),
  };
  sampleCount(data.x, data.y, data.sampleWeight);
  return data;
}

/** The first and the last part of the samples: for training and for validation. @throws {ArgumentError} when a part would be empty. */
export function splitData(data: Batch, share: number): [training: Batch, validation: Batch] {
  const count = sampleCount(data.x);
  const at = Math.floor(count * (1 - share));
  if (at === 0 || at === count) {
    throw new ArgumentError(
      `validationSplit ${share} of ${count} samples leaves nothing to ${at === 0 ? "train" : "validate"} on`,
    );
  }
  const rows = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);
  return [pick(data, rows(0, at)), pick(data, rows(at, count))];
}

function pick({ x, y, sampleWeight }: Batch, rows: Int32Array): Batch {
  return { x: takeRowsTree(x, rows), y: takeRowsTree(y, rows), sampleWeight: takeRowsTree(sampleWeight, rows) };
}

/** How much each sample of a batch counts, by its class. @throws {ArgumentError} when the targets are no classes. */
function classWeights(y: unknown, weights: Readonly<Record<number, number>>): NDArray {
  if (!(y instanceof NDArray))
    throw new ArgumentError("classWeight needs targets of one output: class numbers or one-hot rows");
  const [count = 0] = y.shape;
  const columns = y.shape.length > 1 ? y.shape[1]! : 1;
  if (y.shape.length > 2)
    throw new ArgumentError(
      `classWeight needs targets of shape [samples] or [samples, classes], got [${y.shape.join(", ")}]`,
    );
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const row = Array.from({ length: columns }, (_, c) => Number(y.values[i * columns + c]));
    const label = columns > 1 ? row.indexOf(Math.max(...row)) : row[0]!;
    values[i] = weights[label] ?? 1;
  }
  return new NDArray(values, [count], "float32");
}

function weighted(batch: Batch, weights: Readonly<Record<number, number>> | null): Batch {
  return weights ? { ...batch, sampleWeight: classWeights(batch.y, weights) } : batch;
}

function arraySource(data: Batch, options: DataOptions): DataSource {
  const count = sampleCount(data.x);
  const { batchSize, stepsPerEpoch } = options;
  const perPass = Math.ceil(count / batchSize);
  const steps = stepsPerEpoch ?? perPass;
  return {
    steps,
    async *epoch() {
      for (let step = 0; step < steps;) {
        const order = options.shuffle
          ? permutation(count, options.random)
          : Int32Array.from({ length: count }, (_, i) => i);
        for (let start = 0; start < count && step < steps; start += batchSize, step++) {
          yield weighted(pick(data, order.subarray(start, Math.min(count, start + batchSize))), options.classWeight);
        }
      }
    },
  };
}

/** A batch as a stream gives it: `x`, `[x, y]`, `[x, y, sampleWeight]`, or `{ x, y, sampleWeight }`. */
async function toBatch(item: unknown, templates: Templates): Promise<Batch> {
  const parts = Array.isArray(item) && !isArrayLeaf(item) ? (item as readonly unknown[]) : null;
  if (parts) return hostData(parts[0], parts[1], parts[2], templates);
  if (tree.isNested(item) && !Array.isArray(item) && "x" in item)
    return hostData(item["x"], item["y"], item["sampleWeight"], templates);
  return hostData(item, null, null, templates);
}

type Stream = AsyncIterable<unknown> | Iterable<unknown>;
/** Streams of batches: iterables of either kind, or a function that opens one per epoch. */
export type StreamSource = Stream | (() => Stream);

function streamSource(source: StreamSource, options: DataOptions): DataSource {
  const { stepsPerEpoch } = options;
  const open = (): AsyncIterator<unknown> | Iterator<unknown> => {
    const stream = typeof source === "function" ? source() : source;
    return Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();
  };
  // With a number of steps the stream goes on where the last epoch stopped; without, each epoch opens it again.
  let running: AsyncIterator<unknown> | Iterator<unknown> | null = null;
  return {
    steps: stepsPerEpoch,
    async *epoch(index) {
      running ??= open();
      const most = stepsPerEpoch ?? Number.POSITIVE_INFINITY;
      for (let step = 0; step < most; step++) {
        const next = await running.next();
        if (next.done) {
          running = null;
          if (step === 0)
            throw new ArgumentError(
              index === 0
                ? "the data stream gave no batch"
                : "the data stream is used up: pass a function that opens it, or a re-iterable, to train for several epochs",
            );
          return;
        }
        yield weighted(await toBatch(next.value, options.templates), options.classWeight);
      }
    },
    async close() {
      await running?.return?.();
    },
  };
}

/** Batches of arrays in memory or of a stream. @throws {ArgumentError} when options do not fit the kind of data. */
export async function dataSource(x: unknown, options: DataOptions): Promise<DataSource> {
  if (isArrayData(x))
    return arraySource(await hostData(x, options.y, options.sampleWeight, options.templates), options);
  const stream =
    typeof x === "function" ||
    (typeof x === "object" && x !== null && (Symbol.asyncIterator in x || Symbol.iterator in x));
  if (!stream) throw new ArgumentError("data must be arrays, tensors, or an iterable of batches");
  if (options.y !== undefined && options.y !== null)
    throw new ArgumentError("a stream of batches brings its own targets: yield [x, y] instead of passing y");
  return streamSource(x as StreamSource, options);
}
