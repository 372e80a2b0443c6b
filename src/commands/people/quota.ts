import { accountName } from "../../catalogue/account-name.ts";
import { ExitCode } from "../../exit-codes.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";

import type { Settings } from "../../mail/settings.ts";
import type { Handler } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { openSettings } from "../open-settings.ts";
import { doveadm, isUnknownCommand, type Row } from "./doveadm.ts";
import { existingRecord } from "./find-record.ts";
import { numberOf, sizesOf, userNames } from "./mailbox-sizes.ts";
import { bytesText } from "./sizes.ts";
import { userFamily } from "./user-family.ts";

/** What a user's mailbox holds and may hold, in bytes; no limit: `undefined`. */
interface Use {
  readonly user: string;
  readonly used: number;
  readonly limit: number | undefined;
  readonly percent: number | undefined;
  readonly messages: number;
}

interface Uses {
  /** Whether Dovecot keeps to limits at all. */
  readonly isKept: boolean;
  readonly uses: readonly Use[];
  readonly problems: readonly string[];
}

/** The use of all mailboxes, or of those that are named, largest first. */
export const quota: Handler = async (context, names) => {
  const { users, isEnabled } = await asked(context, names);
  const { isKept, uses, problems } = await usesOf(context, users, isEnabled);
  const sorted = uses.toSorted((left, right) => right.used - left.used);
  const off =
    "no limit is kept: quota is disabled (config setprop dovecot QuotaStatus enabled; mailwright apply)";
  return {
    exit: problems.length === 0 ? ExitCode.done : ExitCode.failed,
    data: { status: isKept ? "enabled" : "disabled", users: sorted },
    notices: [...(isKept ? [] : [off]), ...problems],
    view: (style) => (sorted.length === 0 ? "There is no mailbox of a user.\n" : table(sorted, style)),
  };
};

/** Has Dovecot count anew what mailboxes hold. */
export const recalc: Handler = async (context, names) => {
  const { users, isEnabled } = await asked(context, names);
  const answer = isEnabled ? await doveadm(context, ["quota", "recalc"], { users }) : undefined;
  const isOff = answer === undefined || isUnknownCommand(answer);
  const problems = isOff ? ["quota is disabled: there is nothing to be counted"] : answer.problems;
  return {
    exit: problems.length === 0 ? ExitCode.done : ExitCode.failed,
    data: { recalculated: problems.length === 0 ? users : [] },
    notices: problems,
  };
};

function asked(
  context: CommandContext,
  names: readonly string[],
): Promise<{ readonly users: readonly string[]; readonly isEnabled: boolean }> {
  return openSettings(context, (settings) => ({
    users: chosen(settings, names),
    isEnabled: settings.prop("configuration", "dovecot", "QuotaStatus") === "enabled",
  }));
}

function chosen(settings: Settings, names: readonly string[]): string[] {
  if (names.length === 0) return userNames(settings);
  return names.map((name) => accountName(existingRecord(settings, userFamily, name).key));
}

async function usesOf(context: CommandContext, users: readonly string[], isEnabled: boolean): Promise<Uses> {
  const answer = isEnabled ? await doveadm(context, ["quota", "get"], { users }) : undefined;
  if (answer === undefined || isUnknownCommand(answer)) {
    const { sizes, problems } = await sizesOf(context, users);
    const uses = [...sizes].map(([user, { messages, bytes }]) => ({
      ...{ user, messages, used: bytes },
      limit: undefined,
      percent: undefined,
    }));
    return { isKept: false, uses, problems };
  }
  const byUser = new Map<string, Row[]>();
  for (const row of answer.rows) {
    const user = row.get("username") ?? "";
    byUser.set(user, [...(byUser.get(user) ?? []), row]);
  }
  return {
    isKept: true,
    uses: [...byUser].map(([user, rows]) => useOf(user, rows)),
    problems: answer.problems,
  };
}

/** Dovecot counts STORAGE in KiB; `-` is no limit. */
function useOf(user: string, rows: readonly Row[]): Use {
  const of = (type: string): Row => rows.find((row) => row.get("type") === type) ?? new Map();
  const storage = of("STORAGE");
  const used = numberOf(storage, "value") * 1024;
  const limit = numberOf(storage, "limit") * 1024 || undefined;
  const percent = limit === undefined ? undefined : Math.round((used * 100) / limit);
  return { user, used, limit, percent, messages: numberOf(of("MESSAGE"), "value") };
}

/** A cell of the bar for each twentieth of the limit. */
const cells = 20;

function table(uses: readonly Use[], style: Style): string {
  const titles = ["user", "used", "limit", "", "messages", ""].map(style.faint);
  const rows = uses.map(({ user, used, limit, percent, messages }) => {
    const share = percent === undefined ? "" : `${percent} %`;
    const marked =
      percent === undefined || percent < 80 ? share : percent < 95 ? style.changed(share) : style.bad(share);
    return [
      style.strong(user),
      bytesText(used),
      limit === undefined ? "none" : bytesText(limit),
      marked,
      String(messages),
      style.isTerminal ? bar(percent) : "",
    ];
  });
  return columns([titles, ...rows]);
}

function bar(percent: number | undefined): string {
  if (percent === undefined) return "";
  const full = Math.min(cells, Math.round((percent * cells) / 100));
  return "█".repeat(full) + "░".repeat(cells - full);
}
