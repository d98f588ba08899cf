import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { exportsOf, moduleRequests } from "./modules.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "modules-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, code: string): string {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  return file;
}

const exported = (file: string): Record<string, string> =>
  Object.fromEntries(exportsOf(file).map(({ name, kind }) => [name, kind]));

test("declarations and their kinds", () => {
  const code = `
    export const a = 1, b = 2;
    export function f(x: number): number;
    export function f(x: number): number { return x; }
    export interface Both {}
    export class Both {}
    export interface Only {}
    export type Alias = 1;
    const hidden = 1;
    export { hidden as shown };`;
  expect(exported(write("index.ts", code))).toEqual({
    a: "value",
    b: "value",
    f: "value",
    Both: "value",
    Only: "type",
    Alias: "type",
    shown: "value",
  });
});

test("re-exports, stars and namespaces are followed", () => {
  write("a.ts", "export class A {}\nexport interface B {}");
  write("inner/index.ts", "export const c = 1;");
  const index = write(
    "index.ts",
    `export * from "./a.ts";
     export * as inner from "./inner/index.ts";
     import * as again from "./inner/index.ts";
     export { again };
     export { A as Renamed, type B as AlsoB } from "./a.ts";
     export type { A as Shape } from "./a.ts";`,
  );
  expect(exported(index)).toEqual({
    A: "value",
    B: "type",
    inner: "namespace",
    again: "namespace",
    Renamed: "value",
    AlsoB: "type",
    Shape: "type",
  });
  expect(exportsOf(index).find(({ name }) => name === "again")?.module).toBe(join(folder, "inner/index.ts"));
});

test("a type re-exported without the word is still a type", () => {
  write("b.ts", "export interface B {}");
  expect(exported(write("index.ts", 'export { B } from "./b.ts";'))).toEqual({ B: "type" });
});

test("every kind of import is seen", () => {
  const file = write(
    "index.ts",
    `import "./effect.ts";
import { a } from "./a.ts";
import type { B } from "@keras/ops";
export * from "./c.ts";
export const lazy = () => import("node:fs");
import {} from "./empty.ts";`,
  );
  expect(moduleRequests(file)).toEqual([
    { specifier: "./effect.ts", bare: true, line: 1 },
    { specifier: "./a.ts", bare: false, line: 2 },
    { specifier: "@keras/ops", bare: false, line: 3 },
    { specifier: "./empty.ts", bare: false, line: 6 },
    { specifier: "./c.ts", bare: false, line: 4 },
    { specifier: "node:fs", bare: false, line: 5 },
  ]);
});
