import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { FormatError } from "@keras/ops";

/** How one field travels: a scalar kind, or the schema of a nested message (in a function, since messages refer to each other). */
type FieldType = "string" | "bytes" | "int32" | "int64" | "float" | "double" | "uint64" | (() => Schema);

/** One field of a message: its number in the standard, its type, and whether it repeats. */
export interface Field {
  readonly number: number;
  readonly type: FieldType;
  readonly repeated: boolean;
}

/** The fields of a message by their names in this package. Fields left out of a schema are skipped on reading. */
export type Schema = Readonly<Record<string, Field>>;

type Message = Record<string, unknown>;

export const one = (number: number, type: FieldType): Field => ({ number, type, repeated: false });
export const many = (number: number, type: FieldType): Field => ({ number, type, repeated: true });

/** A message in protobuf's binary form. Undefined fields and empty lists are left out; numeric lists are packed. */
export function encode<T extends object>(schema: Schema, message: T): Uint8Array<ArrayBuffer> {
  const writer = new BinaryWriter();
  writeMessage(writer, schema, message as Message);
  return writer.finish() as Uint8Array<ArrayBuffer>;
}

function writeMessage(writer: BinaryWriter, schema: Schema, message: Message): void {
  for (const name in schema) {
    const value = message[name];
    if (value === undefined) continue;
    const field = schema[name]!;
    if (!field.repeated) writeField(writer, field, value);
    else if (isPackable(field.type)) writePacked(writer, field, value as readonly unknown[]);
    else for (const item of value as readonly unknown[]) writeField(writer, field, item);
  }
}

const isPackable = (type: FieldType): type is Exclude<FieldType, "string" | "bytes" | (() => Schema)> =>
  typeof type === "string" && type !== "string" && type !== "bytes";

function writePacked(writer: BinaryWriter, field: Field, items: readonly unknown[]): void {
  if (items.length === 0) return;
  writer.tag(field.number, WireType.LengthDelimited).fork();
  for (const item of items) writeScalar(writer, field.type, item);
  writer.join();
}

const WIRE_TYPES = {
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
  int32: WireType.Varint,
  int64: WireType.Varint,
  uint64: WireType.Varint,
  float: WireType.Bit32,
  double: WireType.Bit64,
} as const;

function writeField(writer: BinaryWriter, field: Field, value: unknown): void {
  const { number, type } = field;
  if (typeof type === "string") {
    writer.tag(number, WIRE_TYPES[type]);
    writeScalar(writer, type, value);
  } else {
    writer.tag(number, WireType.LengthDelimited).fork();
    writeMessage(writer, type(), value as Message);
    writer.join();
  }
}

function writeScalar(writer: BinaryWriter, type: FieldType, value: unknown): void {
  switch (type) {
    case "string":
      writer.string(value as string);
      break;
    case "bytes":
      writer.bytes(value as Uint8Array);
      break;
    case "int32":
      writer.int32(value as number);
      break;
    case "int64":
      writer.int64(value as number | bigint);
      break;
    case "uint64":
      writer.uint64(value as number | bigint);
      break;
    case "float":
      writer.float(value as number);
      break;
    case "double":
      writer.double(value as number);
      break;
    default:
      throw new TypeError("a message is not a scalar");
  }
}

/**
 * Reads a message. Repeated fields are always arrays; 64-bit integers are numbers where exact, else bigints.
 *
 * @throws {FormatError} when the bytes are no such message.
 */
export function decode<T extends object>(schema: Schema, bytes: Uint8Array): T {
  try {
    return readMessage(new BinaryReader(bytes), schema, bytes.length) as T;
  } catch (cause) {
    throw new FormatError("the ONNX model is damaged or truncated", { cause });
  }
}

interface Named {
  readonly name: string;
  readonly field: Field;
}

const byNumber = new WeakMap<Schema, Map<number, Named>>();

function fieldsByNumber(schema: Schema): Map<number, Named> {
  let fields = byNumber.get(schema);
  if (!fields) {
    fields = new Map(Object.entries(schema).map(([name, field]) => [field.number, { name, field }]));
    byNumber.set(schema, fields);
  }
  return fields;
}

function readMessage(reader: BinaryReader, schema: Schema, end: number): Message {
  const fields = fieldsByNumber(schema);
  const message: Message = {};
  for (const { name, field } of fields.values()) if (field.repeated) message[name] = [];
  while (reader.pos < end) {
    const [number, wireType] = reader.tag();
    const known = fields.get(number);
    if (!known) {
      reader.skip(wireType, number);
      continue;
    }
    const { name, field } = known;
    if (field.repeated && isPackable(field.type) && wireType === WireType.LengthDelimited) {
      const stop = reader.uint32() + reader.pos;
      while (reader.pos < stop) (message[name] as unknown[]).push(readScalar(reader, field.type));
    } else {
      const value = readValue(reader, field.type);
      if (field.repeated) (message[name] as unknown[]).push(value);
      else message[name] = value;
    }
  }
  if (reader.pos !== end) throw new RangeError("a message ends in the middle of a field");
  return message;
}

function readValue(reader: BinaryReader, type: FieldType): unknown {
  if (typeof type === "string") return readScalar(reader, type);
  const length = reader.uint32();
  if (reader.pos + length > reader.len) throw new RangeError("a message reaches past the end");
  return readMessage(reader, type(), reader.pos + length);
}

function exact(value: bigint | string): number | bigint {
  const wide = BigInt(value);
  const narrow = Number(wide);
  return Number.isSafeInteger(narrow) ? narrow : wide;
}

function readScalar(reader: BinaryReader, type: FieldType): unknown {
  switch (type) {
    case "string":
      return reader.string();
    case "bytes":
      return reader.bytes();
    case "int32":
      return reader.int32();
    case "int64":
      return exact(reader.int64());
    case "uint64":
      return exact(reader.uint64());
    case "float":
      return reader.float();
    case "double":
      return reader.double();
    default:
      throw new TypeError("a message is not a scalar");
  }
}
