export { testBackend } from "./kit.ts";
export { PARTS, type BackendTestOptions, type Part } from "./options.ts";
export type { Tolerance } from "./values.ts";
