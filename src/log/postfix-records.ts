import type { LogRecord } from "./log-record.ts";
import { queueIdentifier } from "./queue-identifier.ts";

/** What a line says, without when and who. */
type Said<Record = LogRecord> = Record extends unknown ? Omit<Record, "time" | "program"> : never;

const ofQueue = new RegExp(`^(${queueIdentifier}): (.*)$`, "s");

const delivery =
  /^to=<?(.*?)>?, (?:orig_to=<?(.*?)>?, )?relay=([^,]+), (?:conn_use=\d+, )?delay=([\d.]+), delays=[^,]+, dsn=([\d.]+), status=([a-z]+)(?: \((.*)\))?$/s;

/** Of smtpd(8) and of postscreen(8), which does not look up the client's name. */
const refusal = /^(?:milter-)?reject: ([\w-]+)(?: from (\S*\[[^\]]*\]\S*))?: (.*)$/s;

const envelope = /[;,] from=<(.*?)>(?:,? to=<(.*?)>)?/s;

/** What smtpd(8) knows of a client that has not named a sender stands there alone. */
const session = /; (?:proto=\S+(?: helo=<.*>)?|helo=<.*>)$/s;

/** What Postfix says of the state of a message in the queue. */
const states: Readonly<Record<string, "removed" | "held" | "freed" | "requeued">> = {
  removed: "removed",
  "placed on hold": "held",
  "released from hold": "freed",
  requeued: "requeued",
};

/** What a line of Postfix says; `undefined` where it says nothing of a message. */
export function postfixRecord(program: string, text: string): Said | undefined {
  if (text.startsWith("NOQUEUE: ")) return refused(undefined, text.slice("NOQUEUE: ".length));
  const [, id, said = ""] = ofQueue.exec(text) ?? [];
  if (id === undefined) return undefined;
  const service = program.slice(program.lastIndexOf("/") + 1);
  const state = states[said];
  if (state === "removed" && service === "postsuper") return { kind: "deleted", queueId: id };
  if (state !== undefined) return { kind: state, queueId: id };
  return sort(id, said);
}

function sort(id: string, said: string): Said | undefined {
  if (said.startsWith("to=")) return delivered(id, said);
  if (said.startsWith("client=")) {
    const [, client = ""] = /^client=([^,]*)/.exec(said) ?? [];
    return { kind: "client", queueId: id, client, user: /, sasl_username=([^,]*)/.exec(said)?.[1] };
  }
  if (said.startsWith("message-id="))
    return { kind: "message-id", queueId: id, messageId: bare(said.slice("message-id=".length)) };
  if (said.startsWith("uid=")) {
    const [, uid, from = ""] = /^uid=(\d+) from=<(.*?)>/s.exec(said) ?? [];
    return { kind: "pickup", queueId: id, uid: Number(uid), from, earlier: / orig_id=(\S+)/.exec(said)?.[1] };
  }
  if (said.startsWith("from=")) {
    const [, from = "", size, count] = /^from=<?(.*?)>?, size=(\d+), nrcpt=(\d+)/s.exec(said) ?? [];
    if (size !== undefined)
      return { kind: "queued", queueId: id, from, size: Number(size), recipients: Number(count) };
    return /, status=(?:force-)?expired/.test(said) ? { kind: "expired", queueId: id } : undefined;
  }
  const [, what, child] =
    /^(\w+ (?:non-delivery|delivery status|delay) notification): (\w+)$/.exec(said) ?? [];
  if (what !== undefined && child !== undefined) return { kind: "notified", queueId: id, what, child };
  return judged(id, said) ?? refused(id, said);
}

function delivered(id: string, said: string): Said | undefined {
  const [found, to = "", original, relay = "", delay, code = "", status = "", reply = ""] =
    delivery.exec(said) ?? [];
  if (found === undefined) return undefined;
  return {
    kind: "delivery",
    queueId: id,
    ...{ to, original: original ?? to, relay, delay: Number(delay), code, reply },
    status: status as "sent",
  };
}

/** cleanup(8): what a milter, or a check of headers or body, asked for. */
function judged(id: string, said: string): Said | undefined {
  const [, verdict, what = ""] =
    /^(?:milter-)?(?:header-)?(reject|hold|discard|redirect): ((?:END-OF-MESSAGE|header|body|milter triggers|CONNECT|HELO) .*)$/s.exec(
      said,
    ) ?? [];
  if (verdict === undefined) return undefined;
  const [ends = "", from = "", to = ""] = envelope.exec(what) ?? [];
  const after = what.slice(what.indexOf(ends) + ends.length);
  // A milter's reason stands before the envelope, that of a check behind it.
  const [, before = ""] =
    /^END-OF-MESSAGE from \S+\[[^\]]*\]\S*: (.*)$/s.exec(what.slice(0, what.indexOf(ends))) ?? [];
  const [, behind = ""] = /: (.*)$/s.exec(after) ?? [];
  return {
    kind: "judged",
    queueId: id,
    // The filter marks what is to be kept, and a check of that header diverts it.
    verdict: /^header X-Quarantine-To: /i.test(what) ? "quarantine" : (verdict as "reject"),
    reason: before || behind,
    from,
    to,
  };
}

function refused(id: string | undefined, said: string): Said | undefined {
  const [found, at = "", client = "", what = ""] = refusal.exec(said) ?? [];
  if (found === undefined) return undefined;
  const [ends = "", from = "", to = ""] = envelope.exec(what) ?? [];
  const reply = ends === "" ? what.replace(session, "") : what.slice(0, what.lastIndexOf(ends));
  return { kind: "refused", queueId: id, client, at, reply, from, to };
}

/** A message identifier without the brackets around it. */
export function bare(messageId: string): string {
  return /^<(.*)>$/s.exec(messageId)?.[1] ?? messageId;
}
