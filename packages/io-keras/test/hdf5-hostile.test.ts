import { readFileSync } from "node:fs";
import { join } from "node:path";
import { KerasError } from "@keras/ops";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lookup3 } from "../src/hdf5/format/checksum.ts";
import { readHdf5 } from "../src/hdf5/read.ts";
import { h5Dataset, h5Find, h5Group, type H5Node } from "../src/hdf5/types.ts";
import { writeHdf5 } from "../src/hdf5/write.ts";

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(import.meta.dirname, "fixtures", `${name}.h5`)));

/** Reads everything; a limit keeps what damaged files may declare small. */
async function readAll(bytes: Uint8Array): Promise<void> {
  const visit = async (node: H5Node): Promise<void> => {
    if (node.kind === "dataset") await node.read();
    else for (const child of node.children.values()) await visit(child);
  };
  await visit(await readHdf5(bytes, { limits: { floor: 1 << 16, ratio: 2000 } }));
}

/** A damaged file is read, or refused with this library's own error. */
async function survives(bytes: Uint8Array): Promise<KerasError | null> {
  try {
    await readAll(bytes);
    return null;
  } catch (error) {
    if (!(error instanceof KerasError) || error.code !== "file_format") throw error;
    return error;
  }
}

const FILES = [
  "keras-earliest",
  "keras-latest",
  "dtypes-earliest",
  "dtypes-latest",
  "chunks-earliest",
  "chunks-latest",
  "attrs-earliest",
  "attrs-latest",
  "many-latest",
  "paged-latest",
];

describe.each(["keras-earliest", "keras-latest"])("%s", (name) => {
  const bytes = fixture(name);

  test("cut at every length", { timeout: 120_000 }, async () => {
    const accepted: number[] = [];
    for (let length = 0; length < bytes.length; length++) {
      if ((await survives(bytes.subarray(0, length))) === null) accepted.push(length);
    }
    expect(accepted).toEqual([]);
  });

  test("every byte of the metadata changed", { timeout: 120_000 }, async () => {
    let refused = 0;
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at]! ^= 1 << (at % 8);
      if (await survives(damaged)) refused++;
    }
    expect(refused).toBeGreaterThan(500);
  });
});

describe.each(FILES)("%s", (name) => {
  const bytes = fixture(name);

  test("damaged anywhere", { timeout: 120_000 }, async () => {
    const byte = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.integer({ min: 0, max: 255 }));
    const edit = fc.tuple(fc.nat(bytes.length - 1), fc.array(byte, { minLength: 1, maxLength: 8 }));
    const runs = fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const damaged = bytes.slice();
        for (const [at, values] of edits) damaged.set(values.slice(0, bytes.length - at), at);
        await survives(damaged);
      }),
      { numRuns: 400 },
    );
    await expect(runs).resolves.toBeUndefined();
  });

  test("cut, with a superblock that does not tell", { timeout: 120_000 }, async () => {
    const runs = fc.assert(
      fc.asyncProperty(fc.integer({ min: 100, max: bytes.length }), async (length) => {
        await survives(withEnd(bytes.slice(0, length), length));
      }),
      { numRuns: 200 },
    );
    await expect(runs).resolves.toBeUndefined();
  });
});

/** Any bytes at all, behind a signature or not. */
test("noise", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (noise, signed) => {
      if (signed) noise.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a].slice(0, noise.length));
      expect(await survives(noise)).not.toBeNull();
    }),
    { numRuns: 500 },
  );
});

/** Writes the end of the file into the superblock, checksum included. */
function withEnd(bytes: Uint8Array, end: number): Uint8Array {
  const view = new DataView(bytes.buffer);
  if (bytes[8]! < 2) view.setBigUint64(40, BigInt(end), true);
  else {
    view.setBigUint64(28, BigInt(end), true);
    view.setUint32(44, lookup3(bytes.subarray(0, 44)), true);
  }
  return bytes;
}

async function written(root: H5Node): Promise<Uint8Array<ArrayBuffer>> {
  if (root.kind !== "group") throw new Error("not a group");
  return Uint8Array.from((await writeHdf5(root)).flatMap((part) => [...part]));
}

