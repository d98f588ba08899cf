import { describe, expect, it } from "vitest";
import { Sequential } from "keras/models";

describe("a subpath on its own", () => {
  it("keras/models gives models that train, save and export", () => {
    const model = new Sequential([]);
    for (const method of ["compile", "fit", "evaluate", "save", "export"] as const)
      expect(model[method]).toBeTypeOf("function");
    expect(() => model.compile({ optimizer: "adam", loss: "mse" })).not.toThrow();
  });
});
