import type { RuleRecord } from "../../catalogue/entry.ts";
import { refused } from "../../errors.ts";
import { shellWord } from "../pending-changes.ts";
import type { Family } from "./family.ts";
import type { Props } from "./given-props.ts";

/** A login at a relay host for which a password is needed. */
export interface RelayLogin {
  /** As it is asked for. */
  readonly whose: string;
  /** Whose password is stored, where it would go with another name or to another host; nobody's must. */
  readonly old?: string;
  readonly hasPassword: boolean;
}

/**
 * The login that `props` make of a record, or of a new one, where a password is to be asked for: a user name is given, or a
 * password is stored that belongs to another name or host. `undefined` where there is no such thing.
 */
export function relayLogin(
  { password }: Family,
  props: Props,
  record: Pick<RuleRecord, "prop"> = { prop: () => "" },
): RelayLogin | undefined {
  if (password?.account === undefined) return undefined;
  const { username, host, place } = password.account;
  const now = (name: string): string => props.get(name) ?? record.prop(name);
  if (now(username) === "") return undefined;
  const isOther =
    now(username) !== record.prop(username) || now(host).toLowerCase() !== record.prop(host).toLowerCase();
  const isStored = record.prop(password.property) !== "";
  const isOld = isStored && isOther && !props.has(password.property);
  if (!isOld && !props.has(username)) return undefined;
  return {
    whose: `${now(username)} at ${place}`,
    hasPassword: isStored,
    ...(isOld ? { old: [record.prop(username) || "another account", record.prop(host)].join(" at ") } : {}),
  };
}

/** Refuses to send a stored password with another name, or to another host, where nobody can be asked for its own. */
export function refuseOldPassword(login: RelayLogin | undefined): void {
  if (login?.old === undefined) return;
  throw refused(
    `the password that is stored is that of ${login.old}`,
    "USAGE",
    `accepted: --password-stdin, with the password of ${login.whose} on standard input. Nothing was stored.`,
  );
}

/** What is said where a login is left without a password. */
export function withoutPassword(
  { name, password }: Family,
  key: string,
  props: Props,
  login: RelayLogin | undefined,
): string[] {
  if (password === undefined || login === undefined || login.hasPassword || props.has(password.property))
    return [];
  const record = password.account?.host === "SmartHostName" ? ["default"] : ["modify", key];
  const command = ["mailwright", name, ...record, "--password-stdin"].map(shellWord).join(" ");
  return [`no password is stored of ${login.whose}: ${command}`];
}
