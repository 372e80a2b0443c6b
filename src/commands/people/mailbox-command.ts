import { applyOptions } from "../apply-options.ts";
import type { Command, Option } from "../command.ts";
import { yes } from "./options.ts";

const grant: Option = {
  name: "grant",
  value: "WHO:RIGHTS",
  summary: "user=NAME, group=NAME or anyone; read, read-write or full; as often as needed",
};

const revoke: Option = { name: "revoke", value: "WHO", summary: "take all rights" };

const rename: Option = { name: "name", value: "NEW", summary: "another name; addresses lead there" };

const one = { arguments: ["mailbox"], count: [1, 1] } as const;
const changing = { reports: true, takesOptionsAnywhere: true, description: [] } as const;

const verbs: readonly Command[] = [
  {
    name: "list",
    synopsis: "",
    summary: "list public mailboxes and those of users, with what they hold",
    description: [],
    options: [],
    arguments: [],
    count: [0, 0],
    examples: [
      ["mailwright mailbox list", "a line each"],
      ["mailwright mailbox list --json", "for programs"],
    ],
    takesOptionsAnywhere: true,
    load: async () => (await import("../deferred.ts")).deferred.listMailboxes,
  },
  {
    name: "show",
    synopsis: "NAME",
    summary: "show a public mailbox with its rights, or a user's folders",
    description: [],
    options: [],
    ...one,
    examples: [
      ["mailwright mailbox show Sales", "rights and addresses"],
      ["mailwright mailbox show john", "folders"],
    ],
    takesOptionsAnywhere: true,
    load: async () => (await import("../deferred.ts")).deferred.showMailbox,
  },
  {
    name: "add",
    synopsis: "NAME",
    summary: "make a public mailbox, and signal sharedmailbox-create",
    ...changing,
    options: [grant, ...applyOptions],
    arguments: ["text"],
    count: [1, 1],
    examples: [
      ["mailwright mailbox add Sales --grant group=sales:read-write", "the group reads and writes"],
      ["mailwright mailbox add 'Sales/Old offers' --grant anyone:read", "a folder of it"],
    ],
    load: async () => (await import("../deferred.ts")).deferred.addMailbox,
  },
  {
    name: "modify",
    synopsis: "NAME",
    summary: "rename one, or change its rights, and signal sharedmailbox-modify",
    ...changing,
    options: [rename, grant, revoke, ...applyOptions],
    ...one,
    examples: [
      ["mailwright mailbox modify Sales --grant user=john:full --revoke anyone", "others' rights stay"],
      ["mailwright mailbox modify Sales --name Orders", "another name"],
    ],
    load: async () => (await import("../deferred.ts")).deferred.modifyMailbox,
  },
  {
    name: "delete",
    synopsis: "NAME",
    summary: "remove a public mailbox with its mail, and signal sharedmailbox-delete",
    ...changing,
    options: [yes, ...applyOptions],
    ...one,
    examples: [
      ["mailwright mailbox delete Sales", "asks before anything is lost"],
      ["mailwright mailbox delete Sales --yes", "for scripts"],
    ],
    load: async () => (await import("../deferred.ts")).deferred.deleteMailbox,
  },
];

export const mailboxCommand: Command = {
  name: "mailbox",
  synopsis: "VERB [NAME] [OPTION]…",
  summary: "public mailboxes, and what users' mailboxes hold",
  description: [
    "Public mailboxes are folders that users see below Public, and that have addresses of their own. A user's mailbox comes with the user, and goes with user delete --with-mailbox.",
  ],
  options: [],
  arguments: [],
  count: [0, Number.POSITIVE_INFINITY],
  examples: [
    ["mailwright mailbox list", "all of them, with what they hold"],
    ["mailwright mailbox add Sales --grant group=sales:read-write", "a new one"],
  ],
  verbs,
  load: async () => (await import("../deferred.ts")).deferred.noVerb(verbs),
};
