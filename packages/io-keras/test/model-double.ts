import { NDArray } from "@keras/ops";
import type { AssetReader, AssetWriter, Saveable, SaveableChild, WeightValue } from "../src/weights/saveable.ts";

export const float32 = (values: readonly number[], shape: readonly number[] = [values.length]): NDArray<"float32"> =>
  new NDArray(Float32Array.from(values), shape, "float32");

/** A saveable with plain arrays for variables, standing for layers, models and optimizers. */
export class Double implements Saveable {
  readonly className: string;
  readonly name: string | undefined;
  readonly layersFirst: boolean;
  vars: NDArray[];
  parts: Record<string, SaveableChild>;

  constructor(
    className: string,
    options: { name?: string; vars?: NDArray[]; parts?: Record<string, SaveableChild>; layersFirst?: boolean } = {},
  ) {
    this.className = className;
    this.name = options.name;
    this.layersFirst = options.layersFirst ?? false;
    this.vars = options.vars ?? [];
    this.parts = options.parts ?? {};
  }

  children(): [string, SaveableChild][] {
    return Object.entries(this.parts);
  }

  saveOwnVariables(store: Record<string, WeightValue>): void {
    for (const [i, value] of this.vars.entries()) store[String(i)] = value;
  }

  loadOwnVariables(store: Readonly<Record<string, NDArray>>): void {
    const count = Object.keys(store).length;
    if (count !== this.vars.length)
      throw new Error(`${this.className} has ${this.vars.length} variables, the file ${count}`);
    this.vars = this.vars.map((old, i) => {
      const value = store[String(i)]!;
      if (value.shape.join() !== old.shape.join()) throw new Error(`variable ${i} has shape [${old.shape.join(", ")}]`);
      return value;
    });
  }
}

/** A {@link Double} with a vocabulary. */
export class Lookup extends Double {
  vocabulary: string;

  constructor(vocabulary: string) {
    super("StringLookup", { name: "lookup" });
    this.vocabulary = vocabulary;
  }

  saveAssets(store: AssetWriter): void {
    store.write("vocabulary.txt", this.vocabulary);
  }

  async loadAssets(store: AssetReader): Promise<void> {
    this.vocabulary = new TextDecoder().decode(await store.read("vocabulary.txt"));
  }
}

export const dense = (inputs: number, units: number, name?: string, fill = 0): Double =>
  new Double("Dense", {
    ...(name === undefined ? {} : { name }),
    vars: [
      float32(new Array<number>(inputs * units).fill(fill), [inputs, units]),
      float32(new Array<number>(units).fill(fill)),
    ],
  });

export const sequential = (
  layers: readonly Double[],
  name = "sequential",
  parts: Record<string, SaveableChild> = {},
): Double => new Double("Sequential", { name, layersFirst: true, parts: { ...parts, layers } });
