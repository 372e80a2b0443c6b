import { domainToASCII } from "node:url";
import { MailwrightError, refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { keyPath, publicKeyPath } from "../../mail/dkim.ts";
import { recordName } from "../../mail/dkim-record.ts";
import type { Handler } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { locked } from "../locked.ts";
import { openSettings } from "../open-settings.ts";
import { agreed } from "../people/delete-handler.ts";
import { type KnownKey, knownKeys } from "./dkim-keys.ts";

/** Removes a key that signs no more. */
export const retireDkim: Handler = async (context, [name = "", selector = ""], options) => {
  await retirable(context, name, selector);
  const week =
    "If it signed within the last week, its record must stay in DNS until mail under way is there.";
  await agreed(context, options, `The key ${selector} of ${name} is removed for good. ${week}`);
  return locked(context, options, `${context.program} ${name}`, async () => {
    // It may have come into use while somebody was asked.
    const key = await retirable(context, name, selector);
    const { files, paths } = context;
    files.remove(paths.target(keyPath(key)));
    files.remove(paths.target(publicKeyPath(key)));
    const removed = recordName(key);
    const notices = [`take ${removed} out of DNS as well, a week after it last signed`];
    return { exit: ExitCode.done, data: { removed }, notices };
  });
};

/** The key, also of a domain that is gone. Throws where there is none, and where it signs or is to. */
async function retirable(context: CommandContext, name: string, selector: string): Promise<KnownKey> {
  const domain = domainToASCII(name.toLowerCase());
  const keys = await openSettings(context, (settings) => knownKeys(context, settings));
  const key = keys.find((one) => one.domain === domain && one.selector === selector);
  if (key === undefined)
    throw new MailwrightError(`there is no key ${selector} of ${name}`, {
      code: "UNKNOWN_KEY",
      hint: "all of them: mailwright dkim list",
    });
  if (key.use === "signs")
    throw inUse(key, name, "signs", `another takes over with mailwright dkim rotate ${name}`);
  if (key.use === "next")
    throw inUse(key, name, "is to take over", `it does not with mailwright dkim rotate ${name} --cancel`);
  return key;
}

function inUse({ selector }: KnownKey, name: string, use: string, hint: string): MailwrightError {
  return refused(`the key ${selector} of ${name} ${use}`, "NOT_DELETED", `${hint}. Nothing was touched.`);
}
