import { accepted } from "./accepted.ts";
import type { PropertyEntry, Refusal } from "./entry.ts";
import { formatIp, networkOf, parseIp } from "./ip.ts";
import type { Kind } from "./kinds.ts";
import { isAccount, isAddress, isDomain, isHost, isLocalPart } from "./mail-names.ts";
import { listItems, plainInteger, plainNumber } from "./notation.ts";
import { nearest } from "./suggest.ts";

interface Fault {
  readonly reason: string;
  readonly nearest?: string;
}

/**
 * What no value and no name may hold: NUL, half a character (a lone surrogate, which UTF-8 cannot write) and,
 * unless `multiline`, a line break. For keys and properties that the catalogue does not know this is all.
 */
export function checkText(value: string, multiline: boolean): Refusal | undefined {
  const form = multiline ? "text" : "text without line breaks";
  if (value.includes("\0")) return { reason: "it holds a NUL character", accepted: form };
  if (/\p{Cs}/u.test(value)) return { reason: "it is not valid Unicode text", accepted: form };
  if (!multiline && /[\n\r]/.test(value)) return { reason: "it holds a line break", accepted: form };
  return undefined;
}

function fault(ok: boolean, reason: string): Fault | undefined {
  return ok ? undefined : { reason };
}

function checkRange(value: string, min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
  const number = Number(value);
  if (number < min) return { reason: `it is below ${min}` };
  return fault(number <= max, `it is above ${max}`);
}

function checkLength(value: string, min = 0, max = Number.POSITIVE_INFINITY): Fault | undefined {
  const { length } = [...value];
  if (length < min) return { reason: `it has ${length} characters, too few` };
  return fault(length <= max, `it has ${length} characters, too many`);
}

function checkNetwork(value: string, plain: boolean): Fault | undefined {
  const [, address = "", prefix] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(value) ?? [];
  const bytes = parseIp(address);
  if (bytes === undefined || (plain && prefix !== undefined)) return { reason: "it is no IP address" };
  if (prefix === undefined) return undefined;
  const length = Number(prefix);
  const most = 8 * bytes.length;
  if (length > most) return { reason: `its prefix length is above ${most}` };
  const network = networkOf(bytes, length);
  const same = network.every((byte, index) => byte === bytes[index]);
  return fault(same, `its network is ${formatIp(network)}/${prefix}`);
}

function isAlone(value: string, part: "name" | "name@" | "@domain"): boolean {
  if (part === "@domain") return value.startsWith("@") && isDomain(value.slice(1));
  if (part === "name@") return value.endsWith("@") && isLocalPart(value.slice(0, -1));
  return isLocalPart(value);
}

function checkAddress(value: string, alone: "name" | "name@" | "@domain" | undefined): Fault | undefined {
  if (isAddress(value) || (alone !== undefined && isAlone(value, alone))) return undefined;
  const ats = value.split("@").length - 1;
  return { reason: ats > 1 ? "it holds more than one @" : "it is no mail address" };
}

function checkList(of: Kind, value: string, empty: boolean): Fault | undefined {
  const items = listItems(value);
  if (items.length === 0) return fault(empty, "it lists nothing");
  for (const item of items) {
    const found = checkKind(of, item);
    if (found !== undefined) return { ...found, reason: `item ${item}: ${found.reason}` };
  }
  return undefined;
}

function checkForm(kind: Kind, value: string): Fault | undefined {
  switch (kind.kind) {
    case "enum": {
      if (kind.values.includes(value)) return undefined;
      const meant = nearest(value, [...kind.values, ...(kind.words ?? [])]);
      return { reason: "it is not an accepted word", ...(meant === undefined ? {} : { nearest: meant }) };
    }
    case "integer":
      if (!plainInteger.test(value)) return { reason: "it is no whole number in plain digits" };
      return checkRange(value, kind.min, kind.max);
    case "number":
      if (!plainNumber.test(value)) return { reason: "it is no number in plain digits" };
      return checkRange(value, kind.min, kind.max);
    case "port":
      return fault(plainInteger.test(value) && Number(value) >= 1 && Number(value) <= 65535, "it is no port");
    case "string":
      return checkLength(value, kind.minLength, kind.maxLength);
    case "list":
      return checkList(kind.of, value, kind.empty === true);
    case "either":
      return fault(
        kind.of.some((form) => checkKind(form, value) === undefined),
        "it has none of the accepted forms",
      );
    case "pattern":
      return fault(kind.pattern.test(value), "it does not have the accepted form");
    case "address":
      return checkAddress(value, kind.alone);
    case "domain":
      return fault(isDomain(value, kind.form), "it is no domain");
    case "host":
      return fault(isHost(value), "it is neither a host name nor an IP address");
    case "network":
      return checkNetwork(value, kind.plain === true);
    case "path":
      return fault(value.startsWith("/"), "it does not begin with /");
    case "duration":
      return fault(/^[1-9]\d{0,8}[smhdw]$/.test(value), "it is no time with its unit");
    case "account":
      return fault(isAccount(value), "it is no name of a user or group");
  }
}

/** Checks a value that has passed `checkText` against its kind. */
function checkKind(kind: Kind, value: string): Fault | undefined {
  if (value === "") return fault(kind.empty === true, "it must not be empty");
  return kind.words?.includes(value) === true ? undefined : checkForm(kind, value);
}

/**
 * Checks a value against its property. The refusal names faulty items of a list, except those of a secret; the
 * value itself is the caller's to show or to hide.
 */
export function checkValue(property: PropertyEntry, value: string): Refusal | undefined {
  const { kind } = property;
  const form = accepted(kind);
  const text = checkText(value, kind.kind === "string" && kind.multiline === true);
  if (text !== undefined) return { ...text, accepted: form };
  const found = checkKind(kind, value);
  if (found === undefined) return undefined;
  if (property.secret === true) return { reason: "it does not have the accepted form", accepted: form };
  return { ...found, accepted: form };
}
