import { ask } from "../../system/http.ts";
import { answerOf, fields } from "../filter/scan-answer.ts";
import type { HeaderChanges } from "./fetched-message.ts";

/** What becomes of a message by the word of the filter. */
export type Verdict =
  | { readonly kind: "deliver"; readonly isSpam: boolean; readonly headers: HeaderChanges }
  /** It must not reach the user: a virus, an attachment that is not allowed, a sender who is blocked. */
  | { readonly kind: "refuse"; readonly reason: string }
  /** Nothing is known now; the message stays at the provider. */
  | { readonly kind: "later"; readonly reason: string };

/** Rspamd's controller, and for how many milliseconds it may check a message: a provider waits no longer for the next word. */
const controller = 11334;
const patience = 540_000;

/** What Rspamd says of a message that is made to be refused. */
const testPattern = "Gtube pattern";

/** A fetched message, and what Rspamd is told of it. */
export interface Checked {
  readonly content: Uint8Array;
  readonly sender: string;
  readonly recipient: string;
  /** Rspamd logs it as the queue identifier, so that its verdict is found by it. */
  readonly mark: string;
}

/** Has Rspamd check a message that was fetched. */
export async function filterVerdict(
  { content, sender, recipient, mark }: Checked,
  password: string,
): Promise<Verdict> {
  const headers = {
    ...(password === "" ? {} : { Password: Buffer.from(password, "utf8").toString("latin1") }),
    From: `<${sender}>`,
    Rcpt: Buffer.from(recipient, "utf8").toString("latin1"),
    "Settings-ID": "mailwright_fetch",
    "Queue-Id": mark,
  };
  try {
    const { status, body } = await ask({
      ...{ port: controller, path: "/checkv2", headers },
      ...{ bytes: content, timeout: patience },
    });
    return status === 200
      ? verdictOf(body)
      : { kind: "later", reason: `the mail filter answers with status ${status}` };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: "later", reason: `the mail filter does not answer: ${reason}` };
  }
}

/**
 * Reads Rspamd's answer. Spam is delivered with its flag, whatever the score, for nobody is there to be told that it is
 * refused; what a policy refuses is not.
 */
export function verdictOf(text: string): Verdict {
  const { action, message } = answerOf(text);
  if (action === "soft reject")
    return { kind: "later", reason: `the mail filter puts it off: ${message ?? "for now"}` };
  if (action === "reject" && message !== undefined && message !== testPattern)
    return { kind: "refuse", reason: message };
  const headers = headersOf(JSON.parse(text));
  const hasFlag = headers.added.some(([name]) => name.toLowerCase() === "x-spam");
  // A virus may have changed the subject, whatever the score.
  const isSpam = hasFlag || ["reject", "add header"].includes(action);
  const flag: HeaderChanges["added"] = isSpam && !hasFlag ? [["X-Spam", "Yes"]] : [];
  return {
    kind: "deliver",
    isSpam,
    headers: {
      ...headers,
      // A sender's own would be taken for ours.
      removed: ["X-Spam", ...headers.removed],
      added: [...flag, ...headers.added],
    },
  };
}

/** What a milter would do to the headers (rspamd.com, protocol: `milter`). */
function headersOf(answer: unknown): HeaderChanges {
  const { milter, subject } = fields(answer);
  const { add_headers: added, remove_headers: removed } = fields(milter);
  return {
    removed: Object.keys(fields(removed)),
    added: Object.entries(fields(added)).flatMap(([name, values]) =>
      (Array.isArray(values) ? values : [values]).flatMap((value) => {
        const text: unknown = typeof value === "string" ? value : fields(value)["value"];
        return typeof text === "string" ? [[name, text] as const] : [];
      }),
    ),
    subject: typeof subject === "string" ? subject : undefined,
  };
}
