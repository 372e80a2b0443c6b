import { hasSender, type Told } from "./log-record.ts";

/** Clients whose last refusal is known: more are not at work at a time. */
const mostClients = 5000;

/**
 * Finds what is told more than once of a session: what a milter refuses at CONNECT, Postfix logs then and at HELO, but tells the
 * client at MAIL alone, as Sendmail does, or at AUTH, where it logs nothing. Refusals are met in the order of the log.
 */
export class EarlyRefusals {
  private readonly last = new Map<string, Told<"refused">>();

  /** The refusal of the same session which this one says again, when the client has gone on; `undefined` for a new one. */
  repeated(record: Told<"refused">): Told<"refused"> | undefined {
    const key = `${record.client} ${record.reply}`;
    const before = this.last.get(key);
    if (hasSender(record)) {
      this.last.delete(key);
      return before;
    }
    const isAgain = record.at !== "CONNECT" && before?.at === "CONNECT";
    if (isAgain) return before;
    this.last.delete(key);
    this.last.set(key, record);
    const [oldest] = this.last.keys();
    if (this.last.size > mostClients && oldest !== undefined) this.last.delete(oldest);
    return undefined;
  }
}
