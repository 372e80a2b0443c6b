import { listItems } from "../catalogue/notation.ts";
import { accountsOf } from "./accounts.ts";
import type { Principal } from "./keytab.ts";
import type { Settings } from "./settings.ts";

/** Dovecot's names of the services, and the first part of the names of their keys (RFC 4752, and IANA's of GSSAPI). */
const services = { imap: "imap", pop3: "pop", sieve: "sieve", smtp: "smtp" } as const;

type Service = keyof typeof services;
const allServices = Object.keys(services) as Service[];

/** What tickets open. */
interface Kerberos extends Readonly<Record<string, unknown>> {
  /** Whether any service takes tickets, as far as settings and keys go. */
  readonly isOffered: boolean;
  readonly keytab: string;
  /** Dovecot's services that take none. It names the mechanisms of one to the clients of all. */
  readonly refused: readonly Service[];
  /** Whether those who send mail may show one. */
  readonly isSending: boolean;
  /** Whom a ticket may be of, as USER/NAME@REALM: who wants to log in, and whose ticket it is. */
  readonly holders: readonly string[];
}

export function kerberos(settings: Settings): Kerberos {
  const { keytab, offered, realms } = keysOf(settings);
  const isOffered = offered.length > 0 && realms.length === 1;
  const refused = allServices.filter((service) => !offered.includes(service));
  return {
    isOffered,
    keytab,
    refused: isOffered ? refused : [],
    isSending: isOffered && offered.includes("smtp"),
    holders: isOffered ? names(settings).map((name) => `${name}/${name}@${realms[0]}`) : [],
  };
}

/** What is wrong with the keys, in a sentence each; nothing where tickets are not wished for. */
export function kerberosTroubles(settings: Settings): string[] {
  const { isWished, keytab, wished, offered, realms } = keysOf(settings);
  const { state } = settings.keytab;
  if (!isWished) return [];
  if (state === "absent") {
    const isAsked = settings.snapshot.prop("configuration", "dovecot", "KrbStatus") !== undefined;
    return isAsked ? [`there is no ${keytab}: no Kerberos tickets are taken (dovecot KrbStatus)`] : [];
  }
  if (state !== "read") return [`${keytab} ${stateTexts[state]}: no Kerberos tickets are taken`];
  if (realms.length > 1)
    return [`${keytab} has keys of several realms, ${realms.join(", ")}: no Kerberos tickets are taken`];
  return wished
    .filter((service) => !offered.includes(service))
    .map(
      (service) => `${keytab} has no key of ${services[service]}/HOST: ${service} takes no Kerberos tickets`,
    );
}

const stateTexts = {
  other: "is no file of Kerberos keys",
  open: "may be read or changed by others, who could make tickets of any user (chown root:dovecot, chmod 640)",
  closed: "cannot be read by Dovecot (chgrp dovecot, chmod 640)",
} as const;

/** What the settings wish for, and what there are keys for. */
interface Keys {
  readonly isWished: boolean;
  readonly keytab: string;
  readonly wished: readonly Service[];
  readonly offered: readonly Service[];
  /** Those of the keys of mail services. */
  readonly realms: readonly string[];
}

function keysOf(settings: Settings): Keys {
  const prop = (name: string): string => settings.prop("configuration", "dovecot", name) ?? "";
  const provider = settings.prop("configuration", "sssd", "Provider");
  const isWished = prop("KrbStatus") === "enabled" && provider === "system";
  const primaries = listItems(prop("KrbPrimaryList")).map((name) => name.toLowerCase());
  const wished = isWished ? allServices.filter((service) => primaries.includes(services[service])) : [];
  const all = settings.keytab.state === "read" ? settings.keytab.principals : [];
  const keys = all.filter(({ parts }) => wished.some((service) => isKeyOf(service, parts)));
  return {
    isWished,
    keytab: prop("KrbKeytabPath"),
    wished,
    offered: wished.filter((service) => keys.some(({ parts }) => isKeyOf(service, parts))),
    realms: [...new Set(keys.map(({ realm }) => realm))],
  };
}

/** Active Directory looks at no case in names of services. */
function isKeyOf(service: Service, parts: Principal["parts"]): boolean {
  return parts.length === 2 && parts[0]?.toLowerCase() === services[service];
}

/** Users of the system who may log in: a record has a password of its own, and nobody in the realm need be that person. */
function names(settings: Settings): string[] {
  const users = [...accountsOf(settings).users.values()];
  return users.filter(({ isOfSystem, mayLogIn }) => isOfSystem && mayLogIn).map(({ name }) => name);
}
