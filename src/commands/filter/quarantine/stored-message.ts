/** A header field: its name as it is written, and its whole text with folded lines and the line end. */
export interface Field {
  readonly name: string;
  readonly raw: string;
}

/** A message as its bytes are, each a character of Latin-1, with line feeds alone or CRLF at the ends of lines. */
export interface StoredMessage {
  readonly fields: readonly Field[];
  /** The empty line and the body. */
  readonly rest: string;
}

/** A line that begins a field (RFC 5322, 2.2; 4.5.3 for the blanks), with those that continue it. */
const field = /([!-9;-~]+)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*(?:\n|$)/y;

export function storedMessage(text: string): StoredMessage {
  const fields: Field[] = [];
  field.lastIndex = 0;
  let end = 0;
  for (let found = field.exec(text); found !== null; found = field.exec(text)) {
    fields.push({ name: found[1] ?? "", raw: found[0] });
    end = field.lastIndex;
  }
  return { fields, rest: text.slice(end) };
}

/** What delivery puts before a message (lmtp, dovecot-lda, pipe(8)). */
const ofDelivery = /^(?:return-path|delivered-to|x-original-to)$/i;

/** What the filter adds: the quarantine's notes, and why it is spam. */
const ofFilter = /^(?:x-quarantine-.*|x-spamd-bar|x-spam-level|x-spam-status|x-spamd-result|x-rspamd-.*)$/i;

/** The message as Postfix had taken it from its sender: without what the filter and the delivery added, else as it is. */
export function asItCame(text: string): string {
  const { fields, rest } = storedMessage(text);
  const first = fields.findIndex(
    ({ name, raw }) => !ofDelivery.test(name) && !(/^received$/i.test(name) && /\bwith LMTP/.test(raw)),
  );
  const kept = first < 0 ? [] : fields.slice(first).filter(({ name }) => !ofFilter.test(name));
  return kept.map(({ raw }) => raw).join("") + rest;
}

/** The text of a field without its name, unfolded; `undefined` where there is none. */
export function fieldText({ fields }: StoredMessage, name: string): string | undefined {
  const found = fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return found?.raw
    .slice(found.raw.indexOf(":") + 1)
    .replace(/\r?\n(?=[ \t])/g, "")
    .trim();
}

/**
 * The addresses of a list such as `<a@x.org>, <"b c"@x.org>`, as SMTP has them; `<>` is the empty one. What holds a control
 * character, and would end a line of SMTP, is none.
 */
export function paths(list: string): string[] {
  const all = [...list.matchAll(/<((?:"(?:\\.|[^"\\])*"|[^">])*)>/g)].map(([, address = ""]) => address);
  return all.filter((address) => !/\p{Cc}/u.test(address));
}
