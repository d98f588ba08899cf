import { Dense, Input } from "@keras/layers";
import { SparseCategoricalCrossentropy } from "@keras/losses";
import { Sequential, type Model } from "@keras/models";
import {
  activeBackend,
  compileGraph,
  jit,
  ones,
  prepareGraph,
  traceFunction,
  valueAndGrad,
  zeros,
  type Graph,
  type Tensor,
} from "@keras/ops";
import { Adam } from "@keras/optimizers";
import { median } from "../statistics.ts";
import type { TrainStepTimes } from "./protocol.ts";

const BATCH = 16;
const FEATURES = 20;

interface Step {
  readonly run: (x: Tensor, y: Tensor) => Tensor;
  readonly x: Tensor;
  readonly y: Tensor;
  /** Gives weights and slots their first values. */
  readonly ready: () => Promise<void>;
}

/** Forward, backward and Adam for a stack of Dense layers, not compiled yet. Another width is another graph to every cache. */
function trainStep(layers: number, width: number): Step {
  const model: Model = new Sequential([
    Input({ shape: [FEATURES] }),
    ...Array.from({ length: layers - 1 }, () => new Dense({ units: width, activation: "relu" })),
    new Dense({ units: 10 }),
  ]);
  const x = ones([BATCH, FEATURES]);
  const y = zeros([BATCH], { dtype: "int32" });
  const loss = new SparseCategoricalCrossentropy({ fromLogits: true });
  const optimizer = new Adam({ learningRate: 1e-6 });
  const { trainableVariables } = model;
  optimizer.build(trainableVariables);
  const run = (inputs: Tensor, labels: Tensor): Tensor => {
    const { value, grads } = valueAndGrad(
      () => loss.apply(labels, model.applyAny(inputs, { training: true }) as Tensor),
      trainableVariables,
    );
    optimizer.apply(grads, trainableVariables);
    return value;
  };
  const ready = async (): Promise<void> => {
    for (const variable of [...trainableVariables, ...optimizer.variables]) await variable.value.ready();
  };
  return { run, x, y, ready };
}

const traced = ({ run, x, y }: Step): Graph =>
  traceFunction(
    (a, b) => run(a!, b!),
    [x, y],
    (loss) => [loss],
  ).graph;

/** Layers that give a train step at least so many nodes. */
function layersFor(nodes: number): number {
  let layers = 2;
  while (traced(trainStep(layers, 8)).nodes.length < nodes) layers++;
  return layers;
}

/** Milliseconds that an action takes. */
async function elapsed<T>(action: () => T | Promise<T>): Promise<[ms: number, result: T]> {
  const start = performance.now();
  const result = await action();
  return [performance.now() - start, result];
}

/** What it takes to trace and compile a train step of at least so many nodes, and to run it. */
export async function trainStepTimes(nodes: number, times: number): Promise<TrainStepTimes> {
  const layers = layersFor(nodes);
  const backend = activeBackend();
  const trace: number[] = [];
  const compile: number[] = [];
  const initialize: number[] = [];
  const first: number[] = [];
  const step: number[] = [];
  let counts = [0, 0];
  for (let i = 0; i < times; i++) {
    const fresh = trainStep(layers, 32 + 2 * i);
    const [traceMs, graph] = await elapsed(() => traced(fresh));
    const [compileMs, executable] = await elapsed(() => compileGraph(backend, graph));
    trace.push(traceMs);
    compile.push(compileMs);
    executable.dispose?.();
    counts = [graph.nodes.length, prepareGraph(backend, graph).nodes.length];
    const { run, x, y, ready } = trainStep(layers, 33 + 2 * i);
    initialize.push((await elapsed(ready))[0]);
    const compiled = jit(run);
    first.push((await elapsed(() => compiled(x, y).item()))[0]);
    for (let again = 0; again < 5; again++) step.push((await elapsed(() => compiled(x, y).item()))[0]);
  }
  return {
    nodes: counts[0]!,
    compiledNodes: counts[1]!,
    traceMs: median(trace),
    compileMs: median(compile),
    initializeMs: median(initialize),
    firstCallMs: median(first),
    stepMs: median(step),
  };
}
