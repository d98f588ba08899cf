import { expect, test } from "vitest";
import { zipFiles } from "../src/index.ts";
import { readZip } from "../src/zip/read.ts";

test("files come back from their archive", async () => {
  const files = [
    { name: "a/b.txt", bytes: new TextEncoder().encode("hello") },
    { name: "c.bin", bytes: Uint8Array.of(1, 2, 3) },
  ];
  const entries = await readZip(await zipFiles(files));
  expect([...entries.keys()]).toEqual(["a/b.txt", "c.bin"]);
  for (const { name, bytes } of files) expect(await entries.get(name)!.bytes()).toEqual(bytes);
  await expect(zipFiles([files[0]!, files[0]!])).rejects.toMatchObject({ code: "argument" });
});
