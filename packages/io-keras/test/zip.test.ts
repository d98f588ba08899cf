import { NDArray } from "@keras/ops";
import { describe, expect, test } from "vitest";
import { byteSource } from "../src/bytes/source.ts";
import { encodeHdf5 } from "../src/hdf5/write.ts";
import { h5Dataset, h5Find, h5Group } from "../src/hdf5/types.ts";
import { readHdf5 } from "../src/hdf5/read.ts";
import { readZip } from "../src/zip/read.ts";
import { writeZip, zipBytes, zipInput } from "../src/zip/write.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const noise = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (i * i * 31) >> 3);

describe("round trip", () => {
  test("texts, bytes, empty files, folders, names in any script", async () => {
    const files: Record<string, Uint8Array> = {
      "metadata.json": new TextEncoder().encode('{"keras_version": "3.15.1"}'),
      "assets/a/vocabulary.txt": noise(1000),
      empty: new Uint8Array(0),
      "名前/ß.txt": noise(3),
      "big.bin": noise(300_000),
    };
    const zip = await zipBytes(Object.entries(files).map(([name, bytes]) => zipInput(name, bytes)));
    for (const input of [zip, zip.buffer, new Blob([zip]), byteSource(zip)]) {
      const entries = await readZip(input);
      expect([...entries.keys()]).toEqual(Object.keys(files));
      for (const [name, bytes] of Object.entries(files)) {
        const entry = entries.get(name)!;
        expect(entry.size).toBe(bytes.length);
        expect(await entry.bytes()).toEqual(bytes);
        const source = await entry.source();
        expect(new Uint8Array(await source.read(0, source.size))).toEqual(bytes);
      }
    }
  });

  test("contents lie at multiples of 64 bytes", async () => {
    const zip = await zipBytes([1, 20, 300, 4000].map((n) => zipInput(`f${n}`, noise(n).fill(n % 251))));
    for (const n of [1, 20, 300, 4000]) {
      const source = await (await readZip(zip)).get(`f${n}`)!.source();
      expect((await source.read(0, n)).byteOffset % 64).toBe(0);
    }
  });

  test("the same input gives the same bytes", async () => {
    const modified = new Date(2024, 0, 2, 3, 4, 6);
    const make = () => zipBytes([zipInput("a", "1"), zipInput("b/c", "2")], { modified });
    expect(await make()).toEqual(await make());
  });

  test("an HDF5 file inside is read in place", async () => {
    const values = Float32Array.from({ length: 50_000 }, (_, i) => i);
    const file = encodeHdf5(h5Group({ w: h5Dataset(new NDArray(values, [50_000], "float32")) }));
    const zip = await zipBytes([{ name: "model.weights.h5", size: file.size, parts: () => file.parts() }]);
    let read = 0;
    const spy = {
      size: zip.length,
      read: (at: number, length: number) => ((read += length), Promise.resolve(zip.slice(at, at + length))),
    };
    const root = await readHdf5(await (await readZip(spy)).get("model.weights.h5")!.source());
    expect(read).toBeLessThan(zip.length);
    const dataset = h5Find(root, "w");
    expect(dataset?.kind === "dataset" && (await dataset.read()).values).toEqual(values);
  });
});

describe("writing", () => {
  test("is one pass, held back by the sink", async () => {
    const log: string[] = [];
    const entry = {
      name: "f",
      size: 400_000,
      async *parts() {
        for (let i = 0; i < 4; i++) {
          log.push("part");
          yield new Uint8Array(100_000);
        }
      },
    };
    let written = 0;
    await writeZip([entry], async (piece) => {
      await new Promise((done) => setTimeout(done, 1));
      written += piece.length;
      log.push("sink");
    });
    expect(written).toBeGreaterThan(400_000);
    expect(log.indexOf("sink")).toBeLessThan(log.lastIndexOf("part"));
  });

  test.each([
    [10, 11],
    [10, 9],
  ])("refuses a content of %i bytes announced as %i", async (actual, size) => {
    const entry = { name: "f", size, parts: () => [new Uint8Array(actual)] };
    await expect(zipBytes([entry])).rejects.toThrow(`the content of 'f' is not ${size} bytes long, as announced`);
  });

  test("refuses a name twice", async () => {
    await expect(zipBytes([zipInput("a", "1"), zipInput("a", "2")])).rejects.toThrow(
      "two files of the archive are named 'a'",
    );
  });

  test("fails as its input or sink fails", async () => {
    const bad = {
      name: "f",
      size: 2,
      *parts() {
        yield new Uint8Array(1);
        throw new RangeError("device lost");
      },
    };
    await expect(zipBytes([bad])).rejects.toThrow("device lost");
    const full = () => Promise.reject(new RangeError("disk full"));
    await expect(writeZip([zipInput("a", noise(1e6))], full)).rejects.toThrow("disk full");
  });
});

test("a source that fails is not a damaged archive", async () => {
  const zip = await zipBytes([zipInput("a", "1")]);
  const failing = { size: zip.length, read: () => Promise.reject(new RangeError("network down")) };
  await expect(readZip(failing)).rejects.toThrow("network down");
  expect(text(await (await readZip(zip)).get("a")!.bytes())).toBe("1");
});
