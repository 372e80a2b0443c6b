import { accountName, publicUser } from "../catalogue/account-name.ts";
import { listItems } from "../catalogue/notation.ts";
import { accountsOf } from "./accounts.ts";
import { ownDomains, publicFolder } from "./public-mailbox.ts";
import type { Settings } from "./settings.ts";
import { wholeAddress } from "./whole-address.ts";

/** Where messages lie that are kept: folders of one of Dovecot's users. */
interface Place {
  readonly user: string;
  /** The folder of a subaddress, or a public mailbox; where there is none, it is INBOX. */
  readonly folder?: string;
}

/** How spam is kept instead of being refused. */
interface Quarantine extends Readonly<Record<string, unknown>> {
  readonly active: boolean;
  /** Where Postfix sends what is kept, which no alias changes any more; empty where there is no account. */
  readonly account: string;
  /** Absent where the account is on another server, and where there is none. */
  readonly place?: Place;
  /** The addresses that lead to the mailbox and no further. */
  readonly own: readonly string[];
  /** Rspamd's verdicts whose messages are kept. */
  readonly actions: readonly string[];
  readonly notify: boolean;
  /** Who is told of each message, and to whom one comes back that cannot be delivered. */
  readonly postmaster: string;
}

/** What QuarantineSelector means, in the names of Rspamd's actions. */
const kept: Readonly<Record<string, readonly string[]>> = {
  is_reject: ["reject"],
  is_spam: ["reject", "add header", "rewrite subject"],
};

/** The quarantine is on when filter and quarantine are enabled and there is an account. */
export function quarantine(settings: Settings): Quarantine {
  const prop = (name: string): string => settings.prop("configuration", "rspamd", name) ?? "";
  const written = wholeAddress(prop("QuarantineAccount"), settings.primaryDomain);
  const place = written === "" ? undefined : placeOf(written, settings);
  const account = place === undefined ? written : addressOf(place, settings.primaryDomain);
  const active = prop("status") === "enabled" && prop("QuarantineStatus") === "enabled" && account !== "";
  return {
    active,
    account,
    ...(place === undefined ? {} : { place }),
    own:
      active && !isForwarded(place, settings)
        ? [...new Set([account, written].map((one) => one.toLowerCase()))]
        : [],
    actions: kept[prop("QuarantineSelector")] ?? [],
    notify: active && prop("SpamNotificationStatus") === "enabled",
    postmaster: `postmaster@${settings.primaryDomain}`,
  };
}

/**
 * The mailbox that an address here means: a public one, a user's, with or without a tag, or that to which it leads as
 * the only destination of an address. `undefined` where that is on another server.
 */
function placeOf(address: string, settings: Settings): Place | undefined {
  const domains = ownDomains(settings);
  if (!domains.has(domainOf(address))) return undefined;
  const folder = publicFolder(address, domains);
  if (folder !== undefined) return { user: publicUser, folder };
  const destination = isUsers(address, settings) ? undefined : onlyDestination(address, settings);
  if (destination !== undefined && destination !== address) return placeOf(destination, settings);
  const name = address.slice(0, address.lastIndexOf("@"));
  const plus = name.indexOf("+", 1);
  return plus < 0
    ? { user: accountName(address) }
    : { user: name.slice(0, plus).toLowerCase(), folder: name.slice(plus + 1) };
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1).toLowerCase();

function isUsers(address: string, settings: Settings): boolean {
  const { users } = accountsOf(settings);
  const name = accountName(address);
  return users.has(name) || users.has(name.replace(/(?<=.)\+.*$/, ""));
}

function onlyDestination(address: string, settings: Settings): string | undefined {
  const name = accountName(address);
  const entry = [`${name}@${domainOf(address)}`, `${name}@`]
    .map((key) => settings.record("accounts", key))
    .find((record) => record?.type === "pseudonym");
  const [next, ...others] = listItems(entry?.prop("Account") ?? "");
  return next === undefined || others.length > 0 ? undefined : wholeAddress(next, settings.primaryDomain);
}

const addressOf = ({ user, folder }: Place, domain: string): string =>
  `${user}${folder === undefined ? "" : `+${folder}`}@${domain}`;

/** Mail to a user that is forwarded leaves the mailbox; what is kept by the quarantine never does. */
function isForwarded(place: Place | undefined, settings: Settings): boolean {
  if (place === undefined) return true;
  return (accountsOf(settings).users.get(place.user)?.forwards.length ?? 0) > 0;
}
