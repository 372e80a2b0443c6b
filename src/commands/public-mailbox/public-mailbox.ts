import { refused } from "../../errors.ts";
import { ExitCode } from "../../exit-codes.ts";
import { realSystem } from "../../system/real-system.ts";
import type { Handler } from "../command.ts";
import { Doveadm } from "../doveadm.ts";
import { Homes } from "../homes.ts";
import { aclOf, mailboxName } from "./arguments.ts";
import { PublicFolders } from "./folders.ts";
import { Readers } from "./readers.ts";

/** The folders of public mailboxes; their addresses are the events'. */
export const publicMailbox: Handler = async (context, [verb, ...args]) => {
  const { files, processes } = realSystem(context.paths.root, "none");
  if (context.paths.root !== "/") {
    return {
      exit: ExitCode.done,
      notices: [`public mailboxes are left to the system below ${context.paths.root}`],
    };
  }
  const doveadm = new Doveadm(processes);
  const folders = new PublicFolders(doveadm, new Readers(doveadm, new Homes(files, processes)));
  const [name, next, ...rest] = args;
  if (verb === "create") await folders.create(mailboxName(name), aclOf(args.slice(1)));
  else if (verb === "modify") await modify(folders, name, next, rest);
  else if (verb === "delete" && args.length === 1) await folders.remove(mailboxName(name));
  else {
    throw refused(
      `${[verb, ...args].join(" ")}: this is nothing to do with a public mailbox`,
      "USAGE",
      "accepted: create NAME [ID RIGHTS]…, modify OLD NEW [ID RIGHTS]…, delete NAME",
    );
  }
  return { exit: ExitCode.done };
};

function modify(
  folders: PublicFolders,
  from: string | undefined,
  to: string | undefined,
  rights: readonly string[],
): Promise<void> {
  const isSame = from === to;
  return folders.modify(mailboxName(from, isSame), mailboxName(to, isSame), aclOf(rights));
}
