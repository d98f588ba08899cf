import { FormatError } from "@keras/ops";
import { type ByteSource, sliceSource } from "../../bytes/source.ts";
import { H5File } from "./file.ts";
import { MESSAGE, SIGNATURE } from "../format/messages.ts";
import { readObjectHeader } from "./object-header.ts";

const WHAT = "the HDF5 superblock";

/**
 * Finds and reads the superblock, versions 0 to 3.
 *
 * @returns The file, from the superblock on, and the address of its root group.
 * @throws {FormatError} when there is none, or the file is shorter than it says.
 */
export async function openSuperblock(source: ByteSource): Promise<{ file: H5File; root: number | null }> {
  const start = await findSignature(source);
  const file = new H5File(sliceSource(source, start, source.size - start));
  const version = (await file.block(8, 1, WHAT)).u8();
  if (version > 3) throw new FormatError(`${WHAT} has version ${version}: versions 0 to 3 are supported`);
  const { base, end, root } = version < 2 ? await openOld(file, version) : await openNew(file);
  // Addresses count from the base, which is where the file starts; its end is absolute.
  if (base !== start) throw new FormatError(`${WHAT} lies at ${start} and says ${base}: the file was cut or moved`);
  if (end === null || end > source.size) {
    throw new FormatError(`the HDF5 file is truncated: it should have ${end} bytes and has ${source.size}`);
  }
  return { file, root };
}

/** A superblock may follow a block of the user's, whose size is a power of two. */
async function findSignature(source: ByteSource): Promise<number> {
  for (let start = 0; start + SIGNATURE.length <= source.size; start = start === 0 ? 512 : start * 2) {
    const bytes = await source.read(start, SIGNATURE.length);
    if (SIGNATURE.every((byte, i) => bytes[i] === byte)) return start;
  }
  throw new FormatError("this is not an HDF5 file: the signature is missing");
}

function checkSizes(offsets: number, lengths: number): void {
  if (offsets !== 8 || lengths !== 8) {
    throw new FormatError(
      `${WHAT} declares addresses of ${offsets} and sizes of ${lengths} bytes: only 8 are supported`,
    );
  }
}

interface Superblock {
  readonly base: number | null;
  readonly end: number | null;
  readonly root: number | null;
}

async function openOld(file: H5File, version: number): Promise<Superblock> {
  const cursor = await file.block(0, version === 0 ? 96 : 100, WHAT);
  cursor.skip(13);
  checkSizes(cursor.u8(), cursor.u8());
  cursor.skip(version === 0 ? 9 : 13); // sizes of tree nodes
  const base = cursor.address();
  cursor.skip(8); // free space
  const end = cursor.address();
  if (cursor.address() !== null) throw new FormatError(`${WHAT} names a file driver, which is not supported`);
  cursor.skip(8); // name of the root
  return { base, end, root: cursor.address() };
}

async function openNew(file: H5File): Promise<Superblock> {
  const cursor = await file.checkedBlock(0, 48, WHAT);
  cursor.skip(9);
  checkSizes(cursor.u8(), cursor.u8());
  cursor.skip(1); // consistency flags
  const base = cursor.address();
  const extension = cursor.address();
  const end = cursor.address();
  const root = cursor.address();
  if (extension !== null) {
    for (const { type } of await readObjectHeader(file, extension, "the HDF5 superblock extension")) {
      if (type === MESSAGE.sharedTable)
        throw new FormatError("the HDF5 file shares messages between objects, which is not supported");
      if (type === MESSAGE.driverInfo)
        throw new FormatError("the HDF5 file names a file driver, which is not supported");
    }
  }
  return { base, end, root };
}
