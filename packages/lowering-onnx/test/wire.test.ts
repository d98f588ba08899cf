import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decode, encode, many, one, type Schema } from "../src/proto/wire.ts";
import { decodeModel, encodeModel, type ModelProto } from "../src/index.ts";

const inner: Schema = { name: one(1, "string"), values: many(2, "int64") };
const schema: Schema = {
  text: one(1, "string"),
  data: one(2, "bytes"),
  small: one(3, "int32"),
  wide: one(4, "int64"),
  single: one(5, "float"),
  double: one(6, "double"),
  unsigned: one(17, "uint64"),
  singles: many(7, "float"),
  wides: many(8, "int64"),
  texts: many(9, "string"),
  child: one(10, () => inner),
  children: many(11, () => inner),
};

const int64 = fc
  .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
  .map((n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n));
const child = fc.record({ name: fc.string({ unit: "binary" }), values: fc.array(int64) });
const message = fc.record({
  text: fc.string({ unit: "binary" }),
  data: fc.uint8Array(),
  small: fc.integer(),
  wide: int64,
  single: fc.float(),
  double: fc.double(),
  unsigned: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n)),
  singles: fc.array(fc.float()),
  wides: fc.array(int64),
  texts: fc.array(fc.string({ unit: "binary" })),
  child,
  children: fc.array(child),
});

describe("messages", () => {
  it("come back as they went", () => {
    fc.assert(
      fc.property(message, (m) => {
        expect(decode(schema, encode(schema, m))).toEqual(m);
      }),
    );
  });
  it("fields that a schema does not have are skipped", () => {
    const narrow: Schema = { wide: one(4, "int64"), child: one(10, () => inner) };
    fc.assert(
      fc.property(message, (m) => {
        expect(decode(narrow, encode(schema, m))).toEqual({ wide: m.wide, child: m.child });
      }),
    );
  });
  it("numbers that are not packed are read too", () => {
    const writer = new BinaryWriter();
    for (const v of [1, -2, 3]) writer.tag(8, WireType.Varint).int64(v);
    expect(decode<{ wides: number[] }>({ wides: many(8, "int64") }, writer.finish()).wides).toEqual([1, -2, 3]);
  });
  it("undefined fields are left out", () => {
    expect(encode(schema, { text: undefined, wides: [] })).toHaveLength(0);
  });
  it("truncated or random bytes give a FormatError, or a message, never anything else", () => {
    fc.assert(
      fc.property(message, fc.double({ min: 0, max: 1, noNaN: true }), (m, cut) => {
        const bytes = encode(schema, m);
        try {
          decode(schema, bytes.subarray(0, Math.floor(bytes.length * cut)));
        } catch (error) {
          expect((error as { code: string }).code).toBe("file_format");
        }
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeModel(bytes);
        } catch (error) {
          expect((error as { code: string }).code).toBe("file_format");
        }
      }),
    );
  });
});

it("a model comes back as it went", () => {
  const model: ModelProto = {
    irVersion: 10,
    producerName: "keras",
    opsetImport: [{ domain: "", version: 21 }],
    metadataProps: [{ key: "k", value: "v" }],
    graph: {
      name: "g",
      node: [
        {
          input: ["x"],
          output: ["y"],
          name: "n",
          opType: "Neg",
          attribute: [{ name: "a", type: 7, ints: [1, -1, 2n ** 60n] }],
        },
      ],
      initializer: [{ dims: [2], dataType: 1, name: "w", rawData: new Uint8Array(8) }],
      input: [
        { name: "x", type: { tensorType: { elemType: 1, shape: { dim: [{ dimParam: "batch" }, { dimValue: 3 }] } } } },
      ],
      output: [{ name: "y", type: { tensorType: { elemType: 1 } } }],
    },
  };
  expect(decodeModel(encodeModel(model))).toMatchObject(model);
});
