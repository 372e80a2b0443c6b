import { MailwrightError, refused } from "../../../errors.ts";
import { parseAge } from "../../../format/times.ts";
import type { OptionValues } from "../../command.ts";
import { paths } from "./stored-message.ts";

/** A message in the quarantine. */
export interface Held {
  /** The queue id under which it came, as it stands in the log; with its number where another has the same. */
  readonly id: string;
  /** When it was delivered to the quarantine, in milliseconds since 1970. */
  readonly received: number;
  /** The envelope, as SMTP has it; the empty sender is that of a bounce. */
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly from: string;
  readonly subject: string;
  /** Why it is here: the verdict and the score, or that it has a test pattern. */
  readonly reason: string;
  readonly bytes: number;
  /** Where it lies: Dovecot's names of the folder and the message. */
  readonly folder: string;
  readonly uid: number;
}

/** Fields of doveadm-fetch(1) that a held message is made of. */
export const heldFields = [
  ...["mailbox-guid", "uid", "date.received.unixtime", "size.physical", "hdr.from.utf8", "hdr.subject.utf8"],
  ...["id", "sender", "recipients", "reason"].map((name) => `hdr.x-quarantine-${name}`),
];

type Row = Readonly<Record<string, string>>;

/** The rows that are messages of the quarantine, oldest first; what else lies in the mailbox is nobody's to release. */
export function heldOf(rows: readonly Row[]): Held[] {
  const all = rows.flatMap((row): Held[] => {
    const of = (name: string): string => row[name] ?? "";
    const note = (name: string): string => of(`hdr.x-quarantine-${name}`);
    const id = note("id");
    if (!/^\w+$/.test(id) || !note("sender").startsWith("<")) return [];
    return [
      {
        ...{ id, folder: of("mailbox-guid"), uid: Number(of("uid")) },
        received: Number(of("date.received.unixtime")) * 1000,
        sender: paths(note("sender"))[0] ?? "",
        recipients: paths(note("recipients")),
        from: of("hdr.from.utf8"),
        subject: of("hdr.subject.utf8"),
        reason: note("reason"),
        bytes: Number(of("size.physical")),
      },
    ];
  });
  const counts = new Map<string, number>();
  for (const { id } of all) counts.set(id, (counts.get(id) ?? 0) + 1);
  return all
    .map((one) => (counts.get(one.id) === 1 ? one : { ...one, id: `${one.id}.${one.uid}` }))
    .sort((left, right) => left.received - right.received || left.uid - right.uid);
}

/** How many, and how large together. */
export function totalOf(all: readonly Held[]): { readonly messages: number; readonly bytes: number } {
  return { messages: all.length, bytes: all.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/** Those that the options `from`, `to`, `since` and `older` leave. `now` in milliseconds since 1970. */
export function matching(all: readonly Held[], options: OptionValues, now: number): Held[] {
  const text = (name: string): string | undefined => {
    const value = options[name];
    return typeof value === "string" ? value.toLowerCase() : undefined;
  };
  const [from, to, since, older] = ["from", "to", "since", "older"].map(text);
  const newest = older === undefined ? Number.POSITIVE_INFINITY : now - age("older", older);
  const oldest = since === undefined ? 0 : now - age("since", since);
  return all.filter(
    ({ received, sender, recipients, from: author }) =>
      received <= newest &&
      received >= oldest &&
      (from === undefined || [sender, author].some((one) => one.toLowerCase().includes(from))) &&
      (to === undefined || recipients.some((one) => one.toLowerCase().includes(to))),
  );
}

/** A time that is given as `30d`, in milliseconds. */
function age(option: string, text: string): number {
  const milliseconds = parseAge(text);
  if (milliseconds !== undefined) return milliseconds;
  throw refused(`--${option} ${text}: it is no time`, "USAGE", "accepted: such as 90m, 12h, 30d or 4w");
}

/**
 * The messages of these ids, in their order, each once; exit 1 where one is not there. Capitals matter where they tell two
 * from each other, as those of Postfix's long queue ids do.
 */
export function named(all: readonly Held[], ids: readonly string[]): Held[] {
  const found = ids.map((id) => {
    const one = all.find((held) => held.id === id) ?? onlyOne(all, id);
    if (one !== undefined) return one;
    const alike = all
      .filter((held) => `${held.id}.`.toLowerCase().startsWith(`${id}.`.toLowerCase()))
      .map((one) => one.id);
    throw new MailwrightError(`there is no message ${id} in the quarantine`, {
      code: "UNKNOWN_KEY",
      hint:
        alike.length > 0 ? `more than one: ${alike.join(", ")}` : "all of them: mailwright quarantine list",
    });
  });
  return [...new Set(found)];
}

/** The message whose id is this one in whatever letters; `undefined` where there are several. */
function onlyOne(all: readonly Held[], id: string): Held | undefined {
  const [one, ...others] = all.filter((held) => held.id.toLowerCase() === id.toLowerCase());
  return others.length === 0 ? one : undefined;
}
