/** A file of the package's `data` folder, from wherever this module was served. */
export async function loadText(name: string): Promise<string> {
  // Put together at run time: a bundler would otherwise look for the files itself.
  const folder = "../../data/";
  const response = await fetch(new URL(folder + name, import.meta.url));
  if (!response.ok) throw new Error(`${response.url} could not be loaded: ${response.status} ${response.statusText}`);
  return response.text();
}
