import { createPrivateKey, createPublicKey } from "node:crypto";

/** Where a key is published (RFC 6376, 3.6.2.1). */
export function recordName({
  domain,
  selector,
}: {
  readonly domain: string;
  readonly selector: string;
}): string {
  return `${selector}._domainkey.${domain}`;
}

/** What the record of a private RSA key in PEM holds (RFC 6376, 3.6.1); `undefined` where the text is no such key. */
export function recordValue(pem: string): string | undefined {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== "rsa") return undefined;
    const der = createPublicKey(key).export({ type: "spki", format: "der" });
    return `v=DKIM1; k=rsa; p=${der.toString("base64")}`;
  } catch {
    return undefined;
  }
}

/** The length of the key in a record, in bits; `undefined` where there is none. */
export function keyBits(value: string): number | undefined {
  try {
    const key = Buffer.from(/p=([^;]*)/.exec(value)?.[1] ?? "", "base64");
    return createPublicKey({ key, format: "der", type: "spki" }).asymmetricKeyDetails?.modulusLength;
  } catch {
    return undefined;
  }
}

/** Bytes of one string of a TXT record (RFC 1035, 3.3). */
const longestString = 255;

/** Seconds; a wrong record should not be remembered for long. */
const timeToLive = 3600;

/** The record as a zone file has it (RFC 1035, 5.1), in strings of the length that DNS takes. */
export function zoneText(name: string, value: string): string {
  const strings = value.match(new RegExp(`.{1,${longestString}}`, "g")) ?? [];
  const quoted = strings.map((text) => `"${text}"`);
  const data = quoted.length === 1 ? quoted[0] : `(\n\t${quoted.join("\n\t")} )`;
  return `${name}. ${timeToLive} IN TXT ${data}\n`;
}

/** How what DNS holds at a key's name compares with the key. */
export type Publication = "published" | "missing" | "several" | "other" | "damaged" | "revoked";

export interface Verdict {
  readonly state: Publication;
  /** What is wrong, and what is to be done; empty where the key is published. */
  readonly advice: string;
}

/** Compares the TXT records at the key's name, each with its strings joined, with what is to be there. */
export function compare(found: readonly string[], value: string): Verdict {
  const keys = found.filter((text) => !/^v=(?!DKIM1\b)/i.test(text.trim()));
  const [text] = keys;
  if (text === undefined) return verdict("missing", "add the record that dkim show prints");
  if (keys.length > 1)
    return verdict("several", `${keys.length} records are there, and which counts is left open: keep one`);
  const damage = damageOf(text);
  if (damage !== undefined) return verdict("damaged", `${damage}: enter the value anew`);
  const tags = tagsOf(text);
  const [published = "", own = ""] = [tags.get("p"), tagsOf(value).get("p")];
  if (published === "")
    return verdict("revoked", "p= is empty, which withdraws the key: enter the value anew");
  if (published !== own)
    return own.startsWith(published)
      ? verdict("damaged", `the value is cut off after ${text.length} characters: enter all of it`)
      : verdict("other", "it is another key's: enter the value anew");
  const limit = limitOf(tags);
  return limit === undefined ? verdict("published", "") : verdict("damaged", limit);
}

function verdict(state: Publication, advice: string): Verdict {
  return { state, advice };
}

/** What forms of DNS providers make of a value that was pasted as it stands in a zone file, or by a mail program. */
function damageOf(text: string): string | undefined {
  if (text.includes('"')) return "quotes are part of the value";
  if (text.includes("\\")) return "backslashes are part of the value";
  if (/[^\x20-\x7e\t\r\n]/.test(text)) return "the value holds characters other than ASCII";
  const tags = text.split(";").map((tag) => tag.trim());
  if (tags.at(-1) === "") tags.pop();
  const wrong = tags.find((tag) => !/^[A-Za-z]\w*\s*=/.test(tag));
  if (wrong !== undefined) return `"${wrong.slice(0, 20)}" stands where a tag such as p= should`;
  const names = tags.map((tag) => tag.replace(/\s*=.*$/s, ""));
  if (new Set(names).size < names.length) return "a tag is there twice";
  if (names.includes("v") && names[0] !== "v") return "v=DKIM1 must come first";
  if (!names.includes("p")) return "there is no p=";
  return undefined;
}

/** Tags by name; blanks within the key mean nothing (RFC 6376, 3.2). */
function tagsOf(text: string): ReadonlyMap<string, string> {
  const tags = text.split(";").map((tag) => /^\s*(\w+)\s*=(.*)$/s.exec(tag));
  return new Map(tags.map((tag) => [tag?.[1] ?? "", (tag?.[2] ?? "").replace(/\s/g, "")]));
}

/** A tag by which verifiers take our signatures for nothing. */
function limitOf(tags: ReadonlyMap<string, string>): string | undefined {
  const [type, hashes, services] = [tags.get("k"), tags.get("h"), tags.get("s")];
  if (type !== undefined && type !== "rsa")
    return `k=${type} says that the key is not an RSA key: enter k=rsa`;
  if (hashes !== undefined && !hashes.split(":").includes("sha256"))
    return `h=${hashes} forbids sha256, by which mail is signed: leave h= out`;
  if (services !== undefined && !services.split(":").some((one) => one === "*" || one === "email"))
    return `s=${services} says that the key is not for mail: leave s= out`;
  if (tags.get("t")?.split(":").includes("y"))
    return "t=y says that signatures are tests, and count for nothing";
  return undefined;
}
