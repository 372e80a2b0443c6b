/** Logins to mailboxes as clients make them, over IMAP, POP3 and ManageSieve. */
import { readFileSync } from "node:fs";
import type { Container } from "./container.ts";

const client = readFileSync(new URL("./login-client.py", import.meta.url), "utf8");

/** A door of the server, by the name of its service. */
export const doors = {
  imap: { protocol: "imap", port: 143, tls: "starttls" },
  imaps: { protocol: "imap", port: 993, tls: "wrapped" },
  pop3: { protocol: "pop3", port: 110, tls: "starttls" },
  pop3s: { protocol: "pop3", port: 995, tls: "wrapped" },
  sieve: { protocol: "sieve", port: 4190, tls: "starttls" },
} as const;

export type Door = keyof typeof doors;
export const allDoors = Object.keys(doors) as Door[];

export interface Login {
  readonly user: string;
  readonly password: string;
  readonly tls?: "starttls" | "wrapped" | "none";
  readonly mechanism?: "PLAIN" | "LOGIN" | "COMMAND";
  /** Opened one after the other, and open together. */
  readonly connections?: number;
  /** Commands after the login, without a tag; see `literal`. */
  readonly commands?: readonly string[];
  /** How many seconds the connections stay open. */
  readonly hold?: number;
  /** Commands after that time. */
  readonly after?: readonly string[];
  /** Where the client stands; outside unless given. */
  readonly via?: "outside" | "inside";
  readonly host?: string;
}

interface Session {
  readonly ok: boolean;
  /** The line that decided, or the error. */
  readonly reply: string;
  /** To each of the commands, `\n` line ends, with the line that ends it: `x OK …` of IMAP, `OK` of ManageSieve. */
  readonly answers: string[];
  readonly after: readonly string[];
}

/** One session for each connection. */
export async function sessions(container: Container, door: Door, login: Login): Promise<Session[]> {
  const { via = "outside", ...rest } = login;
  const host = via === "outside" ? "192.0.2.1" : "127.0.0.1";
  const request = {
    host,
    mechanism: "PLAIN",
    connections: 1,
    commands: [],
    hold: 0,
    after: [],
    ...doors[door],
    ...rest,
  };
  const side = via === "outside" ? container.outside : container;
  const result = await side.run(["python3", "-c", client], { input: JSON.stringify(request) });
  if (result.exit !== 0) throw new Error(`login client: exit ${result.exit}\n${result.stderr}`);
  return JSON.parse(result.stdout).sessions;
}

export async function session(container: Container, door: Door, login: Login): Promise<Session> {
  const [only] = await sessions(container, door, { ...login, connections: 1 });
  if (only === undefined) throw new Error("login client: no session");
  return only;
}

/** The doors at which a login is taken. */
export async function openDoors(container: Container, login: Login): Promise<Door[]> {
  const found = await Promise.all(
    allDoors.map(async (door) => ({ door, ok: (await session(container, door, login)).ok })),
  );
  return found.filter(({ ok }) => ok).map(({ door }) => door);
}

/** Whether IMAP takes the login from outside. */
export async function mayLogIn(container: Container, user: string, password: string): Promise<boolean> {
  return (await session(container, "imap", { user, password })).ok;
}
