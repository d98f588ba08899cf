import type { RuntimeConfig } from "@keras/ops";

/** What the user set outside of the program: by the environment or in the configuration file that Python Keras reads, too. */
export interface UserSettings {
  /** Name of a backend; `required` where it was asked for by the environment, which is meant for this program. */
  readonly backend?: { readonly name: string; readonly source: string; readonly required: boolean } | undefined;
  readonly floatx?: RuntimeConfig["floatx"] | undefined;
  readonly epsilon?: number | undefined;
  readonly imageDataFormat?: RuntimeConfig["imageDataFormat"] | undefined;
}
