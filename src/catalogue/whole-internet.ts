import type { Rule } from "./entry.ts";
import { maskLength } from "./ip.ts";
import { listItems } from "./notation.ts";

/** A network of this length holds every address: what is open to trusted clients would be open to all, as relaying is. */
const isWhole = (length: string): boolean =>
  (length.includes(".") ? maskLength(length) : Number(length || undefined)) === 0;

function wholeInternet(property: string, lengths: (value: string) => readonly string[]): Rule {
  return {
    when: "made",
    properties: [property],
    check: (record) =>
      lengths(record.prop(property)).some(isWhole)
        ? {
            property,
            reason: "it would trust every client of the Internet",
            accepted: "networks of one's own, with a prefix length above 0",
          }
        : undefined,
  };
}

/** A trusted network that is all there is. */
export const wholeMask = wholeInternet("Mask", (mask) => [mask]);

/** The same among the clients that are excepted from the rules of others. */
export const wholeBypass = wholeInternet("AccessBypassList", (list) =>
  listItems(list).map((item) => item.split("/")[1] ?? ""),
);
