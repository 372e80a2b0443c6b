/** Two Kerberos realms that trust each other, served by the container's KDC, and logins with their tickets. */
import { readFileSync } from "node:fs";
import type { Container } from "./container.ts";
import { waitFor } from "./mail.ts";

const client = readFileSync(new URL("./ticket-client.py", import.meta.url), "utf8");

/** The name that clients know the server by, which is in the names of its keys. */
export const host = "mail.example.org";
export const realm = "DOMAIN.ORG";
export const foreignRealm = "FOREIGN.NET";
const ports = { [realm]: 88, [foreignRealm]: 8888 };

const clientFile = `[libdefaults]
default_realm = ${realm}
dns_lookup_kdc = false
dns_canonicalize_hostname = false
rdns = false
[realms]
${Object.entries(ports)
  .map(([name, port]) => `${name} = {\n  kdc = 192.0.2.1:${port}\n}`)
  .join("\n")}
[domain_realm]
${host} = ${realm}
`;

const serverFile = `[realms]
${Object.entries(ports)
  .map(
    ([name, port]) =>
      `${name} = {\n  database_name = /var/lib/krb5kdc/${name}\n  key_stash_file = /etc/krb5kdc/${name}\n  kdc_ports = ${port}\n  kdc_tcp_ports = ${port}\n}`,
  )
  .join("\n")}
`;

/** Makes both realms, with these people, whose password is their name, and starts the KDC. */
export async function makeRealms(container: Container, people: readonly string[]): Promise<void> {
  await container.write("/etc/krb5.conf", clientFile);
  await container.write("/etc/krb5kdc/kdc.conf", serverFile);
  for (const name of Object.keys(ports)) {
    await container.must(["kdb5_util", "create", "-s", "-r", name, "-P", "master"]);
    const trusts = [`krbtgt/${realm}@${foreignRealm}`, `krbtgt/${foreignRealm}@${realm}`];
    for (const trust of trusts) await kadmin(container, name, `addprinc -pw trust ${trust}`);
  }
  for (const person of people) {
    const [name = "", of = ""] = person.split("@");
    await kadmin(container, of, `addprinc -pw ${name} ${person}`);
  }
  const names = Object.keys(ports).flatMap((name) => ["-r", name]);
  await container.must(["systemd-run", "--quiet", "--unit=realms", "krb5kdc", "-n", ...names]);
  await waitFor(async () => (await container.must(["ss", "-ltn"])).includes(":8888"));
}

async function kadmin(container: Container, of: string, query: string): Promise<void> {
  await container.must(["kadmin.local", "-r", of, "-q", query]);
}

/** Gives services of the realm keys, such as `imap`, and adds these to a keytab. */
export async function addKeys(
  container: Container,
  keytab: string,
  primaries: readonly string[],
  of = realm,
): Promise<void> {
  for (const primary of primaries) {
    const name = `${primary}/${host}@${of}`;
    await container.run(["kadmin.local", "-r", of, "-q", `addprinc -randkey ${name}`]);
    await kadmin(container, of, `ktadd -k ${keytab} ${name}`);
  }
}

/** Asks for a person's ticket, as `anna@DOMAIN.ORG`, and returns the file that holds it. */
export async function ticketOf(container: Container, person: string): Promise<string> {
  const cache = `/tmp/tickets-${person.replace("/", "-")}`;
  await container.must(["kinit", "-c", cache, person], { input: `${person.split("@")[0]}\n` });
  return cache;
}

export interface TicketLogin {
  readonly cache: string;
  readonly identity?: string;
  /** For `smtp`: sends a message from and to. */
  readonly subject?: string;
  readonly sender?: string;
  readonly recipient?: string;
  readonly via?: "inside" | "outside";
}

export interface TicketSession {
  /** What the server names. */
  readonly mechanisms: readonly string[];
  readonly ok: boolean;
  readonly reply: string;
  readonly subjects: readonly string[];
}

export const ticketDoors = { imap: 143, pop3: 110, sieve: 4190, smtp: 587 } as const;
export type TicketDoor = keyof typeof ticketDoors;

export async function ticketSession(
  container: Container,
  protocol: TicketDoor,
  { via = "outside", ...login }: TicketLogin,
): Promise<TicketSession> {
  const address = via === "outside" ? "192.0.2.1" : "127.0.0.1";
  const request = {
    ...{
      protocol,
      address,
      port: ticketDoors[protocol],
      host,
      identity: "",
      subject: "",
      sender: "",
      recipient: "",
    },
    ...login,
  };
  const side = via === "outside" ? container.outside : container;
  const result = await side.run(["python3", "-c", client], { input: JSON.stringify(request) });
  if (result.exit !== 0) throw new Error(`ticket client: exit ${result.exit}\n${result.stderr}`);
  return JSON.parse(result.stdout);
}

/** The doors that a ticket opens. */
export async function openedDoors(container: Container, login: TicketLogin): Promise<TicketDoor[]> {
  const doors = Object.keys(ticketDoors) as TicketDoor[];
  const tried = await Promise.all(
    doors.map(async (door) => ({ door, ok: (await ticketSession(container, door, login)).ok })),
  );
  return tried.filter(({ ok }) => ok).map(({ door }) => door);
}
