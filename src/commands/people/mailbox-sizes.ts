import { accountName } from "../../catalogue/account-name.ts";
import type { Settings } from "../../mail/settings.ts";
import type { CommandContext } from "../context.ts";
import { type Answer, doveadm, type Row } from "./doveadm.ts";

/** What a mailbox holds. */
export interface Size {
  readonly messages: number;
  readonly bytes: number;
}

export const numberOf = (row: Row, column: string): number => Number(row.get(column) ?? 0) || 0;

/** The login names of all users of the database, in its order. */
export function userNames(settings: Settings): string[] {
  const users = settings.snapshot.types("accounts").filter(({ type }) => type === "user");
  return [...new Set(users.map(({ key }) => accountName(key)))];
}

/** What the mailboxes of these users hold, all folders together; those that Dovecot does not know are left out. */
export async function sizesOf(
  context: CommandContext,
  users: readonly string[],
): Promise<{ sizes: ReadonlyMap<string, Size> } & Pick<Answer, "problems" | "hasFailed">> {
  const args = ["messages vsize", "*"];
  const { rows, ...said } = await doveadm(context, ["mailbox", "status", "-t"], { users, args });
  const sizes = new Map(rows.map((row) => [row.get("username") ?? "", sizeOf(row)]));
  return { sizes, ...said };
}

export function sizeOf(row: Row): Size {
  return { messages: numberOf(row, "messages"), bytes: numberOf(row, "vsize") };
}
