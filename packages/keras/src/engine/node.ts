import process from "node:process";
import { setBackend } from "@keras/ops";
import "@keras/backend-onnx";
import "@keras/backend-ref";

/** ONNX Runtime comes with the package and needs no set-up; `KERAS_BACKEND` names another engine. */
const wanted = process.env["KERAS_BACKEND"];
if (wanted) await setBackend(wanted);
else {
  try {
    await setBackend("onnx");
  } catch (error) {
    console.warn(`${(error as Error).message}\nThe reference engine runs instead: it is much slower.`);
    await setBackend("ref");
  }
}
