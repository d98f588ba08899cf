import { FormatError, type NDArray, type Variable } from "@keras/ops";

/**
 * Puts stored values into Variables, all or none.
 *
 * @throws {FormatError} when the file has another number of variables, or a value of another shape.
 */
export function assignVariables(
  variables: readonly Variable[],
  store: Readonly<Record<string, NDArray>>,
  owner: string,
): void {
  const count = Object.keys(store).length;
  if (count !== variables.length)
    throw new FormatError(`${owner} has ${variables.length} variables, but the file has ${count} for it`);
  const values = variables.map((_, i) => {
    const value = store[String(i)];
    if (!value) throw new FormatError(`the file has no variable '${i}' for ${owner}`);
    return value;
  });
  variables.forEach((v, i) => {
    const { shape } = values[i]!;
    if (String(shape) !== String(v.shape))
      throw new FormatError(
        `the variable '${v.path}' has shape [${v.shape.join(", ")}], but the file has [${shape.join(", ")}] for it`,
      );
  });
  variables.forEach((v, i) => v.assign(values[i]!));
}
