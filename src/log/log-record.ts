/** What a line of a mail log says, once it is understood. Addresses are as the log has them, without `<>`. */
export type LogRecord = Stamped &
  (
    | Client
    | Pickup
    | MessageIdentifier
    | Queued
    | Delivery
    | Gone
    | Judged
    | Refused
    | Notified
    | Released
    | Filtered
    | Scanned
    | Learned
    | Filed
    | Fetched
    | Login
  );

/** The records of one kind. */
export type Told<Kind extends LogRecord["kind"]> = Extract<LogRecord, { readonly kind: Kind }>;

interface Stamped {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** `postfix/smtpd`, `rspamd`, `dovecot`. */
  readonly program: string;
}

interface OfQueue {
  /** Postfix's queue identifier. */
  readonly queueId: string;
}

/** A client began to hand in a message by SMTP. */
export interface Client extends OfQueue {
  readonly kind: "client";
  /** `host[address]`. */
  readonly client: string;
  /** The login, where there is one. */
  readonly user: string | undefined;
}

/** A program of the machine handed in a message by sendmail(1), or a message was queued anew. */
export interface Pickup extends OfQueue {
  readonly kind: "pickup";
  readonly uid: number;
  readonly from: string;
  /** Its queue identifier before it was queued anew. */
  readonly earlier: string | undefined;
}

export interface MessageIdentifier extends OfQueue {
  readonly kind: "message-id";
  /** Without `<>`; empty where the message has none. */
  readonly messageId: string;
}

/** The message is in the queue, and is looked at by the queue manager. */
export interface Queued extends OfQueue {
  readonly kind: "queued";
  readonly from: string;
  /** Bytes. */
  readonly size: number;
  readonly recipients: number;
}

/** An attempt to deliver to one recipient. */
export interface Delivery extends OfQueue {
  readonly kind: "delivery";
  readonly to: string;
  /** The recipient before aliases; `to` where there was none. */
  readonly original: string;
  readonly relay: string;
  /** Seconds since the message arrived. */
  readonly delay: number;
  /** RFC 3463. */
  readonly code: string;
  readonly status: "sent" | "deferred" | "bounced" | "expired" | "undeliverable" | "deliverable";
  readonly reply: string;
}

/** The message left the queue, or is kept in it. */
export interface Gone extends OfQueue {
  readonly kind: "removed" | "expired" | "held" | "freed" | "requeued" | "deleted";
}

/** Cleanup did what a milter or a header check asked for. */
export interface Judged extends OfQueue {
  readonly kind: "judged";
  readonly verdict: "reject" | "hold" | "discard" | "redirect" | "quarantine";
  /** Why, in the words of who asked; of a redirection, and of the quarantine, the address. */
  readonly reason: string;
  readonly from: string;
  readonly to: string;
}

/** A command of a client was refused. */
export interface Refused {
  readonly kind: "refused";
  readonly queueId: string | undefined;
  readonly client: string;
  /** `CONNECT`, `EHLO`, `MAIL`, `RCPT`, `DATA`, … */
  readonly at: string;
  readonly reply: string;
  /** Empty also where the client had named none yet; see `hasSender`. */
  readonly from: string;
  /** Empty where the client had named none yet. */
  readonly to: string;
}

/** Whether the client had named the sender when it was refused: the empty one is one, too. */
export const hasSender = ({ at, from }: Pick<Refused, "at" | "from">): boolean =>
  from !== "" || /^(?:MAIL|RCPT|DATA|BDAT|END-OF-MESSAGE)$/.test(at);

/** A notification was made of a message. */
export interface Notified extends OfQueue {
  readonly kind: "notified";
  /** `sender non-delivery notification`, and others of bounce(8). */
  readonly what: string;
  /** The notification's own queue identifier. */
  readonly child: string;
}

/** A message left the quarantine. */
export interface Released extends OfQueue {
  readonly kind: "released";
  /** The queue identifier under which it was sent on; `undefined` where it was deleted. */
  readonly child: string | undefined;
}

/** What the virus check says of a message that it does not let through, or does not look at. */
export interface Scanned extends OfQueue {
  readonly kind: "scanned";
  readonly said: string;
}

/** A user moved a message, and the filter has learned it, or has not. */
export interface Learned {
  readonly kind: "learned";
  readonly messageId: string;
  /** `learned as spam`, or why not. */
  readonly outcome: string;
}

/**
 * A message was fetched from a provider, or was tried. Its queue identifier is the mark that `mailwright fetch` gives it;
 * empty where getmail has logged by itself.
 */
export interface Fetched extends OfQueue {
  readonly kind: "fetched";
  /** The account's name in the settings; empty where getmail has logged by itself. */
  readonly account: string;
  readonly server: string;
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  /** Bytes. */
  readonly size: number;
  /** `again`: it was delivered by a run that was cut off. `kept`: it stays at the provider. */
  readonly result: "delivered" | "spam" | "refused" | "again" | "kept" | "dropped";
  /** Why, or what Dovecot answered, or both. */
  readonly reply: string;
}

/** Rspamd's verdict. */
export interface Filtered {
  readonly kind: "filtered";
  /** Empty where the filter was not told one. */
  readonly queueId: string;
  readonly messageId: string;
  /** Its address; empty where it is not known. */
  readonly client: string;
  readonly user: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  readonly action: string;
  readonly score: number;
  /** The score from which on a message is refused; `undefined` where no score refuses one. */
  readonly limit: number | undefined;
  /** With what each adds to the score, as Rspamd lists them. */
  readonly symbols: readonly (readonly [name: string, score: number])[];
  /** The text of a verdict that no score made. */
  readonly forced: string | undefined;
  /** Bytes. */
  readonly size: number;
}

/** Dovecot put a message into a folder, or Sieve did something else with it. */
export interface Filed {
  readonly kind: "filed";
  readonly user: string;
  /** Of the delivery, as in Dovecot's answer to Postfix. */
  readonly session: string;
  readonly messageId: string;
  readonly done: "stored" | "forwarded" | "discarded" | "answered" | "failed" | "rejected";
  /** The folder, or the address. */
  readonly where: string;
}

/** Somebody logged in, or could not. */
export interface Login {
  readonly kind: "login";
  readonly user: string;
  readonly service: string;
  readonly client: string;
  readonly failed: boolean;
}
