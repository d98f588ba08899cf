import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readZip } from "../src/zip/read.ts";
import { zipBytes, zipInput } from "../src/zip/write.ts";
import { runPython, temporaryFolder } from "./run-python.ts";

test("Python's zipfile reads what is written", async () => {
  using folder = temporaryFolder();
  const content = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7) & 255);
  const modified = new Date(2024, 4, 6, 7, 8, 10);
  const inputs = [zipInput("config.json", '{"ü": 1}'), zipInput("assets/名/v.txt", content), zipInput("empty", "")];
  writeFileSync(folder.path("a.zip"), await zipBytes(inputs, { modified }));
  const report = JSON.parse(
    runPython(
      `
import sys, json, zipfile, hashlib
with zipfile.ZipFile(sys.argv[1]) as z:
    assert z.testzip() is None
    infos = [[i.filename, i.file_size, i.compress_type, list(i.date_time), i.is_dir()] for i in z.infolist()]
    print(json.dumps({"infos": infos, "config": z.read("config.json").decode(), "sum": sum(z.read("assets/名/v.txt"))}))
`,
      folder.path("a.zip"),
    ),
  );
  const date = [2024, 5, 6, 7, 8, 10];
  expect(report).toEqual({
    infos: [
      ["config.json", 9, 0, date, false],
      ["assets/名/v.txt", 200_000, 0, date, false],
      ["empty", 0, 0, date, false],
    ],
    config: '{"ü": 1}',
    sum: content.reduce((n, byte) => n + byte, 0),
  });
});

test("what Python's zipfile writes is read", async () => {
  using folder = temporaryFolder();
  runPython(
    `
import sys, zipfile
for kind in ["ZIP_STORED", "ZIP_DEFLATED"]:
    with zipfile.ZipFile(f"{sys.argv[1]}-{kind}", "w", getattr(zipfile, kind)) as z:
        z.writestr("metadata.json", "{}")
        with z.open("config.json", "w", force_zip64=True) as f: f.write(b"[1]" * 1000)
        z.writestr("assets/", "")
        z.writestr("assets/é.txt", "é" * 50)
class Pipe:  # cannot seek: sizes and checksums follow the data
    def __init__(self, f): self.write, self.flush = f.write, f.flush
with open(f"{sys.argv[1]}-PIPE", "wb") as f, zipfile.ZipFile(Pipe(f), "w") as z:
    z.writestr("metadata.json", "{}")
    z.writestr("config.json", b"[1]" * 1000)
    z.writestr("assets/é.txt", "é" * 50)
`,
    folder.path("a"),
  );
  for (const kind of ["ZIP_STORED", "ZIP_DEFLATED", "PIPE"]) {
    const entries = await readZip(readFileSync(folder.path(`a-${kind}`)));
    expect([...entries.keys()]).toEqual(["metadata.json", "config.json", "assets/é.txt"]);
    const text = async (name: string) => new TextDecoder().decode(await entries.get(name)!.bytes());
    expect(await text("metadata.json")).toBe("{}");
    expect(await text("config.json")).toBe("[1]".repeat(1000));
    expect(await text("assets/é.txt")).toBe("é".repeat(50));
    const source = await entries.get("config.json")!.source();
    expect(source.size).toBe(3000);
  }
});
