import { ExitCode } from "../../exit-codes.ts";
import { realSystem } from "../../system/real-system.ts";
import type { Handler } from "../command.ts";
import { Doveadm } from "../doveadm.ts";
import { Homes } from "../homes.ts";
import { aclOf, mailboxName } from "./arguments.ts";
import { PublicFolders } from "./folders.ts";
import { Readers } from "./readers.ts";

type Work = (folders: PublicFolders, args: readonly string[]) => Promise<void>;

const create: Work = (folders, [name, ...rights]) => folders.create(mailboxName(name), aclOf(rights));

const modify: Work = (folders, [from, to, ...rights]) => {
  const isSame = from === to;
  return folders.modify(mailboxName(from, isSame), mailboxName(to, isSame), aclOf(rights));
};

const mayBeModified: Work = (folders, [from, to, ...rights]) => {
  const isSame = from === to;
  aclOf(rights);
  return folders.mayBeModified(mailboxName(from, isSame), mailboxName(to, isSame));
};

const mayBeDeleted: Work = (folders, [name]) => folders.mustExist(mailboxName(name));

const remove: Work = (folders, [name]) => folders.remove(mailboxName(name));

const handler =
  (work: Work): Handler =>
  async (context, args) => {
    const { files, processes } = realSystem(context.paths.root, "none");
    const doveadm = new Doveadm(processes);
    await work(new PublicFolders(doveadm, new Readers(doveadm, new Homes(files, processes))), args);
    return { exit: ExitCode.done };
  };

const any = Number.POSITIVE_INFINITY;

/** What is done to the folders of public mailboxes; their addresses are the events'. */
export const publicMailboxTasks = {
  "public-mailbox-create": { run: handler(create), count: [1, any], isLive: true },
  "public-mailbox-may-be-modified": { run: handler(mayBeModified), count: [2, any], isLive: true },
  "public-mailbox-modify": { run: handler(modify), count: [2, any], isLive: true },
  "public-mailbox-may-be-deleted": { run: handler(mayBeDeleted), count: [1, 1], isLive: true },
  "public-mailbox-delete": { run: handler(remove), count: [1, 1], isLive: true },
} as const;
