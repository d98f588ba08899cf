import { MODEL, type ModelProto } from "./messages.ts";
import { decode, encode } from "./wire.ts";

/** A model in protobuf's binary form, as `.onnx` files hold it. */
export function encodeModel(model: ModelProto): Uint8Array<ArrayBuffer> {
  return encode(MODEL, model);
}

/**
 * Reads a model from the bytes of an `.onnx` file. Parts of the standard that this package does not use are skipped.
 *
 * @throws {FormatError} when the bytes are no ONNX model.
 */
export function decodeModel(bytes: Uint8Array): ModelProto {
  return decode<ModelProto>(MODEL, bytes);
}
