import type { DbRecord } from "../src/db/record.ts";
import type { Writer } from "../src/db/writer.ts";

const primary = "example.org";
const otherDomains = 10;

/** Stores a site with so many users and as many addresses, on eleven domains, with a hundred groups of fifty. */
export function storeSite(writer: Writer, size: number): void {
  writer.setType("configuration", "DomainName", primary);
  const features = { DynamicGroupAlias: "enabled", SenderValidation: "enabled" };
  writer.setRecord("configuration", record("postfix", "service", features));
  writer.setRecord("configuration", record("dovecot", "service", { QuotaStatus: "enabled" }));
  for (let index = 0; index < otherDomains; index++) writer.setType("domains", domain(index), "domain");
  for (let index = 0; index < size; index++) writer.setRecord("accounts", user(index));
  for (let index = 0; index < 100; index++) writer.setRecord("accounts", group(index, size));
  for (let index = 0; index < size; index++) writer.setRecord("accounts", address(index, size));
}

/** The key of a user. */
export function userKey(index: number): string {
  return `${name(index)}@${primary}`;
}

const name = (index: number): string => `user${index}`;
const domain = (index: number): string => `domain${index % otherDomains}.example`;

/** Every tenth forwards, every twentieth is private, every seventh has a quota of its own. */
function user(index: number): DbRecord {
  const number = String(index).padStart(6, "0");
  return record(userKey(index), "user", {
    FirstName: `First ${number}`,
    LastName: `Last ${number}`,
    // As long as one of doveadm pw.
    PasswordHash: `{SHA512-CRYPT}$6$salt.of.${number}$${number}Zk/${"hT9qLw3xVb7Rm2Ys".repeat(5)}`,
    ...(index % 10 === 0 && {
      MailForwardStatus: "enabled",
      MailForwardAddress: `${name(index)}@elsewhere.example.net`,
    }),
    ...(index % 20 === 0 && { MailAccess: "private" }),
    ...(index % 7 === 0 && { MailQuotaType: "custom", MailQuotaCustom: String(10 + (index % 50)) }),
  });
}

function group(index: number, size: number): DbRecord {
  const members = Array.from({ length: 50 }, (_, member) => name((index * 50 + member * 7) % size));
  return record(`group${index}@${primary}`, "group", { Members: members.join(",") });
}

/** Half are of every domain, half of one; they lead to one to three users, some outside. */
function address(index: number, size: number): DbRecord {
  const key = index % 2 === 0 ? `alias${index}@` : `alias${index}@${domain(index)}`;
  const users = Array.from({ length: 1 + (index % 3) }, (_, other) => name((index + other * 13) % size));
  const to = index % 12 === 5 ? [...users.slice(1), `outside${index}@elsewhere.example.net`] : users;
  return record(key, "pseudonym", { Account: to.join(",") });
}

function record(key: string, type: string, props: Readonly<Record<string, string>>): DbRecord {
  return { key, type, props: new Map(Object.entries(props)) };
}
