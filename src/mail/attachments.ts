import { listItems } from "../catalogue/notation.ts";
import type { Settings } from "./settings.ts";

/** Which attachments are refused. */
interface Attachments extends Readonly<Record<string, unknown>> {
  /** Exec, Arch. */
  readonly classes: readonly string[];
  /** Further formats, each by its usual extension. */
  readonly custom: readonly string[];
}

/** Nothing is refused while BlockAttachmentStatus is disabled, not even the custom formats. */
export function attachments(settings: Settings): Attachments {
  const prop = (name: string): string => settings.prop("configuration", "rspamd", name) ?? "";
  const list = (name: string): string[] => listItems(prop(name));
  const isEnabled = (name: string): boolean => prop(name) === "enabled";
  const isBlocking = isEnabled("BlockAttachmentStatus");
  const hasCustom = isEnabled("BlockAttachmentCustomStatus");
  const [classes, custom] = [list("BlockAttachmentClassList"), list("BlockAttachmentCustomList")];
  return { classes: isBlocking ? classes : [], custom: isBlocking && hasCustom ? custom : [] };
}
