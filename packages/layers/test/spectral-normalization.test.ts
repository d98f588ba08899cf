import "@keras/backend-onnx";
import "@keras/backend-ref";
import { array, jit, multiply, reshape, setBackend, sum, valueAndGrad, type Tensor } from "@keras/ops";
import { beforeEach, describe, expect, it } from "vitest";
import { Dense, SpectralNormalization } from "../src/index.ts";

const kernel = [-0.15, -0.2, -0.04, -0.27, -0.06, 0.46, 0.01, -0.33, 0.16, -0.21, -0.03, 0.34];
const inputs = [-1.12, -0.34, -1.47, -1.07, -0.91, 0.58, -1.38, -0.61];
// The values are those of Keras 3.15.1 on JAX.
const outputs = [0.4959039, 0.84571815, -1.2823442, -0.04447392, 0.6432923, -0.43983817];
const normalized = [-0.21580584, -0.28774112, -0.05754822, -0.3884505, -0.08632233, 0.66180456, 0.01438706, -0.47477284, 0.23019288, -0.30212817, -0.04316116, 0.48915988]; // prettier-ignore
const gradient = [0.48045582, -1.0577925, 1.6106468, 2.012328, 0.22575094, -0.9971758, 0.3761945, -1.3970268, 2.1775599, 1.0892755, -0.7974604, 0.976894]; // prettier-ignore

function close(found: ArrayLike<unknown>, expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(Number(found[i])).toBeCloseTo(value, 5));
}

describe.each(["ref", "onnx"])("SpectralNormalization on %s", (backend) => {
  beforeEach(() => setBackend(backend));

  it.each([false, true])("assigns the normalized kernel, and gradients go through it; jitted: %s", async (jitted) => {
    const layer = new SpectralNormalization({ layer: new Dense({ units: 3 }) });
    layer.build([2, 4]);
    layer.setWeights([reshape(array(kernel), [4, 3]), array([[0.14, 0.18, -0.25]]), array([-0.18, -0.25, -0.26])]);
    const x = reshape(array(inputs), [2, 4]);
    const weights = array([0, 1, 2, 3, 4, 5].map((i) => (((i * 7) % 11) - 5) / 4));
    const run = (): { y: Tensor; grads: readonly Tensor[] } => {
      const { aux, grads } = valueAndGrad(() => {
        const y = reshape(layer.applyAny(x, { training: true }) as Tensor, [6]);
        return [sum(multiply(y, weights)), y] as const;
      }, layer.trainableVariables);
      return { y: aux, grads };
    };
    const { y, grads } = (jitted ? jit(run) : run)();
    close(await y.data(), outputs);
    close(await grads[0]!.data(), gradient);
    close(await grads[1]!.data(), [0, 0.75, -1.25]);
    close(await layer.kernel.value.data(), normalized);
  });
});
