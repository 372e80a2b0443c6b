import { listItems } from "../../catalogue/notation.ts";
import { nearest } from "../../catalogue/suggest.ts";
import { MailwrightError } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { columns } from "../../format/table.ts";
import { accountName } from "../../mail/accounts.ts";
import type { Settings } from "../../mail/settings.ts";
import type { Handler, Result } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { openSettings } from "../open-settings.ts";
import { findRecord } from "./find-record.ts";
import { sizesOf, userNames } from "./mailbox-sizes.ts";
import { folders, type PublicMailbox, publicMailboxes, rightsText } from "./public-mailboxes.ts";
import { bytesText } from "./sizes.ts";
import { userFamily } from "./user-family.ts";

/** All mailboxes with what they hold: the public ones with who may do what, then those of users. */
export const listMailboxes: Handler = async (context) => {
  const users = await openSettings(context, userNames);
  const { open, problems } = await publicMailboxes(context);
  const { sizes, problems: others } = await sizesOf(context, users);
  const owned = [...sizes].map(([user, size]) => ({ user, ...size }));
  return {
    exit: ExitCode.done,
    data: { public: open, users: owned },
    notices: [...problems, ...others],
    view: (style) =>
      columns([
        ["mailbox", "kind", "messages", "size", "rights"].map(style.faint),
        ...open.map(({ name, messages, bytes, rights }) => [
          style.strong(name),
          ...["public", String(messages), bytesText(bytes), rightsText(rights)],
        ]),
        ...owned.map(({ user, messages, bytes }) => [
          style.strong(user),
          ...["user", String(messages), bytesText(bytes)],
        ]),
      ]),
  };
};

/** A public mailbox with its rights and addresses, or the folders of a user's. */
export const showMailbox: Handler = async (context, [name = ""]) => {
  const { open } = await publicMailboxes(context);
  const found = open.find((mailbox) => mailbox.name === name);
  return openSettings(context, (settings) => {
    if (found !== undefined) {
      const data = { ...found, addresses: leadingTo(settings, name) };
      return {
        exit: ExitCode.done,
        data,
        view: (style) => `${style.strong(name)} (public)\n${columns(rowsOf(data))}`,
      };
    }
    const record = findRecord(settings, userFamily, name);
    if (record !== undefined) return userMailbox(context, accountName(record.key));
    throw noMailbox(name, [...open.map((mailbox) => mailbox.name), ...userNames(settings)]);
  });
};

export function noMailbox(name: string, known: readonly string[]): MailwrightError {
  const meant = nearest(name, known);
  return new MailwrightError(
    `there is no mailbox ${name}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`,
    {
      code: "UNKNOWN_KEY",
      hint: "all of them: mailwright mailbox list",
    },
  );
}

function rowsOf(mailbox: PublicMailbox & { readonly addresses: readonly string[] }): string[][] {
  return [
    ["  messages", String(mailbox.messages)],
    ["  size", bytesText(mailbox.bytes)],
    ["  addresses", mailbox.addresses.join(", ") || "none"],
    ...mailbox.rights.map(({ id, rights }) => [`  ${id}`, rights]),
  ];
}

/** The addresses that lead to a public mailbox. */
function leadingTo(settings: Settings, name: string): string[] {
  return [...settings.records("accounts")]
    .filter(({ type, prop }) => type === "pseudonym" && listItems(prop("Account")).includes(`vmail+${name}`))
    .map(({ key }) => key);
}

async function userMailbox(context: CommandContext, user: string): Promise<Result> {
  const { found, problems } = await folders(context, user);
  return {
    exit: problems.length === 0 ? ExitCode.done : ExitCode.failed,
    data: { user, folders: found },
    notices: problems,
    view: (style) =>
      `${style.strong(user)} (user)\n${columns(
        found.map(({ name, messages, bytes }) => [`  ${name}`, `${messages} messages`, bytesText(bytes)]),
      )}`,
  };
}
