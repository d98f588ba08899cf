import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** A 64-bit integer: a bigint only where a number would not be exact. */
export type Int64 = number | bigint;

/** How one field travels: a scalar kind, or the schema of a nested message (in a function, since messages refer to each other). */
export type FieldType =
  | "string"
  | "bytes"
  | "bool"
  | "int32"
  | "int64"
  | "uint64"
  | "fixed32"
  | "float"
  | (() => Schema);

/** One field of a message: its number, its type, and whether it is single, repeated, or a map from strings. */
export interface Field {
  readonly number: number;
  readonly type: FieldType;
  readonly form: "one" | "many" | "map";
}

/** The fields of a message by their names in this package. */
export type Schema = Readonly<Record<string, Field>>;

export function one(number: number, type: FieldType): Field {
  return { number, type, form: "one" };
}

export function many(number: number, type: FieldType): Field {
  return { number, type, form: "many" };
}

/** A map with string keys; in memory a plain object. */
export function map(number: number, type: FieldType): Field {
  return { number, type, form: "map" };
}

type Message = Record<string, unknown>;

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
    if (field.form === "one") writeField(writer, field, value);
    else if (field.form === "map") writeMap(writer, field, value as Message);
    else if (isPackable(field.type)) writePacked(writer, field, value as readonly unknown[]);
    else for (const item of value as readonly unknown[]) writeField(writer, field, item);
  }
}

const isPackable = (type: FieldType): boolean => typeof type === "string" && type !== "string" && type !== "bytes";

/** A map is a list of entries. Keys are sorted, so that equal messages have equal bytes. */
function writeMap(writer: BinaryWriter, { number, type }: Field, entries: Message): void {
  const entry: Schema = { key: one(1, "string"), value: one(2, type) };
  for (const key of Object.keys(entries).sort()) {
    writer.tag(number, WireType.LengthDelimited).fork();
    writeMessage(writer, entry, { key, value: entries[key] });
    writer.join();
  }
}

function writePacked(writer: BinaryWriter, { number, type }: Field, items: readonly unknown[]): void {
  if (items.length === 0) return;
  writer.tag(number, WireType.LengthDelimited).fork();
  for (const item of items) writeScalar(writer, type, item);
  writer.join();
}

const WIRE_TYPES = {
  string: WireType.LengthDelimited,
  bytes: WireType.LengthDelimited,
  bool: WireType.Varint,
  int32: WireType.Varint,
  int64: WireType.Varint,
  uint64: WireType.Varint,
  fixed32: WireType.Bit32,
  float: WireType.Bit32,
} as const;

function writeField(writer: BinaryWriter, { number, type }: Field, value: unknown): void {
  if (typeof type === "string") {
    writer.tag(number, WIRE_TYPES[type]);
    writeScalar(writer, type, value);
    return;
  }
  writer.tag(number, WireType.LengthDelimited).fork();
  writeMessage(writer, type(), value as Message);
  writer.join();
}

function writeScalar(writer: BinaryWriter, type: FieldType, value: unknown): void {
  switch (type) {
    case "string":
      writer.string(value as string);
      break;
    case "bytes":
      writer.bytes(value as Uint8Array);
      break;
    case "bool":
      writer.bool(value as boolean);
      break;
    case "int32":
      writer.int32(value as number);
      break;
    case "int64":
      writer.int64(value as Int64);
      break;
    case "uint64":
      writer.uint64(value as Int64);
      break;
    case "fixed32":
      writer.fixed32(value as number);
      break;
    case "float":
      writer.float(value as number);
      break;
    default:
      throw new TypeError("a message is not a scalar");
  }
}
