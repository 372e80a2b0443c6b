import { listItems } from "../../catalogue/notation.ts";
import { type Family, flag, takingBack, text } from "./family.ts";
import { accountKeys, withItem, withoutItem } from "./notations.ts";

export const groupFamily: Family = {
  name: "group",
  summary: "groups of users, whose name may be an address",
  database: "accounts",
  types: ["group"],
  keys: accountKeys,
  isOfAnyDomain: true,
  events: { add: "group-create", modify: "group-modify", delete: "group-delete" },
  notes: ["Description"],
  options: [
    text("members", "USER,…", "Members", "the users of the group, all of them"),
    {
      name: "add-member",
      value: "USER",
      summary: "one more user",
      stores: (user, { prop }) => ({ Members: withItem(listItems(prop("Members")), user) }),
    },
    {
      name: "remove-member",
      takesBack: true,
      value: "USER",
      summary: "without this user",
      stores: (user, { prop }) => ({ Members: withoutItem(listItems(prop("Members")), user, "member") }),
    },
    text("description", "TEXT", "Description", "a note for administrators"),
    flag("private", { MailAccess: "private" }, "no mail from outside"),
    takingBack("public", { MailAccess: "public" }, "mail from outside, too"),
    flag("disable", { MailStatus: "disabled" }, "the group's name is no address"),
    takingBack("enable", { MailStatus: "enabled" }, "its name is one, with DynamicGroupAlias of postfix"),
  ],
  columns: [
    { title: "members", cell: ({ prop }) => listItems(prop("Members")).join(", ") },
    { title: "address", isGroupAddress: true, cell: ({ prop }) => prop("MailStatus") },
    { title: "access", cell: ({ prop }) => prop("MailAccess") },
    { title: "description", cell: ({ prop }) => prop("Description") },
  ],
  loses: (key) => `The group ${key} is gone, with its address and list of members.`,
  examples: {
    add: [
      ["mailwright group add sales --members john,mary", "two members"],
      ["mailwright group add 'Domain Users' --private", "no mail from outside"],
    ],
    modify: [
      ["mailwright group modify sales --add-member paul", "one more"],
      ["mailwright group modify sales --remove-member john", "and one less"],
    ],
  },
  example: "sales",
};
