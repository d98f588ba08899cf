import type { DType } from "@keras/ops";
import { FormatError, itemBytes } from "@keras/ops";
import { ByteBuilder } from "../../bytes/builder.ts";
import type { Cursor } from "../../bytes/cursor.ts";

/** How elements lie in a file. */
export interface H5Type {
  readonly dtype: DType | "opaque";
  /** Bytes of one element. */
  readonly bytes: number;
  readonly bigEndian: boolean;
  /** For strings: `variable` ones are references into a global heap. */
  readonly string?: { readonly variable: boolean; readonly spacePadded: boolean };
}

// Classes of datatypes (HDF5 file format specification 3.0, IV.A.2.d).
const FIXED = 0;
const FLOAT = 1;
const STRING = 3;
const OPAQUE = 5;
const COMPOUND = 6;
const ENUM = 8;
const VARIABLE = 9;
const CLASS_NAMES = [
  "integer",
  "float",
  "time",
  "string",
  "bit field",
  "opaque",
  "compound",
  "reference",
  "enum",
  "variable-length",
  "array",
  "complex",
];

interface FloatLayout {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
}

type FloatName = "float8_e4m3fn" | "float8_e5m2" | "float16" | "bfloat16" | "float32" | "float64";

const FLOATS: Readonly<Record<FloatName, FloatLayout>> = {
  float8_e4m3fn: { exponentBits: 4, mantissaBits: 3, bias: 7 },
  float8_e5m2: { exponentBits: 5, mantissaBits: 2, bias: 15 },
  float16: { exponentBits: 5, mantissaBits: 10, bias: 15 },
  bfloat16: { exponentBits: 8, mantissaBits: 7, bias: 127 },
  float32: { exponentBits: 8, mantissaBits: 23, bias: 127 },
  float64: { exponentBits: 11, mantissaBits: 52, bias: 1023 },
};

/** Types that HDF5 has no class for in all its versions: raw bytes, told apart by the attribute `dtype`, as Keras does for bfloat16. */
const AS_OPAQUE: readonly DType[] = ["bfloat16", "float8_e4m3fn", "float8_e5m2"];

/** Whether a dataset of this type needs an attribute `dtype` to be read back. */
export function isStoredOpaque(dtype: DType): boolean {
  return AS_OPAQUE.includes(dtype);
}

/** The type that raw bytes with an attribute `dtype` hold, or null. */
export function opaqueDType(name: unknown, bytes: number): DType | null {
  return AS_OPAQUE.find((dtype) => dtype === name && itemBytes(dtype) === bytes) ?? null;
}

function head(version: number, kind: number, bits: number, size: number): ByteBuilder {
  return new ByteBuilder().u8((version << 4) | kind, bits & 0xff, (bits >> 8) & 0xff, 0).u32(size);
}

function encodeFloat(name: FloatName): Uint8Array {
  const { exponentBits, mantissaBits, bias } = FLOATS[name];
  const bytes = itemBytes(name);
  const bits = 0x20 | ((bytes * 8 - 1) << 8); // implied leading 1; place of the sign
  return head(1, FLOAT, bits, bytes)
    .u16(0)
    .u16(bytes * 8)
    .u8(mantissaBits, exponentBits, 0, mantissaBits)
    .u32(bias)
    .build();
}

function encodeInteger(bytes: number, signed: boolean): Uint8Array {
  return head(1, FIXED, signed ? 8 : 0, bytes)
    .u16(0)
    .u16(bytes * 8)
    .build();
}

/** h5py's complex numbers: a compound of `r` and `i`. */
function encodeComplex(part: FloatName): Uint8Array {
  const bytes = itemBytes(part);
  const builder = head(1, COMPOUND, 2, bytes * 2);
  ["r", "i"].forEach((name, index) => {
    builder.u8(name.charCodeAt(0)).zeros(7); // names are padded to 8 bytes
    builder
      .u32(index * bytes)
      .zeros(28)
      .bytes(encodeFloat(part)); // no dimensions
  });
  return builder.build();
}

/** h5py's booleans: an enum over int8. */
function encodeBool(): Uint8Array {
  const names = new TextEncoder().encode("FALSE\0\0\0TRUE\0\0\0\0");
  return head(1, ENUM, 2, 1).bytes(encodeInteger(1, true)).bytes(names).u8(0, 1).build();
}

/** Variable-length UTF-8 text, for attributes. */
export function encodeStringType(): Uint8Array {
  return head(1, VARIABLE, 0x101, 16).bytes(encodeInteger(1, false)).build();
}

/** The datatype message of a dataset, or null when HDF5 has no form for the type. */
export function encodeType(dtype: DType): Uint8Array | null {
  switch (dtype) {
    case "bool":
      return encodeBool();
    case "int8":
    case "int16":
    case "int32":
    case "int64":
      return encodeInteger(itemBytes(dtype), true);
    case "uint8":
    case "uint16":
    case "uint32":
    case "uint64":
      return encodeInteger(itemBytes(dtype), false);
    case "float16":
    case "float32":
    case "float64":
      return encodeFloat(dtype);
    case "bfloat16":
    case "float8_e4m3fn":
    case "float8_e5m2":
      return head(1, OPAQUE, 0, itemBytes(dtype)).build();
    case "complex64":
      return encodeComplex("float32");
    case "complex128":
      return encodeComplex("float64");
    default:
      return null;
  }
}

