import { EventLibrary } from "../../apply/event.ts";
import { publicUser } from "../../catalogue/account-name.ts";
import { MailwrightError, refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";

import type { Setting, Settings } from "../../mail/settings.ts";
import { applyEvent } from "../apply-event.ts";
import type { GivenOptions, Handler, OptionValues, Result } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { locked } from "../locked.ts";
import { openSettings } from "../open-settings.ts";
import { shellWord } from "../pending-changes.ts";
import { aclOf } from "../public-mailbox/arguments.ts";
import { nameHolder, publicMailboxChanges } from "../public-mailbox/changes.ts";
import { rehearseEvent } from "../rehearse-event.ts";
import { runEvent } from "../run-event.ts";
import { agreed, refuseConfirm } from "./delete-handler.ts";
import { noMailbox } from "./mailbox-show.ts";
import { type Folder, type Rights, rightsOf, surePublicFolders } from "./public-mailboxes.ts";

/** Makes a public mailbox, and gives the rights that are named. */
export const addMailbox: Handler = async (context, [name = ""], options, given) => {
  const words = grants(given);
  const blind = blindGrants(words);
  const holder = await openSettings(context, (settings) => withoutAddress(name, nameHolder(settings, name)));
  const result = await signal(context, "sharedmailbox-create", [name, ...words], options);
  return { ...result, notices: [...(result.notices ?? []), ...holder, ...blind] };
};

/** A mailbox whose name another record has, so that none of its address is made. */
function withoutAddress(name: string, holder: Setting | undefined): string[] {
  if (holder === undefined) return [];
  const isAddress = holder.type === "pseudonym";
  return [
    `it gets no address: the ${isAddress ? "address" : holder.type} ${holder.key} has that name. One of another name: mailwright address add NAME --to ${shellWord(`vmail+${name}`)}`,
  ];
}

/** Rights with which a mailbox is not seen. */
function blindGrants(words: readonly string[]): string[] {
  return [...aclOf(words)]
    .filter(([, rights]) => rights.length > 0 && !(rights.includes("lookup") && rights.includes("read")))
    .map(([id]) => `${id} gets rights without lookup and read (lr), and cannot open the mailbox`);
}

/**
 * Gives a public mailbox another name, or other rights: those of whom no option names stay. They are read when the lock is
 * taken, so that of two at a time none is lost.
 */
export const modifyMailbox: Handler = async (context, [name = ""], options, given) => {
  const changes = grants(given);
  const newName = typeof options["name"] === "string" ? options["name"] : name;
  if (changes.length === 0 && newName === name)
    throw refused("nothing is to be changed", "USAGE", `see: ${context.program} --help`);
  const event = await new EventLibrary(context.files, context.paths).load("sharedmailbox-modify");
  const run = async () => {
    await existing(context, name);
    const { words, notices } = await rightsAfter(context, name, changes);
    return { event, args: [name, newName, ...words], notices: [...notices, ...blindGrants(changes)] };
  };
  if (options["dry-run"] === true) {
    const { notices, ...dry } = await run();
    const result = await rehearseEvent(context, dry, options);
    return { ...result, notices: [...(result.notices ?? []), ...notices] };
  }
  return locked(context, options, `${context.program} ${name}`, async (author) => {
    const { notices, ...call } = await run();
    await applyEvent(context, call, options, author);
    return { exit: ExitCode.done, notices };
  });
};

/** Removes a public mailbox, after whoever is at the terminal has agreed. */
export const deleteMailbox: Handler = async (context, [name = ""], options) => {
  refuseConfirm(options, "the mail of a public mailbox");
  const gone = await existing(context, name);
  const messages = counted(
    gone.reduce((sum, folder) => sum + folder.messages, 0),
    "message",
  );
  const mail = `${messages} in ${counted(gone.length, "folder")}`;
  await agreed(context, options, `The public mailbox ${name} is removed with ALL ITS MAIL: ${mail}.`);
  return signal(context, "sharedmailbox-delete", [name], options);
};

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** A public mailbox, which must be there, and the folders in it. */
async function existing(context: CommandContext, name: string): Promise<Folder[]> {
  const all = await surePublicFolders(context);
  if (all.some((folder) => folder.name === name))
    return all.filter((folder) => `${folder.name}/`.startsWith(`${name}/`));
  throw noMailbox(
    name,
    all.map((folder) => folder.name),
  );
}

/**
 * The rights that the event is to give, which takes those of whom it does not name: what is there with the changes. What
 * an IMAP client has set and the event does not accept goes, and that is said.
 */
async function rightsAfter(context: CommandContext, name: string, changes: readonly string[]) {
  if (changes.length === 0) return { words: [], notices: [] };
  const named = new Set(changes.filter((_, at) => at % 2 === 0));
  const others = (await rightsOf(context, name)).filter(({ id }) => !named.has(id));
  const kept = await openSettings(context, (settings) => others.filter((one) => isAccepted(settings, one)));
  const lost = others.filter((one) => !kept.includes(one));
  return {
    words: [...kept.flatMap(({ id, rights }) => [id, rights]), ...changes],
    notices: lost.map((one) => lostText(name, one)),
  };
}

function isAccepted(settings: Settings, { id, rights }: Rights): boolean {
  try {
    publicMailboxChanges["public-mailbox-modify"](settings, ["INBOX", "INBOX", id, rights]);
    return true;
  } catch (error) {
    if (error instanceof MailwrightError) return false;
    throw error;
  }
}

function lostText(name: string, { id, rights }: Rights): string {
  const again = ["doveadm", "acl", "set", "-u", publicUser, "--", name, id, ...rights.split(" ")];
  return `${id} (${rights}) is no longer in the list of ${name}, since the event does not accept it. To set it again: ${again.map(shellWord).join(" ")}`;
}

/** `--grant ID=NAME:RIGHTS` and `--revoke ID` as the events take them, `ID RIGHTS` each. */
function grants(given: GivenOptions): string[] {
  return given.flatMap(([option, value]) => {
    if (option === "revoke") return [value, "none"];
    if (option !== "grant") return [];
    const at = value.lastIndexOf(":");
    if (at > 0) return [value.slice(0, at), value.slice(at + 1)];
    throw refused(
      `--grant ${value}: it says no rights`,
      "USAGE",
      "accepted: WHO:RIGHTS, such as user=john:read, group=sales:read-write or anyone:read",
    );
  });
}

async function signal(
  context: CommandContext,
  name: string,
  args: readonly string[],
  options: OptionValues,
): Promise<Result> {
  const event = await new EventLibrary(context.files, context.paths).load(name);
  const run = { event, args };
  return options["dry-run"] === true ? rehearseEvent(context, run, options) : runEvent(context, run, options);
}
