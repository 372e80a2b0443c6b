import { accountsOf, publicUser, rootName, type User } from "./accounts.ts";
import type { Settings } from "./settings.ts";

/** A mailbox and who may open it, as Dovecot's passwd-file has it. */
interface Login {
  readonly name: string;
  /** As `doveadm pw` prints it; empty: nobody logs in. */
  readonly passwordHash: string;
  /** The limit of the mailbox as Dovecot's quota_rule has it; empty: that of all. */
  readonly quotaRule: string;
  /** The groups by which rights are given, as Dovecot's acl_groups has them; empty: none. */
  readonly aclGroups: string;
}

/** Who has a mailbox, and who may log in to it. */
interface Logins extends Readonly<Record<string, unknown>> {
  /** Every mailbox, also of those that cannot log in: mail is delivered to what stands here, and to nothing else. */
  readonly users: readonly Login[];
}

export function logins(settings: Settings): Logins {
  const { users } = accountsOf(settings, settings.records("accounts"));
  const others = [...users.values()].filter(({ name }) => !systemMailboxes.includes(name));
  return { users: [...systemMailboxes.map(locked), ...others.map(loginOf)] };
}

/** Mailboxes without a login of their own, whatever records there are of these names. */
const systemMailboxes: readonly string[] = [rootName, publicUser];

function locked(name: string): Login {
  return { name, passwordHash: "", quotaRule: "", aclGroups: "" };
}

function loginOf({ name, passwordHash, mayLogIn }: User): Login {
  return { ...locked(name), passwordHash: mayLogIn ? passwordHash : "" };
}
