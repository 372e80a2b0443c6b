/** Rules of every kind, and of what a message may have that fits one, fits two, or nearly fits one. */
import type { RuleLists } from "../../../src/mail/rules.ts";

export const lists: RuleLists = {
  "allow-from": ["friend@a.example", "Both.Example", "bücher.example", "ok.partner.example"],
  "allow-to": ["abuse@domain.org", "lists.example.com"],
  "block-from": [
    ...["enemy@a.example", "BAD.example", "both.example", "friend@a.example", "partner.example"],
    ...["xn--mnchen-3ya.example", "two words@a.example", "enemy+tag@b.example"],
  ],
};

export const senders = [
  ...["", "someone@neutral.example", "friend@a.example", "FRIEND+news@A.Example", "xfriend@a.example"],
  ...[
    "enemy@a.example",
    "Enemy+1@a.example",
    "enemy@sub.a.example",
    "enemy@b.example",
    "enemy+TAG@b.example",
  ],
  ...[
    "x@bad.example",
    "x@deep.sub.bad.EXAMPLE",
    "x@notbad.example",
    "x@bad.example.net",
    "bad.example@c.example",
  ],
  ...[
    "x@both.example",
    "x@sub.both.example",
    "x@partner.example",
    "x@ok.partner.example",
    "x@a.ok.partner.example",
  ],
  ...[
    "x@sub.xn--bcher-kva.example",
    "x@xn--bcher-kva.example",
    "x@XN--MNCHEN-3YA.example",
    "x@sub.xn--mnchen-3ya.example",
  ],
  ...['"two words"@a.example', '"enemy"@a.example', "words@a.example"],
];
export const recipients = [
  ["john@domain.org"],
  ["Abuse+x@domain.org"],
  ["john@domain.org", "abuse@domain.org"],
  ["x@lists.example.com", "john@domain.org"],
  ["x@sub.LISTS.example.com"],
  ["abuse@example.com", "notabuse@domain.org"],
];
export const authors = [
  "a@neutral.example",
  "x@Sub.bad.example",
  "friend@a.example",
  "x@notbad.example",
  "x@münchen.example",
];
