import { Add, Dense, Input, Layer, LSTM, type CallOptions, type LayerConfig } from "@keras/layers";
import type { KerasTensor, Tensor, Variable } from "@keras/ops";
import { describe, expectTypeOf, it } from "vitest";

declare const tensor: Tensor;
declare const symbol: KerasTensor;
declare const variable: Variable;

class Pair extends Layer<LayerConfig & { size: number; note?: string }> {
  override call(
    x: Tensor,
    y: { readonly a: Tensor; readonly b: Tensor },
    _options?: CallOptions & { extra?: Tensor },
  ): [Tensor, Tensor] {
    return [x, y.a];
  }
}

describe("apply", () => {
  it("gives a Tensor for what can become one, and a KerasTensor for symbols", () => {
    const dense = new Dense({ units: 2 });
    expectTypeOf(dense.apply(tensor)).toEqualTypeOf<Tensor>();
    expectTypeOf(dense.apply([[1, 2]])).toEqualTypeOf<Tensor>();
    expectTypeOf(dense.apply(new Float32Array(2))).toEqualTypeOf<Tensor>();
    expectTypeOf(dense.apply(variable)).toEqualTypeOf<Tensor>();
    expectTypeOf(dense.apply(symbol)).toEqualTypeOf<KerasTensor>();
    expectTypeOf(dense.apply(symbol, { training: true })).toEqualTypeOf<KerasTensor>();
    expectTypeOf(Input({ shape: [1] })).toEqualTypeOf<KerasTensor>();
  });

  it("follows the structure of call", () => {
    const pair = new Pair({ size: 1 });
    expectTypeOf(pair.apply(tensor, { a: tensor, b: [1] })).toEqualTypeOf<[Tensor, Tensor]>();
    expectTypeOf(pair.apply(symbol, { a: symbol, b: symbol }, { extra: symbol })).toEqualTypeOf<
      [KerasTensor, KerasTensor]
    >();
    expectTypeOf(new Add().apply([tensor, tensor])).toEqualTypeOf<Tensor>();
    expectTypeOf(new Add().apply([symbol, symbol])).toEqualTypeOf<KerasTensor>();
    // @ts-expect-error a name is no tensor
    new Dense({ units: 1 }).apply({ training: true }, "x");
    // @ts-expect-error `b` is missing
    pair.apply(tensor, { a: tensor });
    // @ts-expect-error there is no such option
    new Dense({ units: 1 }).apply(tensor, { trainning: true });
  });
});

describe("config", () => {
  it("is typed by the class, with defaults filled in", () => {
    const pair = new Pair({ size: 3 });
    expectTypeOf(pair.config.size).toEqualTypeOf<number>();
    expectTypeOf(new Dense({ units: 1 }).config.useBias).toEqualTypeOf<boolean>();
  });

  it("is required just when a key is", () => {
    // @ts-expect-error size is required
    new Pair();
    // @ts-expect-error units is required
    new Dense({});
    // @ts-expect-error there is no such option
    new Dense({ units: 1, unit: 2 });
    new (class extends Layer<LayerConfig & { note?: string }> {
      override call(x: Tensor): Tensor {
        return x;
      }
    })();
  });

  it("takes names that exist, functions, and registered names", () => {
    new Dense({
      units: 1,
      activation: "relu",
      kernelInitializer: "he_normal",
      kernelRegularizer: "l2",
      kernelConstraint: "non_neg",
    });
    new Dense({ units: 1, activation: (x) => x, kernelInitializer: (shape) => shape.length });
    new LSTM({ units: 1, recurrentActivation: "hard_sigmoid", returnSequences: true });
    // @ts-expect-error a typo
    new Dense({ units: 1, activation: "rellu" });
    // @ts-expect-error a typo
    new Dense({ units: 1, kernelInitializer: "he_norml" });
  });
});
