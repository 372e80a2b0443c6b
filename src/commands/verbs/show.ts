import { isSecret } from "../../catalogue/secret.ts";
import type { Setting } from "../../mail/settings.ts";
import type { ReadHandler } from "../verb.ts";
import { mask } from "./secrets.ts";
import { oneLine, propertiesOf, recordLines } from "./shared.ts";

/** At a terminal, which others may look at, secrets are masked; programs get them. */
export const show: ReadHandler = (session, [key]) => {
  const unseen: string[] = [];
  const { text = "", ...result } = recordLines(session, key, (record) => {
    const props = propertiesOf(session, record);
    unseen.push(...linesOf(record, props.map(concealed(record))));
    return linesOf(record, props);
  });
  const masked = unseen.map((line) => `${line}\n`).join("");
  return { ...result, view: ({ isTerminal }) => (isTerminal ? masked : String(text)) };
};

type Prop = readonly [name: string, value: string];

function linesOf({ key, type }: Setting, props: readonly Prop[]): string[] {
  return [`${key}=${type}`, ...props.map(([name, value]) => `    ${name}=${oneLine(value)}`)];
}

const concealed =
  ({ entry }: Setting) =>
  ([name, value]: Prop): Prop => [name, value !== "" && isSecret(entry, name) ? mask : value];
