// What types promise of the API: calling conventions, results by operand, reading, scopes that refuse async functions.
import * as ops from "@keras/ops";
import type { KerasTensor, NDArray, Tensor, TensorLike, Variable } from "@keras/ops";
import { describe, expectTypeOf, it } from "vitest";

declare const tensor: Tensor;
declare const symbol: KerasTensor;
declare const variable: Variable;

describe("ops", () => {
  it("give a Tensor for what can become one, and a KerasTensor for symbols", () => {
    for (const f of [ops.relu, ops.exp, ops.softmax] as const) expectTypeOf(f).toBeFunction();
    expectTypeOf(ops.relu(tensor)).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.relu(variable)).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.relu(1)).toEqualTypeOf<Tensor>();
    expectTypeOf(
      ops.relu([
        [1, 2],
        [3, 4],
      ]),
    ).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.relu(new Float32Array(2))).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.relu(symbol)).toEqualTypeOf<KerasTensor>();
    expectTypeOf(ops.add(tensor, 1)).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.add(symbol, tensor)).toEqualTypeOf<KerasTensor>();
    expectTypeOf(ops.add(tensor, symbol)).toEqualTypeOf<KerasTensor>();
    expectTypeOf(ops.where(tensor)).toEqualTypeOf<Tensor[]>();
    expectTypeOf(ops.where(tensor, symbol, 0)).toEqualTypeOf<KerasTensor>();
    // @ts-expect-error a name is no tensor
    ops.relu("x");
  });

  it("take optional arguments as one object, undefined for the default, a bare axis or dtype in its place", () => {
    expectTypeOf(ops.sum(tensor, { axis: 1, keepdims: true })).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.sum(tensor, { axis: undefined })).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.sum(tensor, null as never)).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.sum(tensor, 0)).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.sum(symbol, [0, 1])).toEqualTypeOf<KerasTensor>();
    expectTypeOf(ops.zeros([2], "int32")).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.zeros([2], { dtype: "float16" })).toEqualTypeOf<Tensor>();
    // @ts-expect-error there is no such option
    ops.sum(tensor, { axes: 1 });
    // @ts-expect-error there is no such dtype
    ops.zeros([2], "float31");
    // @ts-expect-error there is no such padding
    ops.maxPool(tensor, 2, { padding: "full" });
    // @ts-expect-error required parameters are positional
    ops.reshape({ x: tensor, newshape: [2] });
  });

  it("give as many results as there are, by name or place", () => {
    expectTypeOf(ops.topK(tensor, 2)).toEqualTypeOf<[Tensor, Tensor]>();
    expectTypeOf(ops.histogram(tensor)).toEqualTypeOf<[Tensor, Tensor]>();
    expectTypeOf(ops.histogram(symbol)).toEqualTypeOf<[KerasTensor, KerasTensor]>();
    expectTypeOf(ops.linspace(0, 1, 5)).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.linspace(0, 1, 5, { retstep: true })).toEqualTypeOf<[Tensor, Tensor]>();
    expectTypeOf(ops.split(tensor, 2)).toEqualTypeOf<Tensor[]>();
    expectTypeOf(ops.isTensor([1])).toEqualTypeOf<boolean>();
    expectTypeOf(ops.isFloatDtype("float32")).toEqualTypeOf<boolean>();
  });

  it("have Python's operators as methods", () => {
    expectTypeOf(tensor.add(1)).toEqualTypeOf<Tensor>();
    expectTypeOf(variable.multiply(tensor)).toEqualTypeOf<Tensor>();
    expectTypeOf(tensor.getItem(0, { start: 1 }, null)).toEqualTypeOf<Tensor>();
    // @ts-expect-error no other chaining
    tensor.relu();
  });
});

describe("values", () => {
  it("are read with their types", () => {
    expectTypeOf(tensor.data("int32")).resolves.toEqualTypeOf<Int32Array<ArrayBuffer>>();
    expectTypeOf(tensor.data("float32")).resolves.toEqualTypeOf<Float32Array<ArrayBuffer>>();
    expectTypeOf(tensor.array<2>()).resolves.toEqualTypeOf<number[][]>();
    expectTypeOf(tensor.item()).resolves.toEqualTypeOf<number>();
    expectTypeOf(tensor.ndarray()).resolves.toEqualTypeOf<NDArray>();
    expectTypeOf(tensor.shape).toEqualTypeOf<readonly number[]>();
    // @ts-expect-error a Variable is no value: its value is
    variable.data();
    // @ts-expect-error shapes do not change
    tensor.shape[0] = 3;
  });

  it("are told apart by a literal, and errors by their code", () => {
    expectTypeOf(tensor.kind).toEqualTypeOf<"tensor">();
    expectTypeOf(variable.kind).toEqualTypeOf<"variable">();
    expectTypeOf<ops.KerasError["code"]>().not.toEqualTypeOf<string>();
    expectTypeOf<"NOPE">().not.toExtend<ops.KerasErrorCode>();
  });
});

