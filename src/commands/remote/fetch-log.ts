import type { Connector } from "../../mail/connectors.ts";
import type { Delivered } from "./delivery.ts";
import type { Site } from "./fetch-account.ts";

/**
 * What the log is told of a fetched message, in the manner of Postfix: by what it is found, what became of it, and in brackets
 * why, or what Dovecot answered. What it says stands in no log, and neither does its subject.
 */
export function loggedText(
  { result, reason = "", trace }: Delivered,
  { account, server }: Pick<Connector, "account" | "server">,
  { primaryDomain }: Pick<Site, "primaryDomain">,
): string {
  if (trace === undefined) return `${result}: ${reason}`;
  const { id, messageId, sender, size, answer } = trace;
  const about = [
    `message-id=<${messageId}>`,
    `from=<${sender}>`,
    `to=<${account}@${primaryDomain}>`,
    `server=${server}`,
    `size=${size}`,
  ].join(", ");
  const said = [reason, answer].filter((text, index, all) => text !== "" && all.indexOf(text) === index);
  return `${id}: ${about}, status=${result}${said.length === 0 ? "" : ` (${said.join("; ")})`}`;
}
