import { isLocked } from "../../db/lock.ts";
import { refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { harmless } from "../../format/harmless.ts";
import type { Style } from "../../format/style.ts";
import { columns } from "../../format/table.ts";
import { duration } from "../../format/times.ts";
import { type Connector, connectors } from "../../mail/connectors.ts";
import { quarantine } from "../../mail/quarantine.ts";
import { type Log, openLog } from "../../system/log.ts";
import { realSystem } from "../../system/real-system.ts";
import type { System } from "../../system/system.ts";
import type { Handler, Result } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { openSettings } from "../open-settings.ts";
import { shellWord } from "../pending-changes.ts";
import { existingRecord } from "../people/find-record.ts";
import { connectorFamily } from "./connector-family.ts";
import type { Delivered } from "./delivery.ts";
import { fetchAccount, type Site, tryLogin } from "./fetch-account.ts";
import { fetchDue } from "./fetch-due.ts";
import { loggedText } from "./fetch-log.ts";
import type { Run } from "./last-run.ts";

/** A run with its messages, as it is shown. */
interface Shown extends Run {
  readonly connector: string;
  readonly messages: readonly Delivered[];
}

/** Fetches the mail of accounts, one after the other. */
export const fetch: Handler = async (context, names, options) => {
  const isDue = options["due"] === true;
  const isTest = options["test"] === true;
  const ways = [names.length > 0, options["all"] === true, isDue].filter(Boolean);
  if (ways.length === 0)
    throw refused(
      "from which account?",
      "USAGE",
      "accepted: its name, or --all; see: mailwright connector list",
    );
  if (ways.length > 1 || (isDue && isTest))
    throw refused(
      "which of them?",
      "USAGE",
      "accepted: ACCOUNT…, or --all, or --due, which goes without --test",
    );
  const system = realSystem("/", "none");
  const log = openLog("mailwright-fetch");
  try {
    if (isDue) {
      await fetchDue(
        system,
        () => readAll(context),
        (connector, site) => one(system, connector, site, log),
      );
      return { exit: ExitCode.done };
    }
    const { accounts, site } = await readAll(context);
    const chosen = names.length === 0 ? accounts : await named(context, accounts, names);
    if (isTest) return await logins(system, chosen, names);
    const runs: Shown[] = [];
    let held = 0;
    for (const connector of chosen) {
      const run = await one(system, connector, site, log).catch((error) => {
        if (names.length === 1 || !isLocked(error)) throw error;
        held++;
        return untouched(connector, system, error);
      });
      runs.push(run);
    }
    return {
      exit: exitOf(runs, held, names),
      data: {
        runs: runs.map(({ started, ended, messages, ...run }) => ({
          ...run,
          seconds: (ended - started) / 1000,
          messages: messages.map(({ trace, ...message }) => ({ ...message, id: trace?.id })),
        })),
      },
      view: (style) => runs.map((run) => runView(run, style)).join("") || "No account is enabled.\n",
    };
  } finally {
    await log.close();
  }
};

async function logins(
  system: System,
  chosen: readonly Connector[],
  names: readonly string[],
): Promise<Result> {
  const tried: { connector: string; problem: string | undefined }[] = [];
  let held = 0;
  for (const connector of chosen)
    tried.push({
      connector: connector.key,
      problem: await tryLogin(system, connector).catch((error) => {
        if (names.length === 1 || !isLocked(error)) throw error;
        held++;
        return error.message;
      }),
    });
  return {
    exit: exitOf(tried, held, names),
    data: { logins: tried },
    view: (style) =>
      tried
        .map(({ connector, problem }) => {
          const said =
            problem === undefined ? style.good("the login works") : problemText(connector, problem, style);
          return `${style.strong(harmless(connector))}: ${said}\n`;
        })
        .join("") || "No account is enabled.\n",
  };
}

/** Those that the timer is at, `held` of them, keep none of the others, and are no failure where all are meant. */
function exitOf(
  tried: readonly { readonly problem?: string | undefined }[],
  held: number,
  names: readonly string[],
): ExitCode {
  if (tried.filter(({ problem }) => problem !== undefined).length > held) return ExitCode.failed;
  return held > 0 && names.length > 0 ? ExitCode.locked : ExitCode.done;
}

async function one(system: System, connector: Connector, site: Site, log: Log): Promise<Shown> {
  const messages: Delivered[] = [];
  const run = await fetchAccount(system, connector, site, (message) => {
    messages.push(message);
    log.write(`${connector.key}: ${loggedText(message, connector, site)}`, message.result === "kept");
  });
  const { problem } = run;
  // A visit that finds nothing leaves no line.
  if (problem !== undefined || messages.length > 0)
    log.write(
      `${connector.key}: ${counts(run)}${problem === undefined ? "" : `: ${problem}`}`,
      problem !== undefined,
    );
  return { connector: connector.key, ...run, messages };
}

function untouched({ key }: Connector, { clock }: System, { message: problem }: Error): Shown {
  const now = clock.now();
  const none = { delivered: 0, spam: 0, refused: 0, kept: 0, messages: [] };
  return { connector: key, started: now, ended: now, ...none, problem };
}

function readAll(context: CommandContext): Promise<{ accounts: readonly Connector[]; site: Site }> {
  return openSettings(context, (settings) => ({
    accounts: connectors(settings).accounts,
    site: {
      primaryDomain: settings.primaryDomain,
      postmaster: quarantine(settings).postmaster,
      isFiltering: settings.prop("configuration", "rspamd", "status") === "enabled",
      filterPassword: settings.prop("configuration", "rspamd", "Password") ?? "",
      messageSizeMax: Number(settings.prop("configuration", "postfix", "MessageSizeMax")),
    },
  }));
}

function named(
  context: CommandContext,
  accounts: readonly Connector[],
  names: readonly string[],
): Promise<Connector[]> {
  return openSettings(context, (settings) =>
    names.map((name) => {
      const { key } = existingRecord(settings, connectorFamily, name);
      const found = accounts.find((connector) => connector.key === key);
      if (found !== undefined) return found;
      throw refused(
        `${key} is disabled`,
        "USAGE",
        `enable it: mailwright connector modify ${shellWord(key)} --enable`,
      );
    }),
  );
}

const words = {
  delivered: "delivered",
  spam: "spam",
  refused: "not let through",
  again: "was here",
  kept: "kept",
};

function counts({ delivered, spam, refused: stopped, kept }: Run): string {
  const parts = [
    `${delivered} delivered`,
    ...(spam === 0 ? [] : [`${spam} as spam`]),
    ...(stopped === 0 ? [] : [`${stopped} not let through`]),
    ...(kept === 0 ? [] : [`${kept} kept at the provider`]),
  ];
  return parts.join(", ");
}

function runView(run: Shown, style: Style): string {
  const { connector, messages, problem, started, ended } = run;
  const rows = messages.map(({ result, from, subject, reason = "" }) => [
    `  ${result === "kept" || result === "refused" ? style.bad(words[result]) : words[result]}`,
    from,
    subject,
    style.faint(harmless(reason)),
  ]);
  const title = `${style.strong(harmless(connector))}: ${counts(run)} in ${duration((ended - started) / 1000)}\n`;
  return `${title}${columns(rows)}${problem === undefined ? "" : `  ${problemText(connector, problem, style)}\n`}`;
}

/** What is wrong, and what to do where only the administrator can. */
function problemText(connector: string, problem: string, style: Style): string {
  const said = style.bad(harmless(problem));
  if (!/refuses the login/.test(problem)) return said;
  return `${said}\n  give the right password: mailwright connector modify ${shellWord(connector)} --password-stdin`;
}
