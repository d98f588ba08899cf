import type { Backend, GraphBackend, KernelBackend } from "@keras/ops";
import { describe, expectTypeOf, it } from "vitest";

declare const graphEngine: GraphBackend;
declare const kernelEngine: KernelBackend;

describe("an engine", () => {
  it("that only compiles graphs says how its single ops run", () => {
    expectTypeOf(graphEngine).toExtend<Backend>();
    expectTypeOf<Omit<GraphBackend, "eager">>().not.toExtend<Backend>();
    expectTypeOf<Omit<GraphBackend, "compile">>().not.toExtend<Backend>();
  });

  it("with kernels needs neither", () => {
    expectTypeOf(kernelEngine).toExtend<Backend>();
    expectTypeOf<Omit<KernelBackend, "compile">>().toExtend<Backend>();
    expectTypeOf<Omit<KernelBackend, "kernels">>().not.toExtend<Backend>();
  });
});
