import type { UserSettings } from "./settings.ts";

/** A page has neither an environment nor a home folder. */
export function userSettings(): UserSettings {
  return {};
}
