import type { ReadHandler } from "../verb.ts";
import { done, findRecord, lines, notFound, oneLine, propertiesOf } from "./shared.ts";

/** Asked for names, it prints those that there are, and it is no failure that there are none. */
export const printprop: ReadHandler = (session, [key = "", ...names]) => {
  const record = findRecord(session, key);
  if (record === undefined) return names.length > 0 ? done : notFound;
  const props = propertiesOf(session, record).filter(([name]) => names.length === 0 || names.includes(name));
  const shown = props.map(([name, value]) => `${name}=${oneLine(value)}`);
  return { ...lines(shown, Object.fromEntries(props)), exit: done.exit };
};
