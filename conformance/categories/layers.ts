import { decode } from "../decode.ts";
import { gradientsByVariables } from "../gradients.ts";
import type { Check, Handler, HandlerContext } from "../handler.ts";
import {
  applyLayer,
  changedWeights,
  layerCall,
  reviveLayer,
  setWeights,
  symbolic,
  type LayerCall,
  type RecordedWeight,
} from "../layer.ts";
import type { Library } from "../library.ts";
import { camelCase, invoke, property, type Thing } from "../objects.ts";
import { isTensorTag, itemsOf, tagOf, type Encoded, type EncodedObject, type Row } from "../row.ts";

interface Gradient {
  readonly w: readonly Encoded[];
  readonly x: readonly Encoded[];
  /** Flat index of the input that each of `x` belongs to. */
  readonly xi: readonly number[];
}

interface Training {
  readonly o: Encoded;
  readonly w_after?: readonly (readonly [number, Encoded])[];
  readonly grad?: Gradient;
}

/** A layer from its constructor's Python arguments. */
function construct(row: Row, library: Library): Thing {
  const LayerClass = library.classOf("@keras/layers", "layers", row.cls!);
  const options = Object.entries(row["init"] as EncodedObject).map(([name, value]) => [
    camelCase(name),
    decode(value, isTensorTag(value) ? "operand" : "setting", library.creators),
  ]);
  return new LayerClass(Object.fromEntries(options)) as Thing;
}

/** Whether a function was given that no config can name. */
const givenAFunction = (row: Row): boolean =>
  Object.values(row["init"] as EncodedObject).some((value) => tagOf(value) === "fn");

/** The input as the layer's arguments: one operand, a list of operands, or a dictionary of named ones. */
function inputCall(row: Row, value: Encoded, library: Library): LayerCall {
  const named = value !== null && typeof value === "object" && itemsOf(value) === null && tagOf(value) === null;
  return named ? layerCall(row.cls!, [], value as EncodedObject, library) : layerCall(row.cls!, [value], {}, library);
}

const shapeOf = (value: Encoded): unknown => {
  if (isTensorTag(value)) return value.s;
  return itemsOf(value)?.map(shapeOf);
};

function countChecks(row: Row, layer: Thing): Check[] {
  const counts: readonly (readonly [string, string])[] = [
    ["n_tr", "trainableWeights"],
    ["n_ntr", "nonTrainableWeights"],
    ["n_ntrv", "nonTrainableVariables"],
  ];
  const checks: Check[] = counts
    .filter(([field]) => typeof row[field] === "number")
    .map(([field, name]) => ({
      label: `number of ${name}`,
      actual: (property(layer, name) as readonly unknown[]).length,
      expected: row[field] as number,
    }));
  if (typeof row["params"] === "number")
    checks.push({ label: "parameters", actual: invoke(layer, "countParams"), expected: row["params"] });
  if (typeof row["supports_masking"] === "boolean") {
    checks.push({
      label: "supportsMasking",
      actual: property(layer, "supportsMasking"),
      expected: row["supports_masking"],
    });
  }
  return checks;
}

interface Moment {
  readonly label: string;
  readonly mode: Readonly<Record<string, unknown>>;
}

/** Gradients by the trainable weights and by float inputs; the inputs become Variables, so that both are found in one pass. */
function gradientChecks(
  recorded: Gradient,
  layer: Thing,
  call: LayerCall,
  { label, mode }: Moment,
  { library }: HandlerContext,
): Check[] {
  const Variable = library.classOf("@keras/ops", "ops", "Variable");
  const inputs: object[] = [];
  let met = 0;
  const wrap = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(wrap);
    if ((value as { kind?: unknown } | null)?.kind !== "tensor" || !recorded.xi.includes(met++)) return value;
    const variable = new Variable(value, { autocast: false });
    inputs.push(variable);
    return variable;
  };
  const args = call.args.map(wrap);
  const options = Object.fromEntries(Object.entries(call.options).map(([name, value]) => [name, wrap(value)]));
  const weights = property(layer, "trainableWeights") as readonly { readonly name: string }[];
  const found = gradientsByVariables(library, () => applyLayer(layer, { args, options }, mode), [
    ...weights,
    ...inputs,
  ]);
  return [
    ...recorded.w.map((expected, i): Check => ({
      label: `${label} of ${weights[i]?.name}`,
      actual: found[i],
      expected,
    })),
    ...recorded.x.map((expected, i): Check => ({
      label: `${label} of input ${recorded.xi[i]}`,
      actual: found[weights.length + i],
      expected,
    })),
  ];
}

/** One recorded layer: counts, output, gradients, losses, training, shapes known beforehand, symbolic call. */
export const layers: Handler = (row, context) => {
  const { library } = context;
  if (row.e) {
    construct(row, library);
    return [];
  }
  const make = (): Thing => (givenAFunction(row) ? construct(row, library) : reviveLayer(library, row["cfg"]));
  const layer = make();
  const x = row["x"] as Encoded;
  const recorded = row["w"] as readonly RecordedWeight[];
  // Built on symbols: running it on values would already change the state of some layers.
  if (recorded.length > 0) applyLayer(layer, inputCall(row, symbolic(x), library));
  setWeights(layer, recorded, library);
  const call = inputCall(row, x, library);
  const kwargs = Object.entries((row["call_kwargs"] as EncodedObject | undefined) ?? {}).map(([name, value]) => [
    camelCase(name),
    decode(value, "operand", library.creators),
  ]);
  const mode: Readonly<Record<string, unknown>> = {
    ...(row["training_arg"] === true ? { training: false } : {}),
    ...Object.fromEntries(kwargs),
  };
  const checks: Check[] = [];
  checks.push({
    label: "output",
    actual: applyLayer(layer, call, mode),
    expected: row.o!,
    shapeOnly: row["det"] === false,
  });
  if (row["losses"])
    checks.push({ label: "losses", actual: property(layer, "losses"), expected: row["losses"] as Encoded });
  checks.push(...countChecks(row, layer));
  if (row["grad"]) {
    setWeights(layer, recorded, library);
    checks.push(...gradientChecks(row["grad"] as Gradient, layer, call, { label: "gradient", mode }, context));
  }
  const train = row["train"] as Training | undefined;
  if (train) {
    const training = { ...mode, ...(row["training_arg"] === true ? { training: true } : {}) };
    setWeights(layer, recorded, library);
    checks.push({ label: "output in training", actual: applyLayer(layer, call, training), expected: train.o });
    checks.push(...changedWeights(layer, train.w_after ?? [], "weight after training"));
    if (train.grad) {
      setWeights(layer, recorded, library);
      checks.push(
        ...gradientChecks(train.grad, layer, call, { label: "gradient in training", mode: training }, context),
      );
    }
  }
  if (row["out_shape"]) {
    const shape = row["input_shape"] ? decode(row["input_shape"] as Encoded, "setting", library.creators) : shapeOf(x);
    checks.push({
      label: "computeOutputShape",
      actual: invoke(layer, "computeOutputShape", shape),
      expected: row["out_shape"] as Encoded,
    });
  }
  if (row["sym"]) {
    const batched = inputCall(row, symbolic(x, null), library);
    checks.push({
      label: "symbolic output",
      actual: applyLayer(make(), batched, mode),
      expected: row["sym"] as Encoded,
    });
  }
  return checks;
};
