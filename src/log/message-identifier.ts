/** A message identifier (RFC 5322, 3.6.4) that stands in a line of a log without breaking it. */
const identifier = /^<([\x21-\x3b\x3d\x3f-\x7e]{1,250})>$/;

/** The identifier of a message without `<>`, of its bytes as characters; empty where there is none that a log can hold. */
export function messageIdentifier(text: string): string {
  const [head = ""] = text.split(/\n\r?\n/, 1);
  const [, value = ""] = /^Message-ID:(.*(?:\n[ \t].*)*)/im.exec(head) ?? [];
  return identifier.exec(value.trim())?.[1] ?? "";
}
