import type { OutgoingHttpHeaders } from "node:http";
import { parseIp } from "../../catalogue/ip.ts";
import { refused } from "../../errors.ts";
import type { GivenOptions } from "../command.ts";

/** How a message is taken to have come in; what is not known is not told. */
export interface Envelope {
  readonly from?: string | undefined;
  readonly to: readonly string[];
  readonly ip?: string | undefined;
  /** The client's name by DNS. */
  readonly hostname?: string | undefined;
  readonly helo?: string | undefined;
  readonly user?: string | undefined;
}

/** As the options say, and else as the server `host` noted in the message when it took and delivered it. */
export function envelopeOf(given: GivenOptions, message: Uint8Array, host: string): Envelope {
  const all = (name: string): string[] =>
    given.filter(([option]) => option === name).map(([option, value]) => plain(option, value));
  const [ip] = all("ip").slice(-1);
  if (ip !== undefined && parseIp(ip) === undefined)
    throw refused(`--ip ${ip}: it is no IP address`, "USAGE", "accepted: such as 192.0.2.7");
  const headers = headersOf(message);
  const noted = (name: string): string[] =>
    headers.filter(([known]) => known === name).map(([, value]) => value);
  const [from] = [...all("from").slice(-1), ...noted("return-path")];
  const to = all("to").length > 0 ? all("to") : noted("delivered-to").slice(0, 1);
  const client =
    ip === undefined ? receivedFrom(noted("received"), host) : { ip, hostname: undefined, helo: undefined };
  return {
    from: from === undefined ? undefined : withoutBrackets(from),
    to: to.map(withoutBrackets),
    ...client,
    hostname: all("hostname").at(-1) ?? client.hostname,
    helo: all("helo").at(-1) ?? client.helo,
    user: all("user").at(-1),
  };
}

/** The client of the newest line that Postfix wrote here of a message that came by SMTP. */
function receivedFrom(lines: readonly string[], host: string): Pick<Envelope, "ip" | "hostname" | "helo"> {
  for (const line of lines) {
    const [, helo, hostname, ip = "", by = ""] =
      /^from (\S+) \((\S+) \[(?:IPv6:)?([^\]]+)\]\).* by (\S+) \(Postfix\)/.exec(line) ?? [];
    if (by.toLowerCase() === host.toLowerCase() && parseIp(ip) !== undefined)
      return { ip, helo, hostname: hostname === "unknown" ? undefined : hostname };
  }
  return {};
}

/**
 * The request's headers (rspamd.com, protocol): the envelope; the password of the controller; settings and flags with
 * which nothing is noted of the message.
 */
export function requestHeaders(envelope: Envelope, password: string): OutgoingHttpHeaders {
  const { from, to, ip, hostname, helo, user } = envelope;
  const values: Readonly<Record<string, string | readonly string[] | undefined>> = {
    Password: password || undefined,
    From: from === undefined ? undefined : `<${from}>`,
    Rcpt: to.length === 0 ? undefined : to,
    IP: ip,
    Hostname: hostname,
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

/** The headers in front of the empty line, names in lower case; a folded one is one line. */
function headersOf(message: Uint8Array): (readonly [name: string, value: string])[] {
  const [head = ""] = Buffer.from(message.subarray(0, headSize))
    .toString("utf8")
    .split(/\r?\n\r?\n/, 1);
  const lines = head.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
  return lines.flatMap((line) => {
    const [, name = "", value = ""] = /^([!-9;-~]+):\s*(.*?)\s*$/.exec(line) ?? [];
    return name === "" || /\p{Cc}/u.test(value) ? [] : [[name.toLowerCase(), value] as const];
  });
}

/** What this server noted stands in front of all that came with the message. */
const headSize = 65_536;

function withoutBrackets(address: string): string {
  return address.replace(/^<(.*)>$/s, "$1");
}

function plain(option: string, value: string): string {
  if (!/\p{Cc}/u.test(value)) return value;
  throw refused(`--${option}: it holds a control character`, "USAGE", "accepted: plain text");
}
