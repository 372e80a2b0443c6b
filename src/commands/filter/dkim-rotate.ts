import { MailwrightError, refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { type DkimDomain, keyPath, publicKeyPath } from "../../mail/dkim.ts";
import { recordName } from "../../mail/dkim-record.ts";
import { realSystem } from "../../system/real-system.ts";
import type { Handler, OptionValues, Result } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { locked } from "../locked.ts";
import { openSettings } from "../open-settings.ts";
import { changeRecord } from "../people/change-record.ts";
import { agreed } from "../people/delete-handler.ts";
import { removeProps, storeRecord } from "../verbs/store-record.ts";
import { dkimDomain, type KnownKey, knownKeys } from "./dkim-keys.ts";
import { shownRecords } from "./dkim-show.ts";
import { checkKey } from "./dkim-verify.ts";

interface State {
  readonly domain: DkimDomain;
  /** All keys of the domain, old ones too. */
  readonly keys: readonly KnownKey[];
}

/** Makes the key that is to take over, or has it take over, or calls that off. */
export const rotateDkim: Handler = async (context, [name = ""], options) => {
  const state = await openSettings(context, (settings): State => {
    const domain = dkimDomain(settings, name);
    return { domain, keys: knownKeys(context, settings).filter((key) => key.domain === domain.domain) };
  });
  if (options["finish"] === true && options["cancel"] === true)
    throw refused("--finish and --cancel contradict each other", "USAGE", "Nothing was touched.");
  if (options["finish"] === true) return finish(context, state, options);
  if (options["cancel"] === true) return cancel(context, state, options);
  return begin(context, state, options);
};

async function begin(
  context: CommandContext,
  { domain, keys }: State,
  options: OptionValues,
): Promise<Result> {
  if (!domain.isSigned)
    throw refused(
      `mail of ${domain.name} is not signed`,
      "DKIM",
      `sign it: mailwright domain modify ${domain.name} --dkim. Nothing was touched.`,
    );
  if (domain.next === "") {
    const { clock } = realSystem(context.paths.root, "none");
    const next = freeSelector(clock.now(), [domain.selector, ...keys.map(({ selector }) => selector)]);
    const result = await store(context, domain, new Map([["DkimNextSelector", next]]), options);
    if (options["dry-run"] === true) return result;
  }
  const shown = await shownRecords(context, domain.name, "next");
  const todo = `publish this, leave the record of ${domain.selector} as it is, and then: mailwright dkim rotate ${domain.name} --finish`;
  return { ...shown, notices: [...(shown.notices ?? []), todo] };
}

async function finish(
  context: CommandContext,
  { domain, keys }: State,
  options: OptionValues,
): Promise<Result> {
  const key = nextKey(domain, keys);
  const { network } = realSystem(context.paths.root, "none");
  const { state, advice } = await checkKey(network, key);
  if (key.isLost || (state !== "published" && options["force"] !== true))
    throw new MailwrightError(`${recordName(key)} is not published as it should be: ${state}`, {
      code: "DKIM",
      hint: `${advice}\nsee: mailwright dkim verify ${domain.name}. Nothing was touched.`,
    });
  const changes = new Map([
    ["DkimSelector", domain.next],
    ["DkimNextSelector", ""],
  ]);
  const result = await store(context, domain, changes, options);
  if (options["dry-run"] === true) return result;
  const old = recordName(domain);
  const todo = `${domain.next} signs from now on. Mail that is under way is signed with ${domain.selector}: leave ${old} in DNS for a week, and then: mailwright dkim retire ${domain.name} ${domain.selector}`;
  return { ...result, notices: [...(result.notices ?? []), todo] };
}

function cancel(context: CommandContext, { domain, keys }: State, options: OptionValues): Promise<Result> {
  nextKey(domain, keys);
  return store(context, domain, new Map([["DkimNextSelector", ""]]), options);
}

function nextKey({ name, domain, next }: DkimDomain, keys: readonly KnownKey[]): KnownKey {
  if (next === "")
    throw refused(
      `no key is to take over for ${name}`,
      "DKIM",
      `make one: mailwright dkim rotate ${name}. Nothing was touched.`,
    );
  const lost = { domain, selector: next, use: "next", isLost: true, value: "", written: undefined } as const;
  return keys.find(({ selector }) => selector === next) ?? lost;
}

function store(
  context: CommandContext,
  { name }: DkimDomain,
  props: ReadonlyMap<string, string>,
  options: OptionValues,
): Promise<Result> {
  const given = new Map([...props].filter(([, value]) => value !== ""));
  const removed = [...props.keys()].filter((property) => !given.has(property));
  return changeRecord(
    context,
    {
      ...{ what: "dkim rotate", database: "domains", key: name },
      store: (session) => {
        if (removed.length > 0) removeProps(session, name, removed);
        if (given.size > 0) storeRecord(session, name, undefined, given, false);
      },
      calls: [{ event: "domain-modify", args: [name] }],
    },
    options,
  );
}

/** A selector that tells when its key was made: `s20261125`, and with a letter behind it where that is taken. */
function freeSelector(now: number, taken: readonly string[]): string {
  const date = new Date(now).toISOString().slice(0, 10).replaceAll("-", "");
  const letters = ["", ..."bcdefghijklmnopqrstuvwxyz"];
  const free = letters.map((letter) => `s${date}${letter}`).find((name) => !taken.includes(name));
  if (free === undefined)
    throw refused("no more than 25 keys can be made on one day", "DKIM", "retire some of them");
  return free;
}

/** Removes a key that signs no more. */
export const retireDkim: Handler = async (context, [name = "", selector = ""], options) => {
  const { files, paths } = context;
  const key = await openSettings(context, (settings) => {
    const domain = name.toLowerCase();
    const found = knownKeys(context, settings).find(
      (one) => one.domain === domain && one.selector === selector,
    );
    if (found === undefined)
      throw new MailwrightError(`there is no key ${selector} of ${name}`, {
        code: "UNKNOWN_KEY",
        hint: "all of them: mailwright dkim list",
      });
    return found;
  });
  if (key.use === "signs" || key.use === "next")
    throw refused(
      `the key ${selector} of ${name} ${key.use === "signs" ? "signs" : "is to take over"}`,
      "NOT_DELETED",
      `${key.use === "signs" ? "another takes over with" : "it does not with"} mailwright dkim rotate ${name}${key.use === "signs" ? "" : " --cancel"}. Nothing was touched.`,
    );
  const record = recordName(key);
  await agreed(context, options, `The key ${selector} of ${name} is removed for good.`);
  await locked(context, options, `${context.program} ${name}`, async () => {
    files.remove(paths.target(keyPath(key)));
    files.remove(paths.target(publicKeyPath(key)));
  });
  return { exit: ExitCode.done, data: { removed: record }, notices: [`take ${record} out of DNS as well`] };
};
