import { BackendError } from "@keras/ops";

/** `Name:'sequential/dense/dot_general/MatMul'` in a message of ONNX Runtime. */
const NODE_NAME = /Name:\s*'([^']+)'/;

/** An error of ONNX Runtime, with the layer and op that the node it names was made from. */
export function ortError(cause: unknown, doing: "compile" | "run"): BackendError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const parts = NODE_NAME.exec(message)?.[1]?.split("/");
  const place =
    parts && parts.length >= 2 ? { op: parts.at(-2), layer: parts.slice(0, -2).join("/") || undefined } : {};
  return new BackendError(`ONNX Runtime could not ${doing} this graph: ${message}`, { ...place, cause });
}
