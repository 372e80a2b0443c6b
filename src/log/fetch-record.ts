import type { Fetched } from "./log-record.ts";
import { fetchMark } from "./queue-identifier.ts";

type Said = Omit<Fetched, "time" | "program">;

/** As src/commands/remote/fetch-log.ts writes it. */
const ownLine = new RegExp(
  `^(.*?): (${fetchMark}): ` +
    String.raw`message-id=<([^<>]*)>, from=<([^<>]*)>, to=<([^<>]*)>, server=(\S*), size=(\d+), ` +
    String.raw`status=(delivered|spam|refused|again|kept)(?: \((.*)\))?$`,
  "s",
);

/** getmail 6.18, `message_log_syslog`: a message that was fetched. Its msgid names it within one account alone. */
const getmailLine = /^msg +\d+\/ *\d+ \((\d+) bytes\) msgid \S+ from <(.*?)>(?: to <(.*?)>)? (.*)$/s;

/** What a line of `mailwright fetch` says of a message; `undefined` for the others. */
export function fetchRecord(text: string): Said | undefined {
  const [found, account = "", queueId = "", messageId = "", from = "", to = "", server = "", size, ...rest] =
    ownLine.exec(text) ?? [];
  if (found === undefined) return undefined;
  const [result, reply = ""] = rest;
  return {
    kind: "fetched",
    ...{ queueId, account, server, messageId, from, to, size: Number(size), reply },
    result: result as Fetched["result"],
  };
}

/** What a line of getmail's own log says; `undefined` where it tells of no message. */
export function getmailRecord(text: string): Said | undefined {
  const common = { kind: "fetched", queueId: "", account: "", server: "", messageId: "" } as const;
  const [failed, why = ""] = /^(?:Delivery|Filter) error \((.*)\)$/s.exec(text) ?? [];
  if (failed !== undefined) return { ...common, from: "", to: "", size: 0, result: "kept", reply: why };
  const [found, size, from = "", to = "", rest = ""] = getmailLine.exec(text) ?? [];
  if (found === undefined) return undefined;
  const [, where] = /^delivered to (.*?)(?:, deleted)?$/s.exec(rest) ?? [];
  const [, filter] = /^dropped by filter (.*?)(?:, deleted)?$/s.exec(rest) ?? [];
  const ended = { ...common, from, to, size: Number(size) };
  if (where !== undefined) return { ...ended, result: "delivered", reply: where };
  if (filter !== undefined) return { ...ended, result: "dropped", reply: filter };
  return { ...ended, result: "kept", reply: "" };
}
