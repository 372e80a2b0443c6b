import { listItems } from "../catalogue/notation.ts";
import type { Settings } from "./settings.ts";

/** How clients reach their mailboxes, and how many of them may. */
interface MailboxAccess extends Readonly<Record<string, unknown>> {
  /** By the names that Dovecot has for its listeners; 0: there is none. */
  readonly ports: Readonly<Record<string, number>>;
  /** Processes of one kind. */
  readonly processes: number;
  /** Clients that one process serves which serves all. */
  readonly clients: number;
  /** Connections of one user from one address, and from this machine, where webmail runs. */
  readonly connections: number;
  readonly localConnections: number;
}

/** Ports by listener, as services(5) has them, and the property that switches them. */
const listeners: readonly (readonly [name: string, port: number, status: string | undefined])[] = [
  ["imap", 143, "ImapStatus"],
  ["imaps", 993, "ImapStatus"],
  ["pop3", 110, "PopStatus"],
  ["pop3s", 995, "PopStatus"],
  ["sieve", 4190, undefined],
];

/** The kinds of processes that each may hold a connection to the one that checks passwords (`doveconf` counts them). */
const kinds = 5;
/** Dovecot's own default, less than which it has never been run with. */
const leastClients = 1000;

export function mailboxAccess(settings: Settings): MailboxAccess {
  const prop = (name: string): string => settings.prop("configuration", "dovecot", name) ?? "";
  const open = new Set(listItems(prop("TCPPorts")).map(Number));
  const isOpen = (port: number, status: string | undefined): boolean =>
    open.has(port) && (status === undefined || prop(status) === "enabled");
  const processes = Number(prop("MaxProcesses"));
  const connections = Number(prop("MaxUserConnectionsPerIp"));
  return {
    ports: Object.fromEntries(
      listeners.map(([name, port, status]) => [name, isOpen(port, status) ? port : 0]),
    ),
    processes,
    clients: Math.max(leastClients, kinds * processes),
    connections,
    localConnections: 5 * connections,
  };
}
