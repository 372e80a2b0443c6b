import { harmless } from "../../format/harmless.ts";
import type { Connector } from "../../mail/connectors.ts";
import { localPart } from "../../system/lmtp.ts";
import type { Refused } from "./delivery-journal.ts";

/** Messages that a note names, and characters of each thing that a sender says: a note is read, and fits SMTP's lines. */
const most = 100;
const longest = 200;

/** What a user gets in place of messages that the filter does not let through. */
export function refusalNotice(
  { account, key, deletesAtOnce, deletesAfter }: Connector,
  refused: readonly Refused[],
  postmaster: string,
  date: string,
): Uint8Array {
  const domain = postmaster.slice(postmaster.lastIndexOf("@") + 1);
  const [first] = refused;
  const isOne = refused.length === 1 && first !== undefined;
  const subject = isOne
    ? `A message was not delivered: ${short(first.reason)}`
    : `${refused.length} messages were not delivered`;
  const subjects = isOne ? ["A message", "was", "it"] : [`${refused.length} messages`, "were", "they"];
  const [what = "", were = "", they = ""] = subjects;
  const text = [
    `From: Postmaster <${postmaster}>`,
    `To: ${localPart(account)}@${domain}`,
    `Subject: ${encodedWords(subject)}`,
    `Date: ${date}`,
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 8bit",
    "",
    `${what} in ${short(key)} ${were} not delivered to you,`,
    `since the mail filter does not let ${isOne ? "it" : "them"} through.`,
    "",
    ...refused
      .slice(0, most)
      .flatMap(({ from, subject, reason }) => [
        `    From:    ${short(from)}`,
        `    Subject: ${short(subject)}`,
        `    Reason:  ${short(reason)}`,
        "",
      ]),
    ...(refused.length > most ? [`and ${refused.length - most} more.`, ""] : []),
    `At the provider ${they} ${fate(deletesAtOnce, deletesAfter, isOne)}.`,
    "",
  ];
  return Buffer.from(text.join("\n"), "utf8");
}

function fate(deletesAtOnce: boolean, deletesAfter: number, isOne: boolean): string {
  const is = isOne ? "is" : "are";
  if (deletesAtOnce) return `${is} deleted, as what is delivered is`;
  return deletesAfter > 0 ? `${is} deleted after ${deletesAfter} days` : isOne ? "stays" : "stay";
}

/** Whole characters, with a sign where some are left out. */
function short(text: string): string {
  const characters = [...harmless(text)];
  return characters.length <= longest ? characters.join("") : `${characters.slice(0, longest - 1).join("")}…`;
}

/** RFC 2047 where it is not ASCII: words of at most 75 characters, a line each. */
function encodedWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  let word = "";
  for (const character of text) {
    if (Buffer.byteLength(word + character, "utf8") > 45) {
      words.push(word);
      word = "";
    }
    word += character;
  }
  return [...words, word]
    .map((one) => `=?utf-8?B?${Buffer.from(one, "utf8").toString("base64")}?=`)
    .join("\n ");
}
