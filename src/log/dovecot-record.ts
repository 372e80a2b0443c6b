import type { Filed, Login } from "./log-record.ts";
import { bare } from "./postfix-records.ts";

type Said = Omit<Filed, "time" | "program"> | Omit<Login, "time" | "program">;

const delivering = /^(?:lmtp|lda)\((.*?)\)<\d*><([^>]*)>: (.*)$/s;

const aboutMessage = /^(?:sieve: )?msgid=(<.*?>|[^\s:]*)(?:\s*\([^)]*\))?: (.*)$/s;

/** What is done with a message: how Dovecot says it, and where the folder or the address stands in it. */
const deeds: readonly (readonly [said: RegExp, done: Filed["done"]])[] = [
  [/^(?:fileinto action: )?stored mail into mailbox '(.*)'$/s, "stored"],
  [/^saved mail to (.*)$/s, "stored"],
  [/^(?:redirect action: )?forwarded to (?:<?)(.*?)>?$/s, "forwarded"],
  [/^(?:discard action: )?marked message to be discarded if not explicitly delivered/i, "discarded"],
  [/^(?:vacation action: )?sent vacation response to <?(.*?)>?$/s, "answered"],
  [/^(?:reject action: )?rejected message from <?(.*?)>?(?: \(.*\))?$/s, "rejected"],
  [/^(?:fileinto action: )?failed to store into mailbox '?(.*?)'?(?:: .*)?$/s, "failed"],
  [/^save failed to (?:open mailbox )?(.*?)(?:: .*)?$/s, "failed"],
];

const login = /^(imap|pop3|managesieve|submission)-login: ([^:]*):[^<]*user=<([^>]*)>.*?, rip=([^,]*)/s;

/** What a line of Dovecot says of a message or of a login; `undefined` for the others. */
export function dovecotRecord(text: string): Said | undefined {
  const [found, user = "", session = "", said = ""] = delivering.exec(text) ?? [];
  if (found !== undefined) return filed(user, session, said);
  const [tried, service = "", what = "", name = "", client = ""] = login.exec(text) ?? [];
  if (tried === undefined || name === "") return undefined;
  const isLogin = what === "Login";
  if (!isLogin && !/auth failed/.test(text)) return undefined;
  return { kind: "login", user: name, service, client, failed: !isLogin };
}

function filed(user: string, session: string, said: string): Said | undefined {
  const [, id = "", deed = ""] = aboutMessage.exec(said) ?? [];
  for (const [pattern, done] of deeds) {
    const match = pattern.exec(deed);
    if (match !== null)
      return { kind: "filed", user, session, messageId: identifierOf(id), done, where: match[1] ?? "" };
  }
  return undefined;
}

/** Dovecot says `unspecified` of a message without one. */
const identifierOf = (id: string): string => (id === "unspecified" ? "" : bare(id));
