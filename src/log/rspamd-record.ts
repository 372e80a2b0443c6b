import type { Filtered, Scanned } from "./log-record.ts";

/** Each part may be missing (log_format): of a message that was fetched, no client is known. */
const line =
  /rspamd_task_write_log: (?:id: <?(.*?)>?, )?(?:qid: <?([^>,]*)>?, )?(?:ip: ([^,]*), )?(?:user: ([^,]*), )?/s;

/** As mailwright_antivirus.lua writes it. */
const scan = /antivirus: <(\w+)>: (.*)$/s;

type Said = Omit<Filtered, "time" | "program"> | Omit<Scanned, "time" | "program">;

const verdict = /\([\w-]+: [TFS] \(([^)]*)\): \[([\d.-]+)\/([\d.-]+|nan)\] \[(.*?)\]\), len: (\d+)/s;

/** `NAME(1.50){options;}`, one behind the other. */
const symbol = /([A-Z][A-Z0-9_]*)\((-?[\d.]+)\)/g;

/** What the line says with which Rspamd ends its work on a message, or of a virus; `undefined` for its other lines. */
export function rspamdRecord(text: string): Said | undefined {
  const [scanned, ofQueue = "", said = ""] = scan.exec(text) ?? [];
  if (scanned !== undefined) return { kind: "scanned", queueId: ofQueue, said };
  const [head, messageId = "", queueId = "", client = "", user] = line.exec(text) ?? [];
  if (head === undefined) return undefined;
  const [found, action = "", score, limit, listed = "", size] = verdict.exec(text) ?? [];
  if (found === undefined) return undefined;
  const rest = text.slice(text.indexOf(found) + found.length);
  const least = Number(limit);
  return {
    kind: "filtered",
    ...{ queueId, messageId: messageId === "undef" ? "" : messageId, client, user, action },
    from: /, from: <(.*?)>, /s.exec(text)?.[1] ?? "",
    to: addresses(/, rcpts: (.*?)(?:, mime_rcpts: |$)/s.exec(rest)?.[1] ?? ""),
    score: Number(score),
    limit: Number.isFinite(least) && least > 0 ? least : undefined,
    symbols: symbolsOf(listed),
    forced: /, forced: [a-z ]+ "(.*?)"(?:;|$)/s.exec(rest)?.[1],
    size: Number(size),
  };
}

function symbolsOf(listed: string): [string, number][] {
  return [...listed.replace(/\{[^}]*\}/g, "").matchAll(symbol)].map(([, name = "", score]) => [
    name,
    Number(score),
  ]);
}

/** `<one,other>`. */
const addresses = (list: string): string[] =>
  [...list.matchAll(/<([^>]*)>/g)].flatMap(([, listed = ""]) => listed.split(",").filter(Boolean));
