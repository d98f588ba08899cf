// Runs a hand-derived train step of `generate.py` on ONNX Runtime, with nothing around it: the floor for a train step here.
import { availableParallelism } from "node:os";
import { InferenceSession, Tensor } from "onnxruntime-node";

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const NEXT = "_next";

type Feeds = Record<string, Tensor>;

export type Weights = Readonly<Record<string, Float32Array>>;

/** Opens a graph with as many threads as the machine has. */
export async function openGraph(path: string): Promise<InferenceSession> {
  return InferenceSession.create(path, {
    intraOpNumThreads: availableParallelism(),
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
  });
}

/** An empty tensor for each of the graph's outputs (or inputs), to be filled in place. */
export function allocate(metadata: readonly InferenceSession.ValueMetadata[]): Feeds {
  const tensors: Feeds = {};
  for (const value of metadata) {
    if (!value.isTensor) throw new TypeError(`${value.name} is no tensor.`);
    const shape = value.shape.map(Number);
    const size = shape.reduce((product, dim) => product * dim, 1);
    tensors[value.name] =
      value.type === "int32"
        ? new Tensor("int32", new Int32Array(size), shape)
        : new Tensor("float32", new Float32Array(size), shape);
  }
  return tensors;
}

/**
 * A train step whose parameters and Adam moments lie in two sets of buffers: each step reads one and writes the other,
 * so nothing is allocated. Writing a parameter onto itself would be wrong: the update may run before its last reader.
 */
export class TrainStep {
  readonly #session: InferenceSession;
  readonly #inputs: [Feeds, Feeds];
  readonly #outputs: [Feeds, Feeds];
  readonly #rate: number;
  #steps = 0;

  constructor(session: InferenceSession, learningRate: number) {
    this.#session = session;
    this.#rate = learningRate;
    const even = allocate(session.inputMetadata);
    const outputs = allocate(session.outputMetadata);
    const odd: Feeds = { ...even };
    const back: Feeds = { ...outputs };
    for (const name of Object.keys(outputs)) {
      const parameter = name.endsWith(NEXT) ? name.slice(0, -NEXT.length) : undefined;
      if (parameter === undefined) continue;
      odd[parameter] = outputs[name]!;
      back[name] = even[parameter]!;
    }
    this.#inputs = [even, odd];
    this.#outputs = [outputs, back];
  }

  /** The parameters, in the order of the graph's inputs: the optimizer's moments are not among them. */
  get parameterNames(): readonly string[] {
    const parameters = this.#session.outputNames.filter((name) => name.endsWith(NEXT));
    return parameters.map((name) => name.slice(0, -NEXT.length)).filter((name) => !/^[mv]_/.test(name));
  }

  /** The number of a parameter's elements. */
  sizeOf(parameter: string): number {
    return this.#inputs[0][parameter]!.size;
  }

  /** Sets parameters for the next step. */
  assign(weights: Weights): void {
    const current = this.#inputs[this.#steps % 2]!;
    for (const [name, values] of Object.entries(weights)) (current[name]!.data as Float32Array).set(values);
  }

  /** One step of Adam on a batch; the loss can be read from `loss` afterwards. */
  async run(x: Tensor, y: Tensor): Promise<void> {
    const turn = this.#steps % 2;
    const inputs = this.#inputs[turn]!;
    this.#steps++;
    const rate = (this.#rate * Math.sqrt(correction(BETA_2, this.#steps))) / correction(BETA_1, this.#steps);
    inputs.x = x;
    inputs.y = y;
    // The graph keeps moments that are not normalized: see `Graph.adam`.
    (inputs.alpha!.data as Float32Array)[0] = (rate * (1 - BETA_1)) / Math.sqrt(1 - BETA_2);
    await this.#session.run(inputs, this.#outputs[turn]!);
  }

  get loss(): number {
    return (this.#outputs[0].loss!.data as Float32Array)[0]!;
  }
}

/** 1 - beta^step in float32, as Keras computes it: at the first step of beta 0.999 that is off by 1e-5. */
function correction(beta: number, step: number): number {
  return Math.fround(1 - Math.fround(Math.fround(beta) ** step));
}