/** Overwrites the only occurrence of some bytes, and mends the checksum of the object header around them. */
function patch(bytes: Uint8Array, find: readonly number[], replace: readonly number[]): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = buffer.indexOf(Uint8Array.from(find));
  expect(at).toBeGreaterThan(0);
  expect(buffer.indexOf(Uint8Array.from(find), at + 1)).toBe(-1);
  bytes.set(replace, at);
  const start = buffer.lastIndexOf("OHDR", at);
  const end = start + 10 + buffer.readUInt32LE(start + 6);
  buffer.writeUInt32LE(lookup3(bytes.subarray(start, end)), end);
  return bytes;
}

const u64 = (value: number): number[] => [...new Uint8Array(new BigUint64Array([BigInt(value)]).buffer)];

describe("made to hurt", () => {
  const data = (count: number) => h5Dataset({ values: new Int8Array(count), shape: [count], dtype: "int8" } as never);

  test("a shape far beyond the data", async () => {
    const bytes = await written(h5Group({ w: data(77) }));
    const space = [2, 1, 0, 1];
    const error = await survives(patch(bytes, [...space, ...u64(77)], [...space, ...u64(2 ** 45)]));
    expect(error?.message).toMatch(/'\/w' is damaged: its shape takes 35184372088832 bytes, its data 77/);
  });

  test("a shape and data far beyond the file", async () => {
    const bytes = await written(h5Group({ w: data(77) }));
    const space = [2, 1, 0, 1];
    const layout = [3, 1, ...u64(64)];
    patch(bytes, [...space, ...u64(77)], [...space, ...u64(2 ** 45)]);
    const error = await survives(patch(bytes, [...layout, ...u64(77)], [...layout, ...u64(2 ** 45)]));
    expect(error?.message).toMatch(/'\/w' lies outside of the file/);
  });

  test("a shape without data", async () => {
    const bytes = await written(h5Group({ w: data(77) }));
    const space = [2, 1, 0, 1];
    const layout = [3, 1];
    patch(bytes, [...space, ...u64(77)], [...space, ...u64(2 ** 40)]);
    const error = await survives(patch(bytes, [...layout, ...u64(64)], [...layout, ...u64(0).fill(255)]));
    expect(error?.message).toMatch(/'\/w' would unfold 0 stored bytes to 1099511627776/);
  });

  test("a product of sizes that overflows", async () => {
    const bytes = await written(
      h5Group({ w: h5Dataset({ values: new Int8Array(77), shape: [7, 11], dtype: "int8" } as never) }),
    );
    const error = await survives(patch(bytes, [...u64(7), ...u64(11)], [...u64(2 ** 40), ...u64(2 ** 40)]));
    expect(error?.message).toMatch(/'\/w' is damaged: a shape of/);
  });

  test("a group that holds itself", async () => {
    const bytes = await written(h5Group({ outer: h5Group({ inner: h5Group() }) }));
    const buffer = Buffer.from(bytes.buffer);
    const root = Number(buffer.readBigUInt64LE(36));
    const name = [...Buffer.from("inner")];
    const inner = [...bytes.subarray(buffer.indexOf("inner") + 5, buffer.indexOf("inner") + 13)];
    const error = await survives(patch(bytes, [...name, ...inner], [...name, ...u64(root)]));
    expect(error?.message).toMatch(/'\/outer\/inner' is the same group as the root group, which is refused/);
  });

  test("groups nested without end", async () => {
    let group = h5Group();
    for (let level = 0; level < 200; level++) group = h5Group({ only: group });
    await expect(readAll(await written(group))).resolves.toBeUndefined();
    for (let level = 200; level < 300; level++)
      group = { kind: "group", attrs: new Map(), children: new Map([["only", group]]) };
    await expect(written(group)).rejects.toThrow(/nest more than 256 deep/);
  });

  test("an error names the place", async () => {
    const bytes = fixture("keras-latest");
    const root = await readHdf5(bytes);
    expect(h5Find(root, "layers/dense/vars/0")!.kind).toBe("dataset");
    const at = Buffer.from(bytes.buffer).lastIndexOf("OHDR");
    bytes[at + 20]! ^= 1;
    expect((await survives(bytes))?.message).toMatch(/the object header of '\/.+' is damaged: its checksum is wrong/);
  });
});

test("a bomb of compressed chunks is refused before it unfolds", async () => {
  const root = await readHdf5(fixture("chunks-earliest"), { limits: { floor: 100, ratio: 1 } });
  const gzip = h5Find(root, "one");
  if (gzip?.kind !== "dataset") throw new Error("no dataset");
  await expect(gzip.read()).rejects.toThrow(/'\/one' would unfold \d+ stored bytes to 280, which looks like an attack/);
});
