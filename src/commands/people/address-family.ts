import { listItems } from "../../catalogue/notation.ts";
import { type Family, flag, takingBack, text } from "./family.ts";
import { withItem, withoutItem } from "./notations.ts";

export const addressFamily: Family = {
  name: "address",
  summary: "further mail addresses, and whom they lead to",
  database: "accounts",
  types: ["pseudonym"],
  keys: (name) => [name.includes("@") ? name : `${name}@`],
  events: { add: "pseudonym-create", modify: "pseudonym-modify", delete: "pseudonym-delete" },
  notes: ["Description", "ControlledBy"],
  options: [
    text("to", "NAME,…", "Account", "users, groups, vmail+FOLDER, addresses elsewhere: all of them"),
    {
      name: "add-to",
      value: "NAME",
      summary: "one more destination",
      stores: (name, { prop }) => ({ Account: withItem(listItems(prop("Account")), name) }),
    },
    {
      name: "remove-to",
      takesBack: true,
      value: "NAME",
      summary: "without this destination",
      stores: (name, { prop }) => ({
        Account: withoutItem(listItems(prop("Account")), name, "destination"),
      }),
    },
    text("description", "TEXT", "Description", "a note for administrators"),
    flag("private", { Access: "private" }, "no mail from outside"),
    takingBack("public", { Access: "public" }, "mail from outside, too"),
  ],
  lacks: (props) =>
    (props.get("Account") ?? "") === "" ? "whom does it lead to? Give --to NAME,…" : undefined,
  columns: [
    { title: "to", cell: ({ prop }) => listItems(prop("Account")).join(", ") },
    { title: "access", cell: ({ prop }) => prop("Access") },
    { title: "description", cell: ({ prop }) => prop("Description") },
  ],
  loses: (key) => `Mail to ${key.endsWith("@") ? `${key} of every local domain` : key} is refused.`,
  examples: {
    add: [
      ["mailwright address add info --to john,mary", "info@ every domain that is delivered here"],
      ["mailwright address add goofy@example.com --to sales", "in that domain alone"],
    ],
    modify: [
      ["mailwright address modify info --add-to paul", "one more who gets its mail"],
      ["mailwright address modify info --private", "no mail from outside"],
    ],
  },
  example: "info",
};
