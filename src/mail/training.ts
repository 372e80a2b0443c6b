import { accountsOf } from "./accounts.ts";
import type { Settings } from "./settings.ts";

/** Who trains the filter by moving mail into the folder for spam and out of it. */
interface Training extends Readonly<Record<string, unknown>> {
  readonly active: boolean;
  /** Whether everybody does. */
  readonly isOpen: boolean;
  /** Those who do where not everybody does: login names. */
  readonly trainers: readonly string[];
}

/** The group whose members alone train the filter, where there is such a group. */
const trainerGroup = "spamtrainers";

export function training(settings: Settings): Training {
  const prop = (key: string, name: string): string => settings.prop("configuration", key, name) ?? "";
  const active = prop("dovecot", "SpamFolder") !== "" && prop("rspamd", "status") === "enabled";
  const { users, groups } = accountsOf(settings);
  const group = groups.get(trainerGroup);
  return {
    active,
    isOpen: group === undefined,
    trainers: group?.members.filter((name) => users.has(name)) ?? [],
  };
}
