import { EventLibrary } from "../../apply/event.ts";
import { refused } from "../../errors.ts";
import type { GivenOptions, Handler, OptionValues, Result } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { rehearseEvent } from "../rehearse-event.ts";
import { runEvent } from "../run-event.ts";
import { agreed } from "./delete-handler.ts";
import { noMailbox } from "./mailbox-show.ts";
import { type PublicMailbox, publicMailboxes } from "./public-mailboxes.ts";

/** Makes a public mailbox, and gives the rights that are named. */
export const addMailbox: Handler = (context, [name = ""], options, given) =>
  signal(context, "sharedmailbox-create", [name, ...grants(given)], options);

/** Gives a public mailbox another name, or other rights: those of whom no option names stay. */
export const modifyMailbox: Handler = async (context, [name = ""], options, given) => {
  const { rights } = await existing(context, name);
  const changes = grants(given);
  const newName = typeof options["name"] === "string" ? options["name"] : name;
  if (changes.length === 0 && newName === name)
    throw refused("nothing is to be changed", "USAGE", `see: ${context.program} --help`);
  const named = new Set(changes.filter((_, at) => at % 2 === 0));
  const kept = changes.length === 0 ? [] : rights.filter(({ id }) => !named.has(id));
  const words = [...kept.flatMap(({ id, rights: own }) => [id, own]), ...changes];
  return signal(context, "sharedmailbox-modify", [name, newName, ...words], options);
};

/** Removes a public mailbox, after whoever is at the terminal has agreed. */
export const deleteMailbox: Handler = async (context, [name = ""], options) => {
  const { messages } = await existing(context, name);
  const mail = `${messages} ${messages === 1 ? "message" : "messages"}`;
  await agreed(context, options, `The public mailbox ${name} is removed with ALL ITS MAIL: ${mail}.`);
  return signal(context, "sharedmailbox-delete", [name], options);
};

async function existing(context: CommandContext, name: string): Promise<PublicMailbox> {
  const { open } = await publicMailboxes(context);
  const found = open.find((mailbox) => mailbox.name === name);
  if (found !== undefined) return found;
  throw noMailbox(
    name,
    open.map((mailbox) => mailbox.name),
  );
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
