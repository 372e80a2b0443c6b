import { accountName } from "../../catalogue/account-name.ts";
import { nearest } from "../../catalogue/suggest.ts";
import { MailwrightError } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { columns } from "../../format/table.ts";

import { ownDomains, publicFolder } from "../../mail/public-mailbox.ts";
import type { Settings } from "../../mail/settings.ts";
import type { Handler, Result } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { openSettings } from "../open-settings.ts";
import { destinations } from "./destinations.ts";
import { findRecord } from "./find-record.ts";
import { sizesOf, userNames } from "./mailbox-sizes.ts";
import {
  folders,
  type PublicMailbox,
  publicFolders,
  publicMailboxes,
  rightsOf,
  rightsText,
  surePublicFolders,
} from "./public-mailboxes.ts";
import { bytesText } from "./sizes.ts";
import { userFamily } from "./user-family.ts";

/** All mailboxes with what they hold: the public ones with who may do what, then those of users. */
export const listMailboxes: Handler = async (context) => {
  const users = await openSettings(context, userNames);
  const { open, problems, hasFailed } = await publicMailboxes(context);
  const { sizes, problems: others, hasFailed: isPart } = await sizesOf(context, users);
  const owned = [...sizes].map(([user, size]) => ({ user, ...size }));
  return {
    exit: hasFailed || isPart ? ExitCode.failed : ExitCode.done,
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

/** A public mailbox with its rights and what leads to it, or the folders of a user's. */
export const showMailbox: Handler = async (context, [name = ""]) => {
  const { found: all, hasFailed } = await publicFolders(context);
  const found = all.find((folder) => folder.name === name);
  return openSettings(context, async (settings) => {
    if (found !== undefined) {
      const led = leadingTo(settings, name);
      const data = { ...found, rights: await rightsOf(context, name), ...led };
      return {
        exit: ExitCode.done,
        data,
        view: (style) => `${style.strong(name)} (public)\n${columns(rowsOf(data))}`,
      };
    }
    const record = findRecord(settings, userFamily, name);
    if (record !== undefined) return userMailbox(context, accountName(record.key));
    const known = hasFailed ? await surePublicFolders(context) : all;
    throw noMailbox(name, [...known.map((folder) => folder.name), ...userNames(settings)]);
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

/** What leads to a public mailbox. */
interface Leading {
  /** `name@` of every local domain, `name@domain`, and `@domain` where the domain's unknown names do. */
  readonly addresses: readonly string[];
  /** Who sends it mail, or copies, besides: `user john@example.org`. */
  readonly namedBy: readonly string[];
}

function rowsOf(mailbox: PublicMailbox & Leading): string[][] {
  return [
    ["  messages", String(mailbox.messages)],
    ["  size", bytesText(mailbox.bytes)],
    ["  addresses", mailbox.addresses.join(", ") || "none"],
    ...(mailbox.namedBy.length === 0 ? [] : [["  named by", mailbox.namedBy.join(", ")]]),
    ...mailbox.rights.map(({ id, rights }) => [`  ${id}`, rights]),
  ];
}

function leadingTo(settings: Settings, name: string): Leading {
  const domains = ownDomains(settings);
  const leading = destinations(settings).filter(({ items }) =>
    items.some((item) => publicFolder(item, domains) === name),
  );
  const addresses = leading.flatMap(({ of, record }) =>
    of.isCatchAll ? [`@${record.key}`] : of.family === "address" ? [record.key] : [],
  );
  const others = leading.filter(({ of }) => !of.isCatchAll && of.family !== "address");
  return { addresses, namedBy: others.map(({ of, record }) => `${of.family} ${record.key}`) };
}

async function userMailbox(context: CommandContext, user: string): Promise<Result> {
  const { found, problems, hasFailed } = await folders(context, user);
  return {
    exit: hasFailed ? ExitCode.failed : ExitCode.done,
    data: { user, folders: found },
    notices: problems,
    view: (style) =>
      `${style.strong(user)} (user)\n${columns(
        found.map(({ name, messages, bytes }) => [`  ${name}`, `${messages} messages`, bytesText(bytes)]),
      )}`,
  };
}
