import { describe, expect, it } from "vitest";
import { parseOptions, UsageError } from "../options.ts";
import { opponents } from "../participants.ts";

describe("parseOptions", () => {
  it("takes every case and side by default", () => {
    const options = parseOptions([]);
    expect(options.cases).toEqual(["mlp-b32", "mlp-b128", "cnn", "lstm", "transformer"]);
    expect(options.backends).toContain("onnx");
    expect(opponents(options.against)).toEqual([
      "keras-jax",
      "keras-tensorflow",
      "keras-tensorflow-xla",
      "keras-torch",
      "hand",
    ]);
  });

  it("takes a model or a case, and lists", () => {
    expect(parseOptions(["--model", "mlp"]).cases).toEqual(["mlp-b32", "mlp-b128"]);
    expect(parseOptions(["--model", "mlp-b32,lstm"]).cases).toEqual(["mlp-b32", "lstm"]);
    const options = parseOptions(["--backend", "none", "--against", "keras-jax,hand", "--rounds", "2"]);
    expect(options).toMatchObject({ backends: [], against: ["keras-jax", "hand"], rounds: 2 });
  });

  it.each([
    [["--model", "resnet"], "--model resnet: there are mlp, cnn"],
    [["--backend", "cuda"], "--backend cuda: there are onnx, ref"],
    [["--against", "caffe"], "--against caffe: there are keras"],
    [["--rounds", "0"], "--rounds 0: give a positive whole number"],
    [["--rouns", "3"], "--rouns"],
  ])("refuses %j", (args, message) => {
    expect(() => parseOptions(args)).toThrow(UsageError);
    expect(() => parseOptions(args)).toThrow(message);
  });
});
