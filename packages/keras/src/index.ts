import "./defaults.ts";
import "@keras/training"; // installs compile, fit and evaluate on Model
export * from "./api/index.ts";
