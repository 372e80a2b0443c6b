import { listItems } from "../../catalogue/notation.ts";
import { type Family, flag, takingBack, text } from "./family.ts";
import { accountKeys } from "./notations.ts";
import { quotaProps, unitsText } from "./sizes.ts";

export const userFamily: Family = {
  name: "user",
  summary: "people with a mailbox",
  database: "accounts",
  types: ["user"],
  keys: accountKeys,
  isOfAnyDomain: true,
  events: { add: "user-create", modify: "user-modify", delete: "user-delete" },
  password: { property: "PasswordHash", isHashed: true },
  notes: ["FirstName", "LastName"],
  options: [
    text("first-name", "NAME", "FirstName", "the first name, for lists"),
    text("last-name", "NAME", "LastName", "the last name"),
    {
      name: "forward",
      value: "ADDRESS,…",
      summary: "forward mail to these addresses",
      stores: (list) => ({ MailForwardStatus: "enabled", MailForwardAddress: list }),
    },
    takingBack("no-forward", { MailForwardStatus: "disabled" }, "do not forward"),
    flag("keep-copy", { MailForwardKeepMessageCopy: "yes" }, "keep a copy of what is forwarded"),
    takingBack("no-keep-copy", { MailForwardKeepMessageCopy: "no" }, "keep none"),
    {
      name: "quota",
      value: "SIZE",
      words: ["default", "unlimited"],
      summary: "2G, 512M, unlimited or default",
      stores: quotaProps,
    },
    {
      name: "spam-retention",
      value: "TIME",
      words: ["default", "infinite"],
      summary: "how long spam is kept: 15d, infinite or default",
      stores: (time) =>
        time === "default"
          ? { MailSpamRetentionStatus: "disabled" }
          : { MailSpamRetentionStatus: "enabled", MailSpamRetentionTime: time },
    },
    flag("private", { MailAccess: "private" }, "no mail from outside"),
    takingBack("public", { MailAccess: "public" }, "mail from outside, too"),
    flag("disable", { MailStatus: "disabled" }, "no login; mail is still delivered"),
    takingBack("enable", { MailStatus: "enabled" }, "login with the password"),
  ],
  columns: [
    { title: "name", cell: ({ prop }) => [prop("FirstName"), prop("LastName")].filter(Boolean).join(" ") },
    {
      title: "login",
      cell: ({ prop }) =>
        prop("MailStatus") === "disabled" ? "disabled" : prop("PasswordHash") === "" ? "no password" : "yes",
    },
    { title: "access", cell: ({ prop }) => prop("MailAccess") },
    {
      title: "quota",
      cell: ({ prop }) =>
        prop("MailQuotaType") === "custom" ? unitsText(prop("MailQuotaCustom")) : "default",
    },
    {
      title: "forward",
      cell: ({ prop }) => {
        if (prop("MailForwardStatus") !== "enabled") return "";
        const keeps = prop("MailForwardKeepMessageCopy") === "yes" ? " (with a copy here)" : "";
        return `${listItems(prop("MailForwardAddress")).join(", ")}${keeps}`;
      },
    },
  ],
  loses: (key) => `${key} can no longer log in and gets no mail; the mailbox stays.`,
  cleanup: {
    option: { name: "with-mailbox", summary: "remove the mailbox with all its mail, too" },
    event: "user-cleanup",
    loses: (key) => `${key} can no longer log in and gets no mail; the mailbox is removed with ALL ITS MAIL.`,
    unfinished: (key) => `The user ${key} is deleted; the mailbox stays, or some of it.`,
  },
  examples: {
    add: [
      [
        "mailwright user add john --first-name John --quota 2G",
        "john of the primary domain; asks for a password",
      ],
      ["mailwright user add mary --no-password", "no login before: mailwright passwd mary"],
    ],
    modify: [
      ["mailwright user modify john --forward a@example.net --keep-copy", "his mail goes there, too"],
      ["mailwright user modify john --disable", "no login; mail is still delivered"],
    ],
  },
  example: "john",
};
