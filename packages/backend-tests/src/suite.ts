import { describe, it } from "vitest";
import type { Settings } from "./options.ts";

/** Declares the tests of one part, and turns those that the backend lists as deviations into tests that must fail. */
export class Suite {
  readonly settings: Settings;
  private readonly part: string;
  private readonly used: Set<string>;

  constructor(settings: Settings, part: string, used: Set<string>) {
    this.settings = settings;
    this.part = part;
    this.used = used;
  }

  test(name: string, fn: () => void | Promise<void>, timeout?: number): void {
    const full = `${this.part} > ${name}`;
    const listed = Object.keys(this.settings.deviations).find((key) =>
      key.endsWith("*") ? full.startsWith(key.slice(0, -1)) : full === key,
    );
    if (listed === undefined) {
      it(name, fn, timeout);
      return;
    }
    this.used.add(listed);
    it.fails(`${name} (deviates: ${this.settings.deviations[listed]!})`, fn, timeout);
  }
}

/** Declares a part. */
export function part(settings: Settings, name: string, used: Set<string>, declare: (suite: Suite) => void): void {
  describe(name, () => {
    declare(new Suite(settings, name, used));
  });
}
