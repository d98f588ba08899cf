import { deflateRawSync, crc32 } from "node:zlib";
import { KerasError } from "@keras/ops";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readZip } from "../src/zip/read.ts";
import { zipBytes, zipInput } from "../src/zip/write.ts";

interface Member {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflate?: boolean;
  /** What the headers say, where that is not the truth. */
  readonly size?: number;
  readonly flags?: number;
  readonly method?: number;
  readonly attributes?: number;
  /** Name in the local header, where it is another one. */
  readonly localName?: string;
}

/** An archive as hostile as wanted, written by hand. */
function craft(members: readonly Member[], overlap = false): Uint8Array {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const member of members) {
    const name = Buffer.from(member.name);
    const localName = Buffer.from(member.localName ?? member.name);
    const data = member.deflate ? deflateRawSync(member.content) : Buffer.from(member.content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x800 | (member.flags ?? 0), 2);
    common.writeUInt16LE(member.method ?? (member.deflate ? 8 : 0), 4);
    common.writeUInt16LE(0x21, 8); // 1980-01-01
    common.writeUInt32LE(crc32(member.content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(member.size ?? member.content.length, 18);
    common.writeUInt16LE(localName.length, 22);
    const header = Buffer.concat([Buffer.from("PK\x03\x04"), common, localName, data]);
    common.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(member.attributes ?? 0, 6);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.from("PK\x01\x02\x14\x03", "latin1"), common, tail, name);
    if (!overlap) {
      local.push(header);
      offset += header.length;
    } else if (local.length === 0) local.push(header);
  }
  const directory = Buffer.concat(central);
  const body = Buffer.concat(local);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(body.length, 16);
  return new Uint8Array(Buffer.concat([body, directory, end]));
}

const content = new TextEncoder().encode("content ".repeat(20));
const sample = (): Promise<Uint8Array> =>
  zipBytes(
    [zipInput("config.json", '{"a": 1}'), zipInput("model.weights.h5", content), zipInput("assets/x/y.txt", "y")],
    {
      modified: new Date(2024, 0, 1),
    },
  );

type Contents = Map<string, { bytes: Uint8Array; source: Uint8Array }>;

async function readAll(zip: Uint8Array): Promise<Contents> {
  const contents: Contents = new Map();
  for (const [name, entry] of await readZip(zip, { limits: { floor: 1 << 20, ratio: 100 } })) {
    const source = await entry.source();
    contents.set(name, { bytes: await entry.bytes(), source: await source.read(0, source.size) });
  }
  return contents;
}

/** What is in a damaged archive, or the library's own error. */
async function attempt(zip: Uint8Array): Promise<Contents | KerasError> {
  try {
    return await readAll(zip);
  } catch (error) {
    if (!(error instanceof KerasError) || error.code !== "file_format") throw error;
    return error;
  }
}

const refusal = async (zip: Uint8Array): Promise<string> => {
  const result = await attempt(zip);
  return result instanceof KerasError ? result.message : "read without complaint";
};

test("cut at every length", async () => {
  const zip = await sample();
  const accepted: number[] = [];
  for (let length = 0; length < zip.length; length++) {
    if (!((await attempt(zip.subarray(0, length))) instanceof KerasError)) accepted.push(length);
  }
  expect(accepted).toEqual([]);
});

test("a damaged archive gives its content or an error", { timeout: 120_000 }, async () => {
  const deflated = craft([
    { name: "a.txt", content, deflate: true },
    { name: "b/c.txt", content },
  ]);
  for (const zip of [await sample(), deflated]) {
    const originals = new Set([...(await readAll(zip)).values()].map(({ bytes }) => bytes.toString()));
    const edit = fc.tuple(fc.nat(zip.length - 1), fc.uint8Array({ minLength: 1, maxLength: 4 }));
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
        const damaged = zip.slice();
        for (const [at, values] of edits) damaged.set(values.subarray(0, zip.length - at), at);
        const result = await attempt(damaged);
        if (result instanceof KerasError) return;
        // The checksum vouches for what is read whole.
        for (const { bytes } of result.values()) expect(originals.has(bytes.toString())).toBe(true);
      }),
      { numRuns: 1000 },
    );
  }
});

test("noise is no archive", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
      expect(await attempt(noise)).toBeInstanceOf(KerasError);
    }),
    { numRuns: 300 },
  );
});

test("what others write: compressed, with folders, with a checksum that fits", async () => {
  const zip = craft([
    { name: "assets/", content: new Uint8Array(0) },
    { name: "assets/a.txt", content, deflate: true },
    { name: "b.txt", content },
  ]);
  const contents = await readAll(zip);
  expect([...contents.keys()]).toEqual(["assets/a.txt", "b.txt"]);
  for (const { bytes, source } of contents.values()) {
    expect(bytes).toEqual(content);
    expect(new Uint8Array(source)).toEqual(content);
  }
});

describe("refused", () => {
  test.each(["../up.txt", "a/../../b", "/etc/passwd", "C:\\x", "a\\b", "a//b", "./a"])("the name %j", async (name) => {
    expect(await refusal(craft([{ name, content }]))).toMatch(/could lead out of a folder|Unsafe filename/);
  });

  test("two files of one name", async () => {
    expect(
      await refusal(
        craft([
          { name: "a", content },
          { name: "a", content },
        ]),
      ),
    ).toMatch(/[Aa]mbiguous archive: duplicate filename/);
  });

  test("a name that differs between header and directory", async () => {
    expect(await refusal(craft([{ name: "a.txt", localName: "b.txt", content }]))).toMatch(/differ|[Aa]mbiguous/);
  });

  test("a compressed file that unfolds too far", async () => {
    const bomb = craft([{ name: "bomb", content: new Uint8Array(1 << 21), deflate: true }]);
    expect(await refusal(bomb)).toMatch(/'bomb' in the archive would unfold \d+ stored bytes to 2097152/);
  });

  test("many files that unfold too far together", async () => {
    const members = Array.from({ length: 4 }, (_, i) => ({
      name: `f${i}`,
      content: new Uint8Array(1 << 19),
      deflate: true,
    }));
    expect(await refusal(craft(members))).toMatch(/the archive would unfold \d+ stored bytes to 2097152/);
  });

  test("a compressed file that is larger or smaller than it says", async () => {
    for (const size of [content.length - 1, content.length + 1]) {
      expect(await refusal(craft([{ name: "liar", content, deflate: true, size }]))).toMatch(/'liar' in the archive/);
    }
  });

  test("files that share their bytes", async () => {
    const members = ["aa", "bb", "cc"].map((name) => ({ name, content }));
    expect(await refusal(craft(members, true))).toMatch(/overlaps what follows/);
  });

  test("a checksum that does not fit", async () => {
    const zip = craft([{ name: "a", content }]);
    zip[40]! ^= 1;
    expect(await refusal(zip)).toMatch(/'a' in the archive cannot be read.*CRC/i);
  });

  test.each([
    ["encrypted files", { flags: 1 }, /is encrypted|encrypted/],
    ["symbolic links", { attributes: (0o120777 << 16) >>> 0 }, /is a symbolic link/],
    ["other compressions", { method: 12 }, /compressed by method 12/],
  ])("%s", async (_, extra, message) => {
    expect(await refusal(craft([{ name: "a", content, ...extra }]))).toMatch(message);
  });
});
