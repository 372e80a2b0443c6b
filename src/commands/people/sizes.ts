import { plainInteger } from "../../catalogue/notation.ts";
import { refused } from "../../errors.ts";

/** A size in units of 0.1 GiB is a fraction: the number's digits times this over 1024, before the point is put back. */
const factors: Readonly<Record<string, number>> = { M: 10, G: 10 * 1024, T: 10 * 1024 * 1024 };

const accepted = "accepted: a size such as 2G, 512M or 1.5G, unlimited, or default";

/** What `--quota` stores of a user: the catalogue counts in units of 0.1 GiB, and nothing is rounded. */
export function quotaProps(size: string): Readonly<Record<string, string>> {
  if (size === "default") return { MailQuotaType: "default" };
  return {
    MailQuotaType: "custom",
    MailQuotaCustom: size === "unlimited" ? size : String(quotaUnits(size)),
  };
}

/** A size in units of 0.1 GiB; refuses one that is no whole number of them, and names the nearest. */
function quotaUnits(size: string): number {
  const [, whole = "", fraction = "", unit = ""] =
    /^(\d{1,9})(?:\.(\d{1,6}))?([MGT])(?:i?B)?$/i.exec(size) ?? [];
  const factor = factors[unit.toUpperCase()];
  if (factor === undefined) throw refused(`--quota ${size}: it is no size with its unit`, "USAGE", accepted);
  const over = 1024 * 10 ** fraction.length;
  const exact = Number(whole + fraction) * factor;
  if (exact > 0 && exact % over === 0) return exact / over;
  const below = Math.floor(exact / over);
  const near = [below, below + 1].filter((units) => units > 0).map(unitsText);
  throw refused(
    `--quota ${size}: a quota is kept in units of 0.1 GiB (102.4 MiB)`,
    "USAGE",
    `the nearest: ${near.join(" or ")}. Nothing was stored.`,
  );
}

/** Units of 0.1 GiB as `--quota` takes them: `1.5G`. */
export function unitsText(units: string | number): string {
  return plainInteger.test(String(units)) ? `${Number(units) / 10}G` : String(units);
}

/** Bytes for people, in binary units. */
export function bytesText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let value = bytes;
  let at = 0;
  for (; value >= 1024 && at < units.length - 1; at++) value /= 1024;
  return `${at === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[at]}`;
}