/**
 * Reads a datatype message.
 *
 * @throws {FormatError} for a type that no dtype corresponds to.
 */
export function decodeType(cursor: Cursor): H5Type {
  const first = cursor.u8();
  const version = first >> 4;
  const kind = first & 15;
  const bits = cursor.uint(3);
  const bytes = cursor.u32();
  const refuse = (detail: string): never => {
    throw new FormatError(`${cursor.what} has elements that are not supported: ${detail}`);
  };
  if (version < 1 || version > 5) refuse(`datatype version ${version}`);
  if (bytes === 0) refuse("elements of 0 bytes");
  const bigEndian = (bits & 1) === 1;
  switch (kind) {
    case FIXED: {
      const whole = cursor.u16() === 0 && cursor.u16() === bytes * 8;
      const dtype = `${bits & 8 ? "" : "u"}int${bytes * 8}`;
      if (!whole || ![1, 2, 4, 8].includes(bytes))
        return refuse(`integers of ${bytes} bytes, not whole or of an odd size`);
      return { dtype: dtype as DType, bytes, bigEndian };
    }
    case FLOAT:
      return {
        dtype: decodeFloat(cursor, bits, bytes) ?? refuse(`floats of ${bytes} bytes in an unusual layout`),
        bytes,
        bigEndian,
      };
    case STRING:
      return { dtype: "string", bytes, bigEndian: false, string: { variable: false, spacePadded: (bits & 15) === 2 } };
    case OPAQUE:
      return { dtype: "opaque", bytes, bigEndian: false };
    case COMPOUND:
      return decodeComplex(cursor, version, bits & 0xffff, bytes) ?? refuse("compounds (other than complex numbers)");
    case ENUM:
      if (!isBool(cursor, version, bits & 0xffff, bytes)) refuse("enums (other than booleans)");
      return { dtype: "bool", bytes, bigEndian: false };
    case VARIABLE:
      if ((bits & 15) !== 1 || bytes !== 16) refuse("variable-length sequences");
      return { dtype: "string", bytes, bigEndian: false, string: { variable: true, spacePadded: false } };
    default:
      return refuse(`${CLASS_NAMES[kind] ?? "unknown"} elements`);
  }
}

function decodeFloat(cursor: Cursor, bits: number, bytes: number): FloatName | null {
  const whole = cursor.u16() === 0 && cursor.u16() === bytes * 8;
  const [exponentAt, exponentBits, mantissaAt, mantissaBits] = [cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8()];
  const bias = cursor.u32();
  const plain =
    (bits & 0x70) === 0x20 && bits >> 8 === bytes * 8 - 1 && mantissaAt === 0 && exponentAt === mantissaBits;
  if (!whole || !plain) return null;
  for (const [name, layout] of Object.entries(FLOATS)) {
    const same = layout.exponentBits === exponentBits && layout.mantissaBits === mantissaBits && layout.bias === bias;
    if (same && itemBytes(name as FloatName) === bytes) return name as FloatName;
  }
  return null;
}

/** Skips a name that versions 1 and 2 pad to 8 bytes. */
function memberName(cursor: Cursor, version: number): string {
  const start = cursor.at;
  const name = cursor.cString();
  if (version < 3) cursor.skip((8 - ((cursor.at - start) % 8)) % 8);
  return name;
}

function decodeComplex(cursor: Cursor, version: number, members: number, bytes: number): H5Type | null {
  if (members !== 2 || (bytes !== 8 && bytes !== 16)) return null;
  const parts: H5Type[] = [];
  for (const [index, expected] of ["r", "i"].entries()) {
    const name = memberName(cursor, version);
    // From version 3 on, offsets take as many bytes as the size of the compound needs: one.
    const offset = version < 3 ? cursor.u32() : cursor.u8();
    if (name !== expected || offset !== (index * bytes) / 2) return null;
    if (version === 1) {
      if (cursor.u8() !== 0) return null; // an array member
      cursor.skip(27);
    }
    parts.push(decodeType(cursor));
  }
  const dtype = bytes === 8 ? "complex64" : "complex128";
  const expected = bytes === 8 ? "float32" : "float64";
  const [re, im] = parts as [H5Type, H5Type];
  if (re.dtype !== expected || im.dtype !== expected || re.bigEndian !== im.bigEndian) return null;
  return { dtype, bytes, bigEndian: re.bigEndian };
}

function isBool(cursor: Cursor, version: number, members: number, bytes: number): boolean {
  if (members !== 2 || bytes !== 1) return false;
  decodeType(cursor);
  const names = [memberName(cursor, version), memberName(cursor, version)];
  return names.join() === "FALSE,TRUE" && cursor.u8() === 0 && cursor.u8() === 1;
}
