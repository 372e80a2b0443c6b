import type { OutgoingHttpHeaders } from "node:http";
import { parseIp } from "../../catalogue/ip.ts";
import { refused } from "../../errors.ts";
import type { GivenOptions } from "../command.ts";

/** What the message's envelope is taken to be; what is not known is not told. */
export interface Envelope {
  readonly from?: string;
  readonly to: readonly string[];
  readonly ip?: string;
  readonly helo?: string;
  readonly user?: string;
}

/** That of the options, and of what the delivery noted in the message. */
export function envelopeOf(given: GivenOptions, message: Uint8Array): Envelope {
  const all = (name: string): string[] =>
    given.filter(([option]) => option === name).map(([option, value]) => plain(option, value));
  const one = (name: "ip" | "helo" | "user") => {
    const value = all(name).at(-1);
    return value === undefined ? {} : { [name]: value };
  };
  const [ip] = all("ip").filter((address) => parseIp(address) === undefined);
  if (ip !== undefined)
    throw refused(`--ip ${ip}: it is no IP address`, "USAGE", "accepted: such as 192.0.2.7");
  const headers = headersOf(message);
  const from = all("from").at(-1) ?? headers.get("return-path");
  const noted = headers.get("delivered-to");
  const to = all("to").length > 0 ? all("to") : noted === undefined ? [] : [noted];
  return {
    ...(from === undefined ? {} : { from: withoutBrackets(from) }),
    to: to.map(withoutBrackets),
    ...one("ip"),
    ...one("helo"),
    ...one("user"),
  };
}

/**
 * The request's headers (rspamd.com, protocol): the envelope; the password of the controller; settings and flags with
 * which nothing is noted of the message.
 */
export function requestHeaders(envelope: Envelope, password: string): OutgoingHttpHeaders {
  const { from, to, ip, helo, user } = envelope;
  const values: Readonly<Record<string, string | readonly string[] | undefined>> = {
    Password: password || undefined,
    From: from === undefined ? undefined : `<${from}>`,
    Rcpt: to.length === 0 ? undefined : to,
    IP: ip,
    Helo: helo,
    User: user,
    "Settings-ID": "mailwright_scan",
    Flags: "no_log,no_stat",
  };
  const known = Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, typeof value === "string" ? bytes(value) : value.map(bytes)]],
  );
  return Object.fromEntries(known);
}

/** A header of HTTP is sent byte by byte (Latin-1), so that UTF-8 must be in that form. */
function bytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** The first of each header in front of an empty line, by name in lower case. */
function headersOf(message: Uint8Array): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const [head = ""] = Buffer.from(message.subarray(0, headSize))
    .toString("utf8")
    .split(/\r?\n\r?\n/, 1);
  for (const line of head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/)) {
    const [, name = "", value = ""] = /^([!-9;-~]+):\s*(.*?)\s*$/.exec(line) ?? [];
    const key = name.toLowerCase();
    if (key !== "" && !found.has(key) && !/\p{Cc}/u.test(value)) found.set(key, value);
  }
  return found;
}

/** Return-Path and Delivered-To stand in front of all that came with the message. */
const headSize = 65_536;

function withoutBrackets(address: string): string {
  return address.replace(/^<(.*)>$/s, "$1");
}

function plain(option: string, value: string): string {
  if (!/\p{Cc}/u.test(value)) return value;
  throw refused(`--${option}: it holds a control character`, "USAGE", "accepted: plain text");
}
