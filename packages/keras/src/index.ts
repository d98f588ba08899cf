// The first import registers and starts the backends; the next two put methods on Model.
import "./defaults.ts";
import "@keras/training"; // compile, fit, evaluate
import "./install.ts"; // save, export
export * from "./api/index.ts";
