import type { Setting } from "../../mail/settings.ts";
import { shellWord } from "../pending-changes.ts";
import type { Family } from "./family.ts";
import type { Props } from "./given-props.ts";

/** A selector that is set by hand signs at once, whether or not DNS holds its record. */
export function unpublishedSelector({ name }: Family, key: string, props: Props, before: Setting): string[] {
  const selector = props.get("DkimSelector");
  if (name !== "domain" || selector === undefined || selector === before.prop("DkimSelector")) return [];
  const domain = shellWord(key);
  return [
    `${selector} signs at once, and mail is not verified before DNS holds its record: mailwright dkim verify ${domain}. To sign with a new key only when it is published: mailwright dkim rotate ${domain}`,
  ];
}