describe("functions of functions", () => {
  const square = (x: Tensor): Tensor => ops.multiply(x, x);

  it("keep the types of what they are given", () => {
    const f = ops.jit((x: Tensor, options: { scale: number }) => ({ y: ops.multiply(x, options.scale), n: 1 }));
    expectTypeOf(f).parameters.toEqualTypeOf<[Tensor, { scale: number }]>();
    expectTypeOf(f(tensor, { scale: 1 })).toEqualTypeOf<{ y: Tensor; n: number }>();
    const g = ops.vmap((x: Tensor, y: readonly Tensor[]) => ({ a: x, b: [...y] }), {
      inAxes: [0, null],
      outAxes: { a: 1, b: 0 },
    });
    expectTypeOf(g(tensor, [tensor])).toEqualTypeOf<{ a: Tensor; b: Tensor[] }>();
    expectTypeOf(ops.vectorizedMap((x: Tensor) => [x, x] as const, tensor)).toEqualTypeOf<readonly [Tensor, Tensor]>();
    expectTypeOf(ops.associativeScan((a: { p: Tensor }, _b: { p: Tensor }) => a, { p: tensor })).toEqualTypeOf<{
      p: Tensor;
    }>();
    // @ts-expect-error an axis is a number
    ops.vmap(square, { inAxes: "0" });
  });

  it("give one gradient for one argument, a list for a list", () => {
    expectTypeOf(ops.grad(square)).toEqualTypeOf<(...xs: TensorLike[]) => Tensor>();
    expectTypeOf(ops.grad(square, { argnums: 1 })(1, 2)).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.grad(square, { argnums: [0, 1] })(1, 2)).toEqualTypeOf<Tensor[]>();
    expectTypeOf(ops.jacobian((x) => ({ y: x }))(tensor)).toEqualTypeOf<{ y: Tensor }>();
    expectTypeOf(ops.jacobian((x) => x, { argnums: [0], mode: "forward" })(tensor)).toEqualTypeOf<Tensor[]>();
    expectTypeOf(ops.hessian(square)(tensor)).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.hessian(square, { argnums: [0, 1] })(tensor)).toEqualTypeOf<Tensor[][]>();
    expectTypeOf(ops.hvp(square, [tensor], [tensor])).toEqualTypeOf<Tensor[]>();
    expectTypeOf(ops.vjp((x) => [x, { z: x }] as const, [tensor])[0]).toEqualTypeOf<
      readonly [Tensor, { readonly z: Tensor }]
    >();
    expectTypeOf(ops.valueAndGrad(() => tensor, [variable]).aux).toEqualTypeOf<undefined>();
    expectTypeOf(ops.valueAndGrad(() => [tensor, { a: 1 }] as const, [variable]).aux).toEqualTypeOf<{
      readonly a: 1;
    }>();
    // @ts-expect-error there are two modes
    ops.jacobian(square, { mode: "both" });
    // @ts-expect-error gradients are taken of scalars that are tensors
    ops.grad(() => 1);
  });

  it("refuse async functions", () => {
    const later = async (): Promise<Tensor> => tensor;
    // @ts-expect-error traced code is synchronous
    ops.jit(later);
    // @ts-expect-error the scope would end before the function
    ops.withBackend("ref", later);
    // @ts-expect-error the scope would end before the function
    ops.withNameScope("a", later);
    // @ts-expect-error a tape records synchronous code
    ops.valueAndGrad(later, [variable]);
    // @ts-expect-error a tape records synchronous code
    ops.grad(later);
    // @ts-expect-error traced code is synchronous
    ops.vmap(later);
  });

  it("control flow gives what its branches and bodies give", () => {
    expectTypeOf(
      ops.cond(
        tensor,
        () => ({ a: tensor }),
        () => ({ a: tensor }),
      ),
    ).toEqualTypeOf<{ a: Tensor }>();
    expectTypeOf(ops.scan((c: Tensor, _x: Tensor) => [c, null] as const, tensor, tensor)).toEqualTypeOf<
      [Tensor, null]
    >();
    expectTypeOf(
      ops.whileLoop(
        (x: Tensor) => ops.less(x, 1),
        (x: Tensor) => x,
        tensor,
      ),
    ).toEqualTypeOf<Tensor>();
    expectTypeOf(ops.map((x: Tensor) => ({ y: x }), tensor as Tensor)).toExtend<{ y: Tensor }>();
    const [one, list] = [(): Tensor => tensor, (): Tensor[] => [tensor]];
    // @ts-expect-error the branches must agree
    ops.cond(tensor, one, list);
  });
});
