/** A program whose browser bundle is measured. It must export `run`, which proves that nothing it needs was shaken off. */
export interface SizeScenario {
  readonly name: string;
  readonly title: string;
  readonly code: string;
  /** What `run()` resolves to. */
  readonly expect: unknown;
  /** Most bytes after gzip; null where the figure only informs. */
  readonly budget: number | null;
  /** Whether it runs on a GPU. */
  readonly gpu?: boolean;
}

export const SIZE_SCENARIOS: readonly SizeScenario[] = [
  {
    name: "dense",
    title: "one Dense layer on the reference backend",
    code: `
      import "@keras/backend-ref";
      import { Dense } from "@keras/layers";
      export async function run() {
        const layer = new Dense({ units: 2, kernelInitializer: "ones" });
        return layer.apply([[1, 2, 3]]).array();
      }`,
    expect: [[6, 6]],
    // A ceiling against growth. A third of it are the kernels of the engine; gradient rules and the texts of errors take 4 kB each.
    budget: 54_500,
  },
  {
    name: "dense-base",
    title: "one Dense layer on the basic kernels of the reference backend",
    code: `
      import { createRefBackend, baseKernels } from "@keras/backend-ref/parts";
      import { Dense } from "@keras/layers";
      import { registerBackend } from "@keras/ops";
      registerBackend(createRefBackend(baseKernels));
      export async function run() {
        const layer = new Dense({ units: 2, kernelInitializer: "ones" });
        return layer.apply([[1, 2, 3]]).array();
      }`,
    expect: [[6, 6]],
    budget: null,
  },
  {
    name: "predict",
    title: "a Sequential model that predicts on the reference backend",
    code: `
      import "@keras/backend-ref";
      import { Dense, Input } from "@keras/layers";
      import { Sequential } from "@keras/models";
      export async function run() {
        const model = new Sequential([Input({ shape: [3] }), new Dense({ units: 2, kernelInitializer: "ones" })]);
        return [...(await model.predict([[1, 2, 3]])).values];
      }`,
    expect: [6, 6],
    budget: null,
  },
  {
    name: "fit",
    title: "a Sequential model that trains on the reference backend",
    code: `
      import "@keras/backend-ref";
      import "@keras/training";
      import { Dense, Input } from "@keras/layers";
      import { Sequential } from "@keras/models";
      export async function run() {
        const model = new Sequential([Input({ shape: [1] }), new Dense({ units: 1 })]);
        model.compile({ optimizer: "sgd", loss: "mse" });
        const history = await model.fit([[1], [2]], [[2], [4]], { epochs: 2, verbose: 0 });
        return history.history.loss.length;
      }`,
    expect: 2,
    budget: null,
  },
  {
    name: "webgpu",
    title: "a Sequential classifier that predicts on WebGPU",
    code: `
      import { createWebGpuBackend } from "@keras/backend-webgpu/parts";
      import { Dense, Input } from "@keras/layers";
      import { Sequential } from "@keras/models";
      import { registerBackend, setBackend } from "@keras/ops";
      registerBackend(createWebGpuBackend());
      export async function run() {
        await setBackend("webgpu");
        const model = new Sequential([
          Input({ shape: [3] }),
          new Dense({ units: 4, activation: "relu", kernelInitializer: "ones" }),
          new Dense({ units: 2, activation: "softmax", kernelInitializer: "ones" }),
        ]);
        return [...(await model.predict([[1, 2, 3]])).values];
      }`,
    expect: [0.5, 0.5],
    budget: 75_000,
    gpu: true,
  },
  {
    name: "load",
    title: "a .keras file read and used on the reference backend",
    code: `
      import "@keras/backend-ref";
      import { loadModel, saveModel } from "@keras/io-keras";
      import { Dense, Input } from "@keras/layers";
      import { Sequential } from "@keras/models";
      export async function run() {
        const model = new Sequential([Input({ shape: [3] }), new Dense({ units: 2, kernelInitializer: "ones" })]);
        const loaded = await loadModel(await saveModel(model), { objects: [Dense, Sequential] });
        return [...(await loaded.predict([[1, 2, 3]])).values];
      }`,
    expect: [6, 6],
    budget: null,
  },
];
