import { decode } from "./decode.ts";
import type { LayerCall } from "./layer.ts";
import type { Library } from "./library.ts";
import { invoke, type Thing } from "./objects.ts";
import type { Encoded, Row } from "./row.ts";

/** Masks that an Embedding of these ids gave the inputs of the attention tests: 0 is padding. */
const QUERY_MASK: Encoded = { $: "t", d: "bool", s: [3, 5], v: [1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0] };
const VALUE_MASK: Encoded = { $: "t", d: "bool", s: [3, 3], v: [1, 1, 0, 1, 0, 0, 1, 1, 1] };

type Rule = (call: LayerCall, row: Row, library: Library) => LayerCall;

const embedded =
  (masks: Readonly<Record<string, Encoded>>): Rule =>
  ({ args, options }, _, { creators }) => {
    const decoded = Object.entries(masks).map(([name, mask]) => [name, decode(mask, "operand", creators)]);
    return { args, options: { ...Object.fromEntries(decoded), ...options } };
  };

/** What Keras's Masking layer gives: values that know which of their time steps are not all zeros. */
function masked(value: unknown, library: Library): unknown {
  const Masking = library.classOf("@keras/layers", "layers", "Masking");
  return invoke(new Masking({}) as Thing, "apply", value);
}

/** The tests' first call masks the first input only, the second call both. */
const merged: Rule = (call, row, library) => {
  const {
    args: [inputs],
    options,
  } = call;
  // The tests call the Masking layer as well.
  if (!Array.isArray(inputs)) return call;
  const { config } = row["cfg"] as { readonly config: { readonly name: string } };
  const second = config.name.endsWith("_1");
  const list = inputs.map((x, i) => (i === 0 || second ? masked(x, library) : x));
  return { args: [list], options };
};

const maskedInput: Rule = ({ args: [x, ...rest], options }, _, library) => ({
  args: [masked(x, library), ...rest],
  options,
});

/** Rows do not record the masks that values carry in Python; the names of the tests tell which have some. */
const RULES: readonly (readonly [test: RegExp, rule: Rule])[] = [
  [
    /AttentionTest::test_(?:masking_(?:not_)?causal|no_warning_with_keras_mask)$/,
    embedded({ queryMask: QUERY_MASK, valueMask: VALUE_MASK }),
  ],
  [/AttentionTest::test_query_mask_propagation$/, embedded({ queryMask: QUERY_MASK })],
  [/MergingLayersTest::test_(?:multiply|maximum|minimum)_with_mask$/, merged],
  [/BatchNormalizationTest::test_correctness\d*$/, maskedInput],
];

/** The call with the masks that its inputs carried when it was recorded. */
export function withRecordedMasks(call: LayerCall, row: Row, library: Library): LayerCall {
  const rule = RULES.find(([test]) => test.test(String(row["t"])));
  return rule ? rule[1](call, row, library) : call;
}
