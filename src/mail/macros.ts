import type { Settings } from "./settings.ts";

/** Whether office documents are given to olefy, which looks for macros in them. */
interface Macros extends Readonly<Record<string, unknown>> {
  readonly active: boolean;
}

/** Where olefy is disabled nobody asks it: mail would be put off for ever. */
export function macros(settings: Settings): Macros {
  const isEnabled = (key: string, name: string): boolean =>
    settings.prop("configuration", key, name) === "enabled";
  return { active: isEnabled("rspamd", "OletoolsStatus") && isEnabled("olefy", "status") };
}
