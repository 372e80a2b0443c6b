import { harmless } from "../../format/harmless.ts";

interface Refused {
  readonly account: string;
  readonly key: string;
  readonly from: string;
  readonly subject: string;
  readonly reason: string;
  readonly postmaster: string;
}

/** What a user gets in place of a message that the filter does not let through: nothing is lost without a word. */
export function refusalNotice({ account, key, from, subject, reason, postmaster }: Refused): Uint8Array {
  const domain = postmaster.slice(postmaster.lastIndexOf("@") + 1);
  const text = [
    `From: Postmaster <${postmaster}>`,
    `To: ${encodedWord(account)} <postmaster@${domain}>`,
    `Subject: ${encodedWord(`A message was not delivered: ${harmless(reason)}`)}`,
    `Date: ${new Date().toUTCString().replace("GMT", "+0000")}`,
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    "",
    `A message in ${harmless(key)} was not delivered to you, since the mail filter`,
    `does not let it through: ${harmless(reason)}`,
    "",
    `    From:    ${harmless(from)}`,
    `    Subject: ${harmless(subject)}`,
    "",
    "It is handled at the provider as one that was delivered.",
    "",
  ];
  return Buffer.from(text.join("\n"), "utf8");
}

/** RFC 2047, where it is not ASCII. */
function encodedWord(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  return `=?utf-8?B?${Buffer.from(text.slice(0, 40), "utf8").toString("base64")}?=`;
}
